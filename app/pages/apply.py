"""Apply for a service."""

import reflex as rx

from app.pages.away import while_away
from app.pages.frame import framed
from app.pages.lost import lost
from app.pages.page import Page
from app.routes import APPLY
from app.texts import say
from app.usecases.outages import STORE, WORKER
from components.application import FORM, application, waits_for_a_check
from components.icons import icon
from components.live import live
from state.apply import ApplyState


def apply() -> rx.Component:
    """The form of one service, as it stands in this resident's draft."""
    form = live(ApplyState.form)
    return framed(
        rx.cond(
            form.action != "",
            rx.el.article(
                rx.el.header(
                    rx.el.a(
                        icon("back"),
                        say("apply.about_service"),
                        href=form.service_href,
                        class_name="back",
                    ),
                    rx.el.h1(form.service),
                    rx.el.p(say("apply.lead"), class_name="muted"),
                ),
                while_away(STORE, "away.store.form", when=form.slots.length() > 0),
                while_away(WORKER, "away.worker.form", when=waits_for_a_check(form.slots)),
                application(form),
                class_name="stack",
            ),
            lost(),
        ),
        current="services",
        is_kept=True,
        form=rx.cond(form.action != "", FORM, ""),
    )


PAGE = Page(APPLY, apply, "title.apply", (ApplyState.load,), "resident")
