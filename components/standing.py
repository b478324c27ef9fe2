"""Where a case stands: its status, who has it, since when, until when."""

import reflex as rx
from reflex.vars import ObjectVar

from app.texts import say
from app.views import CaseDetail, Tracked

from .badge import badge, way
from .facts import fact_unless_empty, facts
from .html import unless_empty
from .icons import icon
from .live import live

#: Of these there is no way left to show.
_OFF_THE_WAY = ("draft", "rejected", "withdrawn")


def case_standing(case: ObjectVar[CaseDetail]) -> rx.Component:
    """Show where a case stands to a reader who may know who has it."""
    return rx.el.section(
        rx.el.h2(say("case.standing"), class_name="sr"),
        rx.el.div(
            badge(case.status, case.status_label),
            unless_empty(
                case.left, rx.el.span(case.left, class_name=rx.cond(case.is_late, "late", "muted"))
            ),
            class_name="row apart",
            role="status",  # the page changes by itself: say so to who cannot see it
        ),
        _way(case.status),
        unless_empty(case.explanation, rx.el.p(case.explanation)),
        due(case.due),
        facts(
            fact_unless_empty(say("case.holder"), case.holder),
            fact_unless_empty(say("case.since"), case.since),
        ),
        class_name="card stack",
    )


def tracked_standing(tracked: ObjectVar[Tracked]) -> rx.Component:
    """Show where a case stands to a reader who only has its code."""
    return rx.fragment(
        rx.el.div(badge(tracked.status, tracked.status_label)),
        _way(tracked.status),
        rx.el.p(tracked.explanation),
        due(tracked.due),
        facts(fact_unless_empty(say("case.since"), tracked.since)),
    )


def due(words: rx.Var[str]) -> rx.Component:
    """Show until when a case will be done."""
    return unless_empty(words, rx.el.p(icon("clock"), rx.el.strong(words), class_name="line-up"))


def _way(status: rx.Var[str]) -> rx.Component:
    return live(rx.match(status, *((one, rx.fragment()) for one in _OFF_THE_WAY), way(status)))
