"""What does not work just now, said on the pages where it matters, with what still does."""

from typing import Any

import reflex as rx

from app.texts import say
from app.usecases.outages import LIVE, STORE, WORKER
from components.live import live
from components.notice import notice
from state.shell import ShellState


def while_away(part: str, key: str, *, when: Any = True) -> rx.Component:
    """Say the text of `key` while `part` (see `app.usecases.outages`) is away and `when` holds.

    A copy that a phone keeps does not show it: it is true now.
    """
    said = notice(rx.el.p(say(key)), kind="turn", role="status", data_now=True, data_testid="away")
    return rx.cond(live(ShellState.away).contains(part) & when, said)


def to_the_office() -> rx.Component:
    """Say what officers can go on with, and what is made up for later."""
    return rx.fragment(
        while_away(STORE, "away.store.office"),
        while_away(WORKER, "away.worker.office"),
        while_away(LIVE, "away.live"),
    )
