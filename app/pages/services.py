"""The catalogue: every service, and one with all that it takes."""

import reflex as rx
from reflex.vars import ArrayVar, NumberVar, ObjectVar

from app.pages.away import while_away
from app.pages.frame import back, framed
from app.pages.lost import lost
from app.pages.page import Page
from app.routes import SERVICE, SERVICES
from app.texts import say
from app.usecases.outages import STORE
from app.views import RequirementLine, ServiceCard
from components.cards import service_card
from components.facts import fact, facts
from components.html import search, unless_empty
from components.links import link
from components.live import live
from components.notice import empty, notice
from state.services import ServicesState, ServiceState


def services() -> rx.Component:
    """Search and the services found, below the heading of their category."""
    return framed(
        rx.el.header(
            rx.el.h1(say("services.title")),
            search(
                say("services.search"),
                example=say("services.search_example"),
                action=link(SERVICES),
                value=live(ServicesState.search),
                button=say("services.find"),
            ),
            class_name="stack",
        ),
        rx.cond(
            live(ServicesState.services).length() > 0,
            rx.fragment(
                unless_empty(live(ServicesState.search), rx.el.h2(say("services.found"))),
                rx.el.ul(rx.foreach(live(ServicesState.services), _listed), class_name="groups"),
            ),
            empty(
                "services",
                say("services.none"),
                say("services.none_hint"),
                rx.el.a(say("services.all"), href=link(SERVICES), class_name="b quiet"),
            ),
        ),
        current="services",
        is_kept=True,
    )


def _listed(service: ObjectVar[ServiceCard], index: NumberVar[int]) -> rx.Component:
    """Show a service; the first of a category brings the category's heading along.

    What a search found comes best first, in no category's order.
    """
    is_listed = live(ServicesState.search) == ""
    before = live(ServicesState.services)[index - 1]
    return rx.el.li(
        rx.cond(
            is_listed & ((index == 0) | (before.category != service.category)),
            rx.el.h2(service.category),
        ),
        rx.el.div(service_card(service), class_name="card"),
    )


def service() -> rx.Component:
    """One service, or the page for an address that does not exist."""
    return framed(
        rx.cond(live(ServiceState.service).key != "", _service(), lost()),
        current="services",
        is_kept=True,
        is_broad=True,
    )


def _service() -> rx.Component:
    it = live(ServiceState.service)
    return rx.el.article(
        rx.el.header(
            back(say("services.title"), SERVICES),
            rx.el.h1(it.name),
            rx.el.p(it.summary, class_name="lead"),
            class_name="stack tight",
        ),
        rx.el.aside(
            facts(fact(say("service.time"), it.time), fact(say("service.fee"), it.fee)),
            rx.el.div(
                rx.el.a(say("service.apply"), href=it.apply_href, class_name="b"),
                class_name="call",
            ),
            class_name="card stack stay",
            aria_label=say("service.in_short"),
        ),
        rx.el.div(
            while_away(STORE, "away.store.service", when=it.requirements.length() > 0),
            _about(),
            class_name="stack roomy",
        ),
        class_name="stack roomy split",
    )


def _about() -> rx.Component:
    it = live(ServiceState.service)
    return rx.fragment(
        rx.el.section(
            rx.el.h2(say("service.documents")),
            rx.cond(
                it.requirements.length() > 0,
                rx.el.ul(rx.foreach(it.requirements, _requirement), class_name="list card"),
                rx.el.p(say("service.no_documents")),
            ),
            class_name="stack",
        ),
        rx.cond(
            it.notes.length() > 0,
            notice(
                rx.el.h2(say("service.notes")),
                rx.foreach(it.notes, lambda text: rx.el.p(text)),
            ),
        ),
        _folded(say("service.questions"), it.questions),
        rx.el.section(
            rx.el.h2(say("service.chain")),
            rx.el.ol(
                rx.el.li(rx.el.div(say("service.chain_first"))),
                rx.foreach(it.chain, lambda text: rx.el.li(rx.el.div(text))),
                rx.el.li(rx.el.div(say("service.chain_last"))),
                class_name="steps",
            ),
            class_name="stack",
        ),
        _folded(say("service.legal_basis"), it.legal_basis),
    )


def _folded(title: str, lines: ArrayVar[list[str]]) -> rx.Component:
    """Show lines that most readers can do without, folded away."""
    return rx.cond(
        lines.length() > 0,
        rx.el.details(
            rx.el.summary(title),
            rx.el.ul(rx.foreach(lines, lambda text: rx.el.li(text)), class_name="dots"),
        ),
    )


def _requirement(line: ObjectVar[RequirementLine]) -> rx.Component:
    return rx.el.li(
        rx.el.strong(line.label),
        rx.cond(
            line.required,
            rx.fragment(),
            rx.el.span(" ", say("field.optional"), class_name="opt"),
        ),
        unless_empty(line.condition, rx.el.div(line.condition, class_name="small")),
        unless_empty(line.hint, rx.el.div(line.hint, class_name="small muted")),
    )


PAGES = (
    Page(SERVICES, services, "title.services", (ServicesState.load,), is_shared=True),
    Page(SERVICE, service, "title.service", (ServiceState.load,), is_shared=True),
)
