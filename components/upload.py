"""What a script shows while files are under way: its elements and words, hidden without it."""

import reflex as rx
from reflex.vars import ObjectVar

from app.routes import BACK, SIGN_IN
from app.texts import say
from app.views import Slot

from .icons import icon
from .links import link


def upload_panel(slot: ObjectVar[Slot]) -> rx.Component:
    """Show one file under way: how far it is, and what can be done about it.

    `app/browser/upload/panel.js` fills the parts in and shows the buttons that fit.
    """
    return rx.el.div(
        rx.el.div(
            icon("file"),
            rx.el.div(
                rx.el.div(data_part="name"),
                rx.el.div(say("upload.sending"), class_name="small", data_part="line"),
            ),
            class_name="file",
        ),
        rx.el.progress(aria_label=say("upload.progress")),
        rx.el.div(role="status", class_name="sr", data_part="said"),
        rx.el.div(
            _button(slot, "pause", say("upload.pause")),
            _button(slot, "resume", say("upload.resume"), "b"),
            _button(slot, "retry", say("upload.retry"), "b"),
            rx.el.a(
                say("upload.sign_in"),
                href=link(SIGN_IN),
                class_name="b",
                hidden=True,
                data_do="sign-in",
                data_back=BACK,
            ),
            _button(slot, "cancel", say("upload.cancel")),
            class_name="row",
        ),
        hidden=True,
        class_name="under-way",
        data_testid="upload-progress",
    )


def upload_wait() -> rx.Component:
    """Say that the form waits for its files; the script puts in how many."""
    return rx.el.p(
        role="status", hidden=True, class_name="note", data_upload_wait=say("upload.wait")
    )


def upload_words() -> rx.Component:
    """Give the script what it says of a file, in the page's language."""
    return rx.el.div(
        hidden=True,
        data_upload_words=True,
        data_amount=say("upload.amount"),
        data_speed=say("upload.speed"),
        data_seconds=say("upload.seconds"),
        data_minutes=say("upload.minutes"),
        data_waiting=say("upload.waiting"),
        data_stalled=say("upload.stalled"),
        data_paused=say("upload.paused"),
        data_failed=say("upload.failed"),
        data_login=say("upload.login"),
        data_lost=say("upload.lost"),
        data_arrived=say("upload.arrived"),
    )


def _button(slot: ObjectVar[Slot], what: str, caption: str, look: str = "b quiet") -> rx.Component:
    return rx.el.button(
        caption,
        type="button",
        class_name=look,
        hidden=True,
        aria_describedby=f"{slot.id}-label",
        data_do=what,
    )
