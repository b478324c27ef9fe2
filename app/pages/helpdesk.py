"""Help, and how usable Loket is for everyone."""

import reflex as rx
from reflex.vars import ObjectVar

from app.pages.frame import framed
from app.pages.page import Page
from app.routes import HELP
from app.texts import say
from app.views import Contact
from components.html import unless_empty
from components.live import live
from state.helpdesk import HelpState

_DONE = ("read", "keys", "touch", "size", "scripts", "words", "time", "letters")
_LACKING = ("photos", "session")


def help_page() -> rx.Component:
    """The offices to ask, what works for everyone, and what does not yet."""
    return framed(
        rx.el.header(
            rx.el.h1(say("help.title")),
            rx.el.p(say("help.lead"), class_name="lead"),
            class_name="stack tight",
        ),
        rx.el.section(
            rx.el.h2(say("help.offices")),
            rx.el.p(say("help.offices_hint")),
            rx.el.ul(rx.foreach(live(HelpState.contacts), _contact), class_name="list"),
            class_name="card stack",
        ),
        rx.el.section(
            rx.el.h2(say("help.done")),
            _points("done", _DONE),
            rx.el.h2(say("help.lacking")),
            _points("lacking", _LACKING),
            rx.el.h2(say("help.tell")),
            rx.el.p(say("help.tell_hint")),
            rx.el.p(say("help.standard"), class_name="small muted"),
            class_name="stack",
        ),
        current="help",
    )


def _contact(office: ObjectVar[Contact]) -> rx.Component:
    return rx.el.li(
        rx.el.strong(office.name),
        rx.el.div(office.address),
        unless_empty(
            office.phone,
            rx.el.div(say("help.phone"), " ", rx.el.a(office.phone, href=office.call)),
        ),
        unless_empty(
            office.email,
            rx.el.div(say("help.email"), " ", rx.el.a(office.email, href=f"mailto:{office.email}")),
        ),
    )


def _points(of: str, names: tuple[str, ...]) -> rx.Component:
    return rx.el.ul(*(rx.el.li(say(f"help.{of}_{name}")) for name in names), class_name="dots")


PAGE = Page(HELP, help_page, "title.help", (HelpState.load,))
