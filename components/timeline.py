"""What happened to a case, what happens now, and what comes next."""

import reflex as rx
from reflex.vars import ArrayVar, ObjectVar

from app.texts import say
from app.views import Happening

from .html import attribute, unless_empty


def timeline(happenings: ArrayVar[list[Happening]]) -> rx.Component:
    """Show the happenings in the order given, the current one marked for every reader."""
    return rx.el.ol(
        rx.foreach(happenings, _happening), class_name="timeline", data_testid="timeline"
    )


def _happening(row: ObjectVar[Happening]) -> rx.Component:
    return rx.el.li(
        rx.el.strong(row.title),
        rx.match(
            row.state,
            ("now", rx.el.span(say("timeline.now"), class_name="sr")),
            ("next", rx.el.span(say("timeline.next"), class_name="sr")),
            rx.fragment(),
        ),
        unless_empty(row.who, rx.el.div(row.who)),
        unless_empty(row.at, rx.el.time(row.at, date_time=row.at_iso, class_name="small muted")),
        unless_empty(row.note, rx.el.p(row.note, class_name="kept")),
        data_state=row.state,
        aria_current=attribute(row.state == "now", "step"),
    )
