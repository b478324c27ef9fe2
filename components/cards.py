"""One service, one case, one letter to sign, as a line of a list."""

import reflex as rx
from reflex.vars import ObjectVar

from app.texts import say
from app.views import CaseCard, ServiceCard

from .badge import badge
from .html import unless_empty
from .icons import icon


def service_card(service: ObjectVar[ServiceCard], heading: str = "h3") -> rx.Component:
    """Show a service with its time and fee as a link to its page."""
    title = rx.el.h3 if heading == "h3" else rx.el.strong
    return rx.el.a(
        rx.el.div(
            title(service.name),
            rx.el.div(service.summary, class_name="muted small"),
            rx.el.div(service.time, " · ", service.fee, class_name="small"),
        ),
        icon("go"),
        href=service.href,
        class_name="go",
    )


def left(case: ObjectVar[CaseCard]) -> rx.Component:
    """Show how much time is left, louder when it has run out."""
    return rx.el.span(case.left, class_name=rx.cond(case.is_late, "late", "muted"))


def case_card(case: ObjectVar[CaseCard]) -> rx.Component:
    """Show one of the resident's cases as a link to its page."""
    return rx.el.li(
        rx.el.a(
            rx.el.div(
                rx.el.h2(case.service),
                rx.el.div(say("case.number"), " ", case.reference, class_name="small muted"),
                rx.el.div(badge(case.status, case.status_label), left(case), class_name="row"),
                unless_empty(case.holder, rx.el.div(case.holder, " · ", case.since)),
                unless_empty(case.due, rx.el.div(case.due, class_name="small muted")),
                class_name="stack tight",
            ),
            icon("go"),
            href=case.href,
            class_name="go",
        ),
        class_name="card",
        data_testid="case-card",
    )


def queue_row(case: ObjectVar[CaseCard]) -> rx.Component:
    """Show one of the office's cases as a line that leads to its review."""
    return rx.el.li(
        rx.el.a(
            rx.el.div(
                rx.el.strong(case.resident),
                rx.el.div(case.service),
                rx.el.div(say("case.number"), " ", case.reference, class_name="small muted"),
            ),
            rx.el.div(left(case), rx.el.div(case.documents, class_name="small muted")),
            rx.el.div(badge(case.status, case.status_label)),
            rx.el.div(rx.el.div(case.holder), rx.el.div(case.since), class_name="small muted"),
            href=case.href,
            class_name="line",
        ),
        data_testid="queue-row",
    )
