"""One question of a form with its label, its hint and what is wrong with it."""

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from app.texts import say
from app.views import Choice, Input

from .html import attribute, said
from .live import live

#: More choices than this are offered as a select, for the thumb's sake.
MANY = 6


def field(item: ObjectVar[Input]) -> rx.Component:
    """Show the input of one question; what was typed stands in it again."""
    return rx.el.div(
        rx.match(
            item.kind,
            ("choice", rx.cond(item.choices.length() > MANY, _select(item), _radios(item))),
            ("long_text", _labelled(item, _long_text(item))),
            ("money", _labelled(item, _money(item))),
            _labelled(item, _text(item)),
        ),
        class_name="field",
        data_bad=item.problem != "",
    )


def optional(required: rx.Var[bool]) -> rx.Component:
    """Say that an answer may be left out."""
    return rx.cond(
        required, rx.fragment(), rx.el.span(" ", say("field.optional"), class_name="opt")
    )


def radio(name: rx.Var[str] | str, choice: ObjectVar[Choice]) -> rx.Component:
    """Show one choice as a radio button whose whole line can be touched."""
    return rx.el.label(
        rx.el.input(type="radio", name=name, value=choice.value, default_checked=choice.chosen),
        rx.el.span(choice.label),
        class_name="choice",
    )


def option(choice: ObjectVar[Choice]) -> rx.Component:
    """Show one choice as an option of a select."""
    return rx.el.option(choice.label, value=choice.value, selected=choice.chosen)


def _labelled(item: ObjectVar[Input], control: rx.Component) -> rx.Component:
    return rx.fragment(
        rx.el.label(item.label, optional(item.required), html_for=item.id),
        said(item.id, item.hint, item.problem),
        control,
    )


def _common(item: ObjectVar[Input]) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": item.name,
        "required": item.required,
        "aria_describedby": f"{item.id}-said",
        "aria_invalid": item.problem != "",
    }


def _typed(item: ObjectVar[Input]) -> dict[str, Any]:
    limit = attribute(item.max_length != 0, item.max_length)
    return {**_common(item), "default_value": item.value, "max_length": limit}


def _text(item: ObjectVar[Input]) -> rx.Component:
    return rx.el.input(
        type=live(rx.match(item.kind, ("date", "date"), ("time", "time"), "text")),
        input_mode=rx.cond(
            item.autocomplete == "tel", "tel", rx.cond(item.kind == "number", "numeric", "text")
        ),
        auto_complete=attribute(item.autocomplete != "", item.autocomplete),
        **_typed(item),
    )


def _long_text(item: ObjectVar[Input]) -> rx.Component:
    return rx.el.textarea(rows="4", **_typed(item))


def _money(item: ObjectVar[Input]) -> rx.Component:
    return rx.el.div(
        rx.el.span(say("field.rupiah")),
        rx.el.input(type="text", input_mode="numeric", **_typed(item)),
        class_name="money",
    )


def _select(item: ObjectVar[Input]) -> rx.Component:
    return _labelled(
        item,
        rx.el.select(
            rx.el.option(say("field.choose"), value=""),
            rx.foreach(item.choices, option),
            **_common(item),
        ),
    )


def _radios(item: ObjectVar[Input]) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(item.label, optional(item.required)),
        said(item.id, item.hint, item.problem),
        rx.foreach(item.choices, lambda choice: radio(item.name, choice)),
        id=item.id,
        aria_describedby=f"{item.id}-said",
    )
