"""The frame of every page: skip link, header with the way around, content, footer."""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from app.routes import (
    ACCOUNT,
    HELP,
    HOME,
    MY_CASES,
    OFFLINE,
    QUEUE,
    SERVICES,
    SIGN_IN_START,
    SIGN_OUT,
    SIGNING,
    VERIFY,
)
from app.texts import language, say
from app.views import Viewer

from .html import Words, post
from .icons import icon, mark
from .links import link
from .notice import flash
from .scripts import script

#: Where the skip link leads.
CONTENT = "isi"


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a page's own content."""

    viewer: ObjectVar[Viewer]
    flash: rx.Var[str]
    flash_kind: rx.Var[str]
    elsewhere: Words  # this page in the other language
    current: str = ""  # which entry of the navigation this page belongs to
    is_broad: bool = False  # a desk's width rather than a reading width
    offers_sign_in: bool = True
    is_kept: bool = False  # phones may keep this page for who saw it
    form: Words = ""  # id of the form on this page that keeps what was typed, if there is one


def shell(around: Around, *content: rx.Component) -> rx.Component:
    """Show `content` inside the frame."""
    return rx.el.div(
        rx.el.a(say("shell.skip"), href=f"#{CONTENT}", class_name="skip"),
        _top(around),
        rx.el.main(
            rx.el.div(
                flash(around.flash, around.flash_kind), *content, class_name="wrap stack roomy"
            ),
            id=CONTENT,
            tab_index=-1,
            class_name="broad" if around.is_broad else "",
        ),
        _foot(around),
        script("offline"),
        lang=language(),
        data_account=around.viewer.tag,
        data_idle=around.viewer.idle,
        data_words=link(OFFLINE),
        custom_attrs={"data-keep": "page"} if around.is_kept else {},
    )


def _top(around: Around) -> rx.Component:
    return rx.el.header(
        rx.el.div(
            rx.el.a(mark(), rx.el.span(say("shell.name")), href=link(HOME), class_name="brand"),
            rx.el.nav(
                rx.cond(around.viewer.is_staff, _for_staff(around), _for_residents(around.current)),
                class_name="nav",
                aria_label=say("shell.nav"),
            ),
            rx.el.div(_who(around), class_name="who"),
            class_name="wrap",
        ),
        class_name="top",
    )


def _who(around: Around) -> rx.Component:
    viewer = around.viewer
    mine = rx.el.a(
        icon("person"),
        rx.el.span(viewer.name),
        href=link(ACCOUNT),
        title=say("shell.account"),
        **_current("account", around.current),
    )
    sign_in = rx.el.a(say("shell.sign_in"), href=link(SIGN_IN_START), class_name="b")
    return rx.cond(viewer.is_signed_in, mine, sign_in if around.offers_sign_in else rx.fragment())


def _for_residents(current: str) -> rx.Component:
    return rx.fragment(
        _entry("home", "home", HOME, current),
        _entry("services", "services", SERVICES, current),
        _entry("cases", "cases", MY_CASES, current),
    )


def _for_staff(around: Around) -> rx.Component:
    return rx.fragment(
        _entry("queue", "queue", QUEUE, around.current),
        rx.cond(around.viewer.can_sign, _entry("signing", "sign", SIGNING, around.current)),
        _entry("services", "services", SERVICES, around.current),
    )


def _entry(name: str, drawing: str, route: str, current: str) -> rx.Component:
    return rx.el.a(
        icon(drawing),
        rx.el.span(say(f"shell.nav_{name}")),
        href=link(route),
        **({"data_waits": say("outbox.count")} if name == "cases" else {}),
        **_current(name, current),
    )


def _current(name: str, current: str) -> dict[str, Any]:
    return {"aria_current": "page"} if name == current else {}


def _sign_out(around: Around) -> rx.Component:
    """Offer the way out on every page but the account's, which has its own: phones are lent."""
    if around.current == "account":
        return rx.fragment()
    button = rx.el.button(say("account.sign_out"), type="submit", class_name="as-link")
    return rx.cond(
        around.viewer.is_signed_in, post(button, action=link(SIGN_OUT), data_sign_out=True)
    )


def _other_language(around: Around) -> rx.Component:
    """Lead to this page in the other language, with what was typed where there is a form."""
    other = "en" if language() == "id" else "id"
    words = say("shell.other_language")
    there = rx.el.a(words, href=around.elsewhere, lang=other, custom_attrs={"hrefLang": other})
    button = rx.el.button(
        words,
        type="submit",
        form=around.form,
        name="action",
        value="language",
        lang=other,
        class_name="as-link",
    )
    return rx.cond(rx.Var.create(around.form) != "", button, there)


def _foot(around: Around) -> rx.Component:
    return rx.el.footer(
        rx.el.div(
            rx.el.span(say("shell.about")),
            # First and in the same place on every page: where to ask.
            rx.el.a(say("shell.help"), href=link(HELP)),
            rx.el.a(say("shell.verify"), href=link(VERIFY)),
            _other_language(around),
            _sign_out(around),
            class_name="wrap",
        ),
        class_name="foot",
    )
