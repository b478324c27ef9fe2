"""The resident's cases, the newest first."""

import reflex as rx

from app.pages.frame import framed
from app.pages.page import Page
from app.routes import MY_CASES, SERVICES
from app.texts import say
from components.cards import case_card
from components.links import link
from components.live import live
from components.notice import empty
from components.outbox import outbox
from state.my_cases import MyCasesState


def my_cases() -> rx.Component:
    """Every case of this resident, or the way to a first one."""
    new = rx.el.a(say("cases.new"), href=link(SERVICES), class_name="b")
    return framed(
        rx.el.h1(say("cases.title")),
        outbox(),
        rx.cond(
            live(MyCasesState.cases).length() > 0,
            rx.el.div(
                rx.el.ul(rx.foreach(live(MyCasesState.cases), case_card), class_name="stack"),
                rx.el.p(rx.el.a(say("cases.more"), href=link(SERVICES), class_name="b quiet")),
                class_name="stack",
            ),
            empty("cases", say("cases.none"), say("cases.none_hint"), new),
        ),
        current="cases",
        is_kept=True,
    )


PAGE = Page(MY_CASES, my_cases, "title.cases", (MyCasesState.load,), "resident")
