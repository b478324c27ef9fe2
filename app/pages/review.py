"""One case under review: the answers, the documents as pictures, what can be done."""

import reflex as rx
from reflex.vars import NumberVar, ObjectVar

from app.pages.away import to_the_office
from app.pages.frame import back, framed
from app.pages.lost import lost
from app.pages.page import Page
from app.pages.review_steps import judge, steps, usual_reasons
from app.routes import QUEUE, REVIEW, REVIEW_LETTER, REVIEW_MESSAGE
from app.texts import say
from app.views import Slot
from components.facts import answers, fact_unless_empty, facts
from components.html import unless_empty
from components.icons import icon
from components.letter import letter_box
from components.links import live_link
from components.live import live
from components.messages import MESSAGES, messages
from components.notice import notice
from components.slot import standing
from components.standing import case_standing
from components.timeline import timeline
from state.review import ReviewState


def review() -> rx.Component:
    """One case, kept up to date while it is open."""
    return framed(
        rx.cond(live(ReviewState.review).case.reference != "", _review(), lost()),
        current="queue",
        is_broad=True,
    )


def _review() -> rx.Component:
    it = live(ReviewState.review)
    return rx.el.article(
        rx.el.header(
            back(say("queue.title"), QUEUE),
            rx.el.h1(it.case.service),
            rx.el.p(
                say("case.number"),
                " ",
                it.case.reference,
                " · ",
                it.resident_name,
                class_name="muted",
            ),
        ),
        to_the_office(),
        rx.el.div(
            rx.el.div(
                case_standing(it.case),
                steps(it),
                _note(),
                _letter(),
                _resident(),
                class_name="stack stay",
            ),
            rx.el.div(_documents(), _messages(), _history(), class_name="stack"),
            class_name="stack review",
        ),
        class_name="stack",
        data_push=True,
    )


def _note() -> rx.Component:
    case = live(ReviewState.review).case
    return unless_empty(
        case.note,
        notice(rx.el.h2(say("review.note")), rx.el.p(case.note, class_name="kept"), kind="turn"),
    )


def _letter() -> rx.Component:
    case = live(ReviewState.review).case
    return rx.cond(
        case.has_letter,
        letter_box(case.letter, live_link(REVIEW_LETTER, reference=case.reference)),
        rx.cond(case.is_preparing_letter, notice(rx.el.p(say("review.letter_soon")))),
    )


def _resident() -> rx.Component:
    it = live(ReviewState.review)
    return rx.el.section(
        rx.el.h2(say("review.application")),
        facts(
            fact_unless_empty(say("account.name"), it.resident_name),
            fact_unless_empty(say("account.nik"), it.resident_nik),
            fact_unless_empty(say("account.phone"), it.resident_phone),
            layout="rows",
        ),
        rx.cond(it.case.answers.length() > 0, answers(it.case.answers)),
        class_name="card stack",
    )


def _documents() -> rx.Component:
    return rx.el.section(
        rx.el.h2(say("case.documents")),
        usual_reasons(),
        rx.cond(
            live(ReviewState.review).case.slots.length() > 0,
            rx.el.ul(rx.foreach(live(ReviewState.review).case.slots, _document), class_name="list"),
            rx.el.p(say("review.no_documents"), class_name="muted"),
        ),
        class_name="card stack",
    )


def _document(slot: ObjectVar[Slot]) -> rx.Component:
    it = live(ReviewState.review)
    return rx.el.li(
        rx.el.div(
            rx.el.h3(slot.label, id=f"{slot.id}-name"),
            rx.cond(slot.has_document, standing(slot)),
            class_name="row apart",
        ),
        rx.cond(
            slot.has_document,
            rx.fragment(
                rx.el.p(
                    rx.cond(
                        slot.href != "",
                        rx.el.a(
                            say("review.open"),
                            " ",
                            slot.filename,
                            href=slot.href,
                            target="_blank",
                            rel="noopener",
                        ),
                        rx.el.span(slot.filename),
                    ),
                    " ",
                    slot.size,
                    class_name="small muted",
                ),
                unless_empty(slot.reason, notice(rx.el.p(slot.reason), kind="turn")),
                _sheets(slot),
                rx.cond(it.can_review & (slot.status == "safe"), judge(it.case.reference, slot)),
            ),
            rx.el.p(say("document.none"), class_name="muted"),
        ),
        id=f"d-{slot.document}",
        class_name="stack",
        data_testid="upload",
    )


def _sheets(slot: ObjectVar[Slot]) -> rx.Component:
    def sheet(address: rx.Var[str], index: NumberVar[int]) -> rx.Component:
        page = say("review.sheet")
        return rx.el.a(
            rx.el.img(
                src=address,
                loading="lazy",
                alt=f"{slot.label}, {page} {index + 1}",
                class_name="sheet",
            ),
            href=address,
            target="_blank",
            rel="noopener",
        )

    return rx.foreach(slot.pages, sheet)


def _messages() -> rx.Component:
    case = live(ReviewState.review).case
    return rx.cond(
        case.can_message | (case.messages.length() > 0),
        rx.el.section(
            rx.el.h2(say("message.title")),
            messages(
                case.messages,
                case.can_message,
                live_link(REVIEW_MESSAGE, reference=case.reference),
            ),
            id=MESSAGES,
            class_name="card stack",
        ),
    )


def _history() -> rx.Component:
    return rx.el.section(
        rx.el.h2(icon("clock"), say("review.history"), class_name="row"),
        timeline(live(ReviewState.review).case.timeline),
        class_name="card stack",
    )


PAGE = Page(REVIEW, review, "title.review", (ReviewState.load,), "staff")
