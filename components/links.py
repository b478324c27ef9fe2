"""Addresses in the language of the page that is being compiled."""

import re

import reflex as rx

from app.routes import fill, in_language
from app.texts import language

_PART = re.compile(r"(\[\w+\])")


def link(route: str, **parts: str) -> str:
    """Return the address of `route` with its parts filled, in the language being spoken."""
    return in_language(fill(route, **parts), language())


def live_link(route: str, **parts: rx.Var[str]) -> str:
    """Return the address of `route` whose parts are known only when the page is rendered.

    The parts stand in the address as they are: references and codes need no quoting.
    """
    pieces = _PART.split(in_language(route, language()))
    return "".join(f"{parts[p[1:-1]]}" if p.startswith("[") else p for p in pieces)
