"""What Loket is, for someone who has never seen it."""

import reflex as rx

from app.pages.frame import framed
from app.pages.page import Page
from app.routes import HOME, SERVICES, TRACK, VERIFY
from app.texts import say
from components.cards import service_card
from components.html import by_code, search
from components.icons import icon
from components.links import link
from components.live import live
from state.home import HomeState


def home() -> rx.Component:
    """Search, services often asked for, how it works, follow a case, check a letter."""
    return framed(
        _hero(),
        rx.el.div(_popular(), _how(), class_name="stack roomy halves"),
        _more(),
        current="home",
        is_broad=True,
        is_kept=True,
    )


def _hero() -> rx.Component:
    return rx.el.section(
        rx.el.h1(say("home.title")),
        rx.el.p(say("home.lead"), class_name="lead"),
        search(
            say("services.search"),
            example=say("services.search_example"),
            action=link(SERVICES),
            value="",
            button=say("services.find"),
        ),
        class_name="hero stack",
    )


def _popular() -> rx.Component:
    return rx.el.section(
        rx.el.h2(say("home.popular")),
        rx.el.ul(
            rx.foreach(live(HomeState.popular), lambda service: rx.el.li(service_card(service))),
            class_name="list card",
        ),
        rx.el.p(rx.el.a(say("home.all_services"), href=link(SERVICES), class_name="more")),
        class_name="stack",
    )


def _how() -> rx.Component:
    steps = [
        rx.el.li(
            rx.el.h3(say(f"home.step_{name}")),
            rx.el.p(say(f"home.step_{name}_hint"), class_name="muted"),
        )
        for name in ("send", "follow", "download")
    ]
    return rx.el.section(
        rx.el.h2(say("home.how")), rx.el.ol(*steps, class_name="steps"), class_name="stack"
    )


def _more() -> rx.Component:
    return rx.el.div(
        rx.el.section(
            rx.el.h2(say("home.track")),
            by_code(
                say("track.label"),
                action=link(TRACK),
                value="",
                problem="",
                button=say("track.button"),
            ),
            class_name="card stack",
        ),
        rx.el.section(
            rx.el.h2(say("home.verify")),
            rx.el.p(say("home.verify_hint"), class_name="muted"),
            rx.el.a(
                icon("seal"),
                say("home.verify_link"),
                href=link(VERIFY),
                class_name="b quiet",
            ),
            class_name="card stack",
        ),
        class_name="pair",
    )


PAGE = Page(HOME, home, "title.home", (HomeState.load,), is_shared=True)
