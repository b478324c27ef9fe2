"""What scripts say about the network, in words from the catalogues."""

import reflex as rx

from app.routes import BACK, SIGN_IN
from app.texts import say

from .html import Words
from .icons import icon
from .links import link
from .outbox import outbox_words
from .scripts import script


def network_notices() -> rx.Component:
    """Hold the notices that scripts take from here, to show them on any page."""
    again = rx.el.a(say("offline.reload"), href="")
    return rx.fragment(
        _strip("kept", say("offline.kept"), again, when=True),
        _strip("slow", say("offline.slow"), again, when=True),
        _strip("fresh", say("offline.fresh"), again),
        _strip("version", say("version.ready"), _button(say("version.take"))),
        _strip("draft", say("draft.restored"), _button(say("draft.discard"))),
        _strip(
            "draft-other",
            say("draft.other"),
            rx.fragment(_button(say("draft.use")), " ", _button(say("draft.discard"))),
        ),
        _strip(
            "login",
            say("outbox.strip_login"),
            rx.el.a(say("outbox.sign_in"), href=link(SIGN_IN), data_back=BACK),
        ),
        _strip(
            "sent",
            rx.fragment(rx.el.strong(), ": ", say("outbox.sent")),
            rx.el.a(say("outbox.see"), href=""),
        ),
        _strip("idle", say("session.near"), _button(say("session.stay"))),
        _strip(
            "ended",
            say("session.over"),
            rx.el.a(say("session.again"), href=link(SIGN_IN), data_back=BACK),
        ),
        _strip("left", say("leave.offline"), _button(say("leave.now"))),
        _strip("left-now", say("leave.done"), rx.fragment()),
        outbox_words(),
    )


def _button(words: Words) -> rx.Component:
    return rx.el.button(words, type="button")


def _strip(
    name: str, words: Words | rx.Component, act: rx.Component, *, when: bool = False
) -> rx.Component:
    moment = (" ", rx.el.time(), ".") if when else ()
    return rx.el.template(
        rx.el.div(
            icon("offline" if when else "info"),
            rx.el.p(words, *moment, " ", act),
            class_name="strip",
            data_testid=f"network-{name}",
        ),
        id=f"say-{name}",
    )


def kept_pages() -> rx.Component:
    """Show which pages this phone has kept; nothing until a script has found any."""
    return rx.el.section(
        script("shelf"),
        rx.el.h2(say("offline.pages")),
        rx.el.ul(class_name="list card", data_testid="kept-pages"),
        rx.el.template(
            rx.el.li(
                rx.el.a(
                    rx.el.div(rx.el.div(), rx.el.time(class_name="small muted")),
                    icon("go"),
                    class_name="go",
                )
            )
        ),
        class_name="stack",
        hidden=True,
        id="kept-pages",
    )
