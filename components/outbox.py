"""What waits on the phone to be sent: its places on pages, and the words for them.

`app/browser/offline/` fills the places in; without scripts they stay empty.
"""

from typing import Any

import reflex as rx

from app.routes import BACK, SIGN_IN
from app.texts import say

from .html import HtmlForm, Words
from .icons import icon
from .links import link


def outbox_note() -> rx.Component:
    """Hold the place on a form where its script says what becomes of it once it was sent."""
    return rx.el.div(role="status", aria_atomic=False, class_name="outbox", data_outbox_note=True)


def outbox() -> rx.Component:
    """Hold the place for the list of what waits."""
    return rx.el.section(
        rx.el.h2(say("outbox.title")),
        rx.el.ul(class_name="stack", aria_live="polite"),
        class_name="stack",
        hidden=True,
        data_outbox=True,
        data_testid="outbox",
    )


def outbox_words() -> rx.Component:
    """Hold what scripts show for what waits, on the page that every phone has kept."""
    return rx.fragment(
        rx.el.template(_parcel(), id="say-parcel"),
        rx.el.template(
            _question(say("outbox.remove_text"), say("outbox.keep"), say("outbox.remove_yes")),
            id="say-remove",
        ),
        rx.el.template(
            _question(say("outbox.leave_text"), say("outbox.stay"), say("outbox.leave_yes")),
            id="say-leave",
        ),
    )


def _parcel() -> rx.Component:
    """One application that waits; the script shows the buttons that fit."""
    return rx.el.div(
        icon("clock"),
        rx.el.div(
            rx.el.h3(data_part="title"),
            rx.el.p(data_part="said"),
            rx.el.p(class_name="small muted", data_part="facts"),
            rx.el.div(
                _button("send", say("outbox.send"), "b"),
                _way("sign-in", say("outbox.sign_in"), "b", href=link(SIGN_IN), data_back=BACK),
                _way("mend", say("outbox.mend"), "b"),
                _way("see", say("outbox.see"), "b"),
                _way("open", say("outbox.open"), "b quiet"),
                _button("remove", say("outbox.remove"), "b quiet"),
                class_name="row",
            ),
            class_name="stack tight",
        ),
        class_name="note parcel",
        data_testid="parcel",
        data_waiting=say("outbox.waiting"),
        data_sending=say("outbox.sending"),
        data_files=say("upload.wait"),
        data_login=say("outbox.login"),
        data_attention=say("outbox.attention"),
        data_refused=say("outbox.refused"),
        data_full=say("outbox.full"),
        data_sent=say("outbox.sent"),
        data_facts=say("outbox.facts"),
        data_facts_plain=say("outbox.facts_plain"),
    )


def _button(what: str, caption: Words, look: str) -> rx.Component:
    return rx.el.button(caption, type="button", class_name=look, hidden=True, data_do=what)


def _way(what: str, caption: Words, look: str, *, href: str = "", **props: Any) -> rx.Component:
    return rx.el.a(
        caption, href=href, class_name=look, hidden=True, data_do=what, data_part=what, **props
    )


def _question(asked: str, stay: str, go: str) -> rx.Component:
    """Ask before something is lost; what Esc or Enter does loses nothing."""
    return rx.el.dialog(
        HtmlForm.create(
            rx.el.p(asked, id="asked"),
            rx.el.div(
                rx.el.button(stay, value="", class_name="b", auto_focus=True),
                rx.el.button(go, value="yes", class_name="b danger"),
                class_name="row",
            ),
            method="dialog",
            class_name="stack",
        ),
        class_name="ask",
        aria_labelledby="asked",
    )
