"""One case as its resident sees it: where it is, who has it, until when, what to do."""

import reflex as rx

from app.pages.away import while_away
from app.pages.frame import back, framed
from app.pages.lost import lost
from app.pages.page import Page
from app.routes import CASE, CASE_LETTER, CASE_MESSAGE, CASE_WITHDRAW, MY_CASES
from app.texts import say
from app.usecases.outages import LIVE, STORE, WORKER
from components.application import FORM, application, waits_for_a_check
from components.facts import answers
from components.html import post
from components.letter import letter_box
from components.links import live_link
from components.live import live
from components.messages import MESSAGES, messages
from components.notice import notice
from components.slot import slot_line
from components.standing import case_standing
from components.timeline import timeline
from state.case import CaseState


def case() -> rx.Component:
    """One case, kept up to date while it is open."""
    return framed(
        rx.cond(live(CaseState.case).reference != "", _case(), lost()),
        current="cases",
        form=rx.cond(live(CaseState.case).can_answer, FORM, ""),
        is_broad=True,
        is_kept=True,
    )


def _case() -> rx.Component:
    it = live(CaseState.case)
    return rx.el.article(
        rx.el.header(
            back(say("cases.title"), MY_CASES),
            rx.el.h1(it.service),
            rx.el.p(say("case.number"), " ", it.reference, " · ", it.office, class_name="muted"),
        ),
        _away(),
        rx.el.div(
            rx.el.div(case_standing(it), _note(), _letter(), _form(), class_name="stack"),
            rx.el.div(_timeline(), _tracking(), class_name="stack"),
            rx.el.div(_documents(), _messages(), _withdraw(), class_name="stack"),
            class_name="stack split",
        ),
        class_name="stack",
        data_push=True,
    )


def _away() -> rx.Component:
    """Say what keeps this case waiting that is nobody's fault, and that nothing of it is lost."""
    it = live(CaseState.case)
    waits = waits_for_a_check(it.slots) | waits_for_a_check(it.form.slots)
    return rx.fragment(
        while_away(STORE, "away.store.form", when=it.can_answer),
        while_away(STORE, "away.store.letter", when=it.has_letter),
        while_away(WORKER, "away.worker.documents", when=waits),
        while_away(WORKER, "away.worker.letter", when=it.is_preparing_letter),
        while_away(LIVE, "away.live"),
    )


def _note() -> rx.Component:
    """Show what the office asked for, or why it refused."""
    it = live(CaseState.case)

    def of(title: str, kind: str) -> rx.Component:
        return notice(rx.el.h2(title), rx.el.p(it.note, class_name="kept"), kind=kind)

    return rx.cond(
        it.note != "",
        rx.cond(
            it.status == "rejected",
            of(say("case.refused_because"), "problem"),
            of(say("case.please_correct"), "turn"),
        ),
    )


def _letter() -> rx.Component:
    it = live(CaseState.case)
    address = live_link(CASE_LETTER, reference=it.reference)
    return rx.cond(
        it.has_letter,
        letter_box(it.letter, rx.cond(it.letter.href != "", it.letter.href, address)),
        rx.cond(it.is_preparing_letter, notice(rx.el.p(say("case.letter_soon")))),
    )


def _form() -> rx.Component:
    return rx.cond(live(CaseState.case).can_answer, application(live(CaseState.case).form))


def _documents() -> rx.Component:
    """Show what was sent, unless the form above shows the same."""
    it = live(CaseState.case)
    return rx.cond(
        it.can_answer,
        rx.fragment(),
        rx.fragment(
            rx.cond(
                it.slots.length() > 0,
                rx.el.section(
                    rx.el.h2(say("case.documents")),
                    rx.el.ul(rx.foreach(it.slots, slot_line), class_name="list"),
                    class_name="card stack",
                ),
            ),
            rx.cond(
                it.answers.length() > 0,
                rx.el.section(
                    rx.el.h2(say("case.answers")), answers(it.answers), class_name="card stack"
                ),
            ),
        ),
    )


def _timeline() -> rx.Component:
    return rx.el.section(
        rx.el.h2(say("case.timeline")),
        timeline(live(CaseState.case).timeline),
        class_name="card stack",
    )


def _messages() -> rx.Component:
    it = live(CaseState.case)
    return rx.cond(
        it.can_message | (it.messages.length() > 0),
        rx.el.section(
            rx.el.h2(say("message.title")),
            messages(it.messages, it.can_message, live_link(CASE_MESSAGE, reference=it.reference)),
            id=MESSAGES,
            class_name="card stack",
        ),
    )


def _tracking() -> rx.Component:
    it = live(CaseState.case)
    return rx.cond(
        it.tracking_code != "",
        rx.el.section(
            rx.el.h2(say("case.tracking")),
            rx.el.p(
                rx.el.a(it.tracking_code, href=it.tracking_href, class_name="code"),
            ),
            rx.el.p(say("case.tracking_hint"), class_name="small muted"),
            class_name="card stack tight",
        ),
    )


def _withdraw() -> rx.Component:
    it = live(CaseState.case)
    return rx.cond(
        it.can_withdraw,
        rx.el.details(
            rx.el.summary(say("case.withdraw")),
            post(
                rx.el.p(say("case.withdraw_hint")),
                rx.el.div(
                    rx.el.button(say("case.withdraw_now"), type="submit", class_name="b danger")
                ),
                action=live_link(CASE_WITHDRAW, reference=it.reference),
                class_name="stack",
            ),
        ),
    )


PAGE = Page(CASE, case, "title.case", (CaseState.load,), "resident")
