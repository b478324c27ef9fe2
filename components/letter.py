"""The letter that a case produced, and what Loket says of a letter."""

import reflex as rx
from reflex.vars import ObjectVar

from app.texts import say
from app.views import LetterView, Verdict

from .facts import fact_unless_empty, facts
from .html import Words
from .icons import icon

_GOOD = ("genuine", "genuine_with_additions")
_BAD = ("altered", "revoked")


def letter_box(letter: ObjectVar[LetterView], href: Words) -> rx.Component:
    """Show the finished letter and the way to download it."""
    return rx.el.section(
        rx.el.h2(say("letter.title")),
        facts(
            fact_unless_empty(say("letter.number"), letter.number),
            fact_unless_empty(say("letter.issued"), letter.issued),
            fact_unless_empty(say("letter.signer"), letter.signer),
        ),
        rx.el.div(
            rx.el.a(
                icon("download"), rx.el.span(say("letter.download")), href=href, class_name="b"
            ),
            rx.el.span(say("letter.kind"), " ", letter.size, class_name="muted small"),
            class_name="row",
        ),
        rx.cond(
            letter.verify_href != "",
            rx.el.p(
                say("letter.share_hint"),
                " ",
                rx.el.a(say("letter.verify"), href=letter.verify_href),
                class_name="small",
            ),
        ),
        class_name="card stack",
    )


def verdict_box(verdict: ObjectVar[Verdict]) -> rx.Component:
    """Show in plain words whether a letter is genuine, who signed it, and what changed."""
    drawing = rx.match(
        verdict.result,
        *((result, icon("seal")) for result in _GOOD),
        *((result, icon("cross")) for result in _BAD),
        icon("info"),
    )
    return rx.el.section(
        rx.el.div(drawing, rx.el.h2(verdict.title), class_name="row"),
        rx.el.p(verdict.explanation),
        facts(
            fact_unless_empty(say("letter.number"), verdict.number),
            fact_unless_empty(say("verify.service"), verdict.service),
            fact_unless_empty(say("verify.holder"), verdict.holder),
            fact_unless_empty(say("verify.office"), verdict.office),
            fact_unless_empty(say("letter.signer"), verdict.signer),
            fact_unless_empty(say("verify.signed_at"), verdict.signed_at),
            layout="rows",
        ),
        class_name="card verdict",
        data_testid="verification",
        data_result=verdict.result,
        role="status",
    )
