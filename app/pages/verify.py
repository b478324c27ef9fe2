"""Check whether a letter is genuine, by its code or by the file itself."""

import reflex as rx

from app.pages.frame import framed
from app.pages.page import Page
from app.routes import VERIFY, VERIFY_CODE
from app.texts import say
from components.html import by_code, post, said
from components.letter import verdict_box
from components.links import link
from components.live import live
from state.verify import VerifyState


def verify() -> rx.Component:
    """Loket's answer when there is one, and both ways to ask."""
    return framed(
        rx.el.header(
            rx.el.h1(say("verify.title")),
            rx.el.p(say("verify.lead"), class_name="muted"),
            class_name="stack tight",
        ),
        rx.cond(live(VerifyState.verdict).result != "", verdict_box(live(VerifyState.verdict))),
        rx.el.div(_by_code(), _by_file(), class_name="pair"),
    )


def _by_code() -> rx.Component:
    return rx.el.section(
        rx.el.h2(say("verify.by_code")),
        by_code(
            say("verify.code"),
            action=link(VERIFY),
            value=live(VerifyState.typed),
            problem="",
            button=say("verify.button"),
        ),
        class_name="card stack",
    )


def _by_file() -> rx.Component:
    return rx.el.section(
        rx.el.h2(say("verify.by_file")),
        post(
            rx.el.div(
                rx.el.label(say("verify.file"), html_for="surat"),
                said("surat", say("verify.file_hint"), live(VerifyState.problem)),
                rx.el.input(
                    type="file",
                    id="surat",
                    name="surat",
                    accept="application/pdf,.pdf",
                    aria_describedby="surat-said",
                    aria_invalid=live(VerifyState.problem) != "",
                ),
                class_name="field",
                data_bad=live(VerifyState.problem) != "",
            ),
            rx.el.div(rx.el.button(say("verify.button_file"), type="submit", class_name="b quiet")),
            action=link(VERIFY),
            enc_type="multipart/form-data",
            class_name="stack",
        ),
        class_name="card stack",
    )


PAGES = tuple(
    Page(route, verify, "title.verify", (VerifyState.load,), is_shared=route == VERIFY)
    for route in (VERIFY, VERIFY_CODE)
)
