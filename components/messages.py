"""What the resident and the office wrote to each other on a case."""

import reflex as rx
from reflex.vars import ArrayVar, ObjectVar

from app.texts import say
from app.views import MessageLine

from .html import Words, post

#: Where a message that was sent leads back to.
MESSAGES = "pesan"


def messages(
    lines: ArrayVar[list[MessageLine]], can_write: rx.Var[bool], action: Words
) -> rx.Component:
    """Show the messages, oldest first, and a way to write one."""
    return rx.fragment(
        rx.cond(
            lines.length() > 0,
            rx.el.ul(rx.foreach(lines, _line), class_name="stack"),
            rx.el.p(say("message.none"), class_name="muted"),
        ),
        rx.cond(can_write, _write(action)),
    )


def _line(line: ObjectVar[MessageLine]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(rx.el.strong(line.author), " · ", line.at, class_name="small muted"),
            rx.el.p(line.text, class_name="kept"),
            class_name="bubble",
            data_mine=line.is_mine,
        )
    )


def _write(action: Words) -> rx.Component:
    return post(
        rx.el.div(
            rx.el.label(say("message.label"), html_for="message"),
            rx.el.textarea(id="message", name="text", rows="3", max_length=2000),
            class_name="field",
        ),
        rx.el.div(
            rx.el.button(say("message.send"), type="submit", class_name="b quiet"),
        ),
        action=action,
        class_name="stack",
    )
