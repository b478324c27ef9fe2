"""Letters that wait for my initial or signature, many at once."""

import reflex as rx
from reflex.vars import ObjectVar

from app.pages.away import to_the_office
from app.pages.frame import framed
from app.pages.page import Page
from app.routes import QUEUE, SIGNING
from app.texts import say
from app.views import SigningLine
from components.html import post
from components.links import link
from components.live import live
from components.notice import empty
from components.scripts import script
from state.signing import SigningState


def signing() -> rx.Component:
    """Choose letters and put one's name to all of them with one press."""
    acts = live(SigningState.lines).map(lambda line: line.act)
    return framed(
        rx.el.header(
            rx.el.h1(say("signing.title")),
            rx.el.p(say("signing.lead"), class_name="muted"),
            class_name="stack tight",
            data_push=True,
        ),
        to_the_office(),
        rx.cond(
            live(SigningState.lines).length() > 0,
            rx.el.div(
                rx.cond(acts.contains("sign"), _batch("sign")),
                rx.cond(acts.contains("initial"), _batch("initial")),
                class_name="stack roomy",
            ),
            empty(
                "check",
                say("signing.none"),
                say("signing.none_hint"),
                rx.el.a(say("queue.title"), href=link(QUEUE), class_name="b quiet"),
            ),
        ),
        script("form"),
        current="signing",
    )


def _batch(act: str) -> rx.Component:
    def line(it: ObjectVar[SigningLine]) -> rx.Component:
        # The key keeps a tick with its letter when the list changes under the reader's hand.
        return rx.fragment(rx.cond(it.act == act, _line(it)), key=it.reference)

    return post(
        rx.el.h2(say(f"signing.{act}")),
        rx.el.label(
            rx.el.input(type="checkbox", data_all="reference"),
            rx.el.span(say("signing.all")),
            class_name="choice all",
            hidden=True,
        ),
        rx.el.ul(rx.foreach(live(SigningState.lines), line), class_name="list card"),
        rx.el.div(
            rx.el.button(say(f"act.{act}"), type="submit", name="step", value=act, class_name="b"),
            class_name="actions",
        ),
        action=link(SIGNING),
        class_name="stack",
    )


def _line(it: ObjectVar[SigningLine]) -> rx.Component:
    return rx.el.li(
        rx.el.label(
            rx.el.input(type="checkbox", name="reference", value=it.reference),
            rx.el.span(say("signing.choose"), " ", it.reference, class_name="sr"),
        ),
        rx.el.div(
            rx.el.a(rx.el.strong(it.resident), href=it.href),
            rx.el.div(it.service, " · ", it.reference),
            rx.el.div(
                it.since,
                " · ",
                rx.el.span(it.left, class_name=rx.cond(it.is_late, "late", "")),
                class_name="small muted",
            ),
        ),
        class_name="pick",
    )


PAGE = Page(SIGNING, signing, "title.signing", (SigningState.load,), "staff")
