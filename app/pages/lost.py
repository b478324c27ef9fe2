"""Pages for when there is nothing to show: no such address, no network."""

import reflex as rx

from app.pages.frame import framed
from app.pages.page import Page
from app.routes import HOME, MY_CASES, OFFLINE, SERVICES, TRACK
from app.routes import NOT_FOUND as MISSING
from app.texts import say
from components.icons import icon
from components.links import link
from components.offline import kept_pages, network_notices
from components.outbox import outbox


def lost() -> rx.Component:
    """Say that there is no such page, and lead on from here."""
    ways = ((SERVICES, "services"), (MY_CASES, "cases"), (TRACK, "track"), (HOME, "home"))
    return rx.el.section(
        rx.el.p(say("lost.code"), class_name="muted"),
        rx.el.h1(say("lost.title")),
        rx.el.p(say("lost.hint"), class_name="lead"),
        rx.el.ul(
            *(
                rx.el.li(
                    rx.el.a(
                        rx.el.div(say(f"lost.to_{name}")),
                        icon("go"),
                        href=link(route),
                        class_name="go",
                    )
                )
                for route, name in ways
            ),
            class_name="list card",
        ),
        class_name="stack",
    )


def not_found() -> rx.Component:
    """Answer for an address that does not exist, or that this person may not see."""
    return framed(lost())


def offline() -> rx.Component:
    """Say that there is no network, what is safe, and what can be done."""
    return framed(
        rx.el.section(
            icon("offline"),
            rx.el.h1(say("offline.title")),
            rx.el.p(say("offline.hint"), class_name="lead"),
            rx.el.p(say("offline.safe")),
            rx.el.p(rx.el.a(say("offline.again"), href="", class_name="b")),
            class_name="stack offline",
        ),
        outbox(),
        kept_pages(),
        network_notices(),
        # It is kept as a stranger has it, and shown to everybody.
        offers_sign_in=False,
    )


#: Registered under Reflex's own name for it.
NOT_FOUND = Page(MISSING, not_found, "title.not_found")
PAGE = Page(OFFLINE, offline, "title.offline", is_shared=True)
