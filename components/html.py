"""What Reflex's own elements lack: forms that the browser sends, small common pieces."""

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML

from app.texts import say

#: Words for a reader: a caption fixed when the page is compiled, or a value of a state.
Words = str | rx.Var[str]


class HtmlForm(BaseHTML):
    """A form that the browser itself sends; Reflex's own cancels that once hydrated."""

    tag = "form"

    action: rx.Var[str]
    method: rx.Var[str]
    enc_type: rx.Var[str]
    no_validate: rx.Var[bool]


def post(*children: rx.Component, action: Words, **props: Any) -> rx.Component:
    """Show a form that is sent by POST and judged by the server alone."""
    return HtmlForm.create(*children, action=action, method="post", no_validate=True, **props)


def search(label: str, *, example: str, action: Words, value: Words, button: str) -> rx.Component:
    """Show a search of one labelled input, sent by GET as `?cari=`."""
    return HtmlForm.create(
        rx.el.label(label, html_for="cari"),
        rx.el.div(
            rx.el.input(
                id="cari",
                type="search",
                name="cari",
                default_value=value,
                placeholder=example,
                auto_complete="off",
            ),
            rx.el.button(button, type="submit", class_name="b"),
            class_name="find",
        ),
        action=action,
        method="get",
        role="search",
        class_name="field",
    )


def by_code(
    label: str, *, action: Words, value: Words, problem: Words, button: str
) -> rx.Component:
    """Show the input for a code and its button, sent by GET as `?kode=`."""
    return HtmlForm.create(
        rx.el.div(
            rx.el.label(label, html_for="kode"),
            said("kode", say("field.code_hint"), problem),
            rx.el.div(
                rx.el.input(
                    id="kode",
                    name="kode",
                    default_value=value,
                    auto_complete="off",
                    auto_capitalize="characters",
                    spell_check=False,
                    class_name="code",
                    aria_describedby="kode-said",
                    aria_invalid=rx.Var.create(problem) != "",
                ),
                rx.el.button(button, type="submit", class_name="b"),
                class_name="find",
            ),
            class_name="field",
            data_bad=rx.Var.create(problem) != "",
        ),
        action=action,
        method="get",
    )


def said(owner: Words, hint: Words, problem: Words) -> rx.Component:
    """Show what is said of the input `owner`: its hint and its problem, if any."""
    return rx.el.div(
        unless_empty(hint, rx.el.span(hint, class_name="hint")),
        unless_empty(problem, rx.el.span(problem, class_name="problem")),
        id=f"{owner}-said",
        class_name="said",
    )


def unless_empty(value: Words, shown: rx.Component) -> rx.Component:
    """Show a component only when `value` says something."""
    return rx.cond(rx.Var.create(value) != "", shown)


def attribute(holds: rx.Var[bool], value: object) -> Any:
    """Return an attribute's value that is there only while `holds`."""
    return rx.cond(holds, value, rx.Var("undefined"))
