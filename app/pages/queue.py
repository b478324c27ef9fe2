"""The office's queue: what waits, for whom, until when."""

import reflex as rx
from reflex.vars import ObjectVar

from app.pages.away import to_the_office
from app.pages.frame import framed
from app.pages.page import Page
from app.routes import QUEUE
from app.texts import say
from app.views import QueueTab
from components.cards import queue_row
from components.html import attribute, search
from components.links import link
from components.live import live
from components.notice import empty
from components.scripts import script
from state.queue import QueueState


def queue() -> rx.Component:
    """The views of the queue with their counts, a search, and the cases."""
    it = live(QueueState.queue)
    return framed(
        rx.el.article(
            rx.el.header(
                rx.el.h1(say("queue.title")),
                rx.el.p(it.office, class_name="muted"),
            ),
            to_the_office(),
            rx.el.div(
                rx.el.nav(
                    rx.foreach(it.tabs, _tab), class_name="tabs", aria_label=say("queue.views")
                ),
                rx.el.div(
                    search(
                        say("queue.search"),
                        example=say("queue.search_example"),
                        action=link(QUEUE),
                        value=it.search,
                        button=say("services.find"),
                    ),
                    rx.cond(it.cases.length() > 0, _cases(), _empty()),
                    class_name="stack",
                ),
                class_name="stack desk",
            ),
            class_name="stack",
            data_push=True,
        ),
        script("arrows"),
        current="queue",
        is_broad=True,
    )


def _tab(tab: ObjectVar[QueueTab]) -> rx.Component:
    return rx.el.a(
        rx.el.span(tab.label),
        rx.el.span(tab.count),
        href=tab.href,
        aria_current=attribute(tab.is_current, "page"),
    )


def _cases() -> rx.Component:
    it = live(QueueState.queue)
    return rx.fragment(
        rx.el.p(say("queue.keys"), class_name="small muted keys"),
        rx.el.ul(rx.foreach(it.cases, queue_row), class_name="card list lines", data_arrows=True),
        rx.cond(
            it.next_href != "",
            rx.el.p(rx.el.a(say("queue.next"), href=it.next_href, class_name="b quiet")),
        ),
    )


def _empty() -> rx.Component:
    return rx.cond(
        live(QueueState.queue).search != "",
        empty("queue", say("queue.none_found"), say("queue.none_found_hint")),
        empty("check", say("queue.none"), say("queue.none_hint")),
    )


PAGE = Page(QUEUE, queue, "title.queue", (QueueState.load,), "staff")
