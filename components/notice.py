"""Words that ask for attention: notices, the summary of problems, empty lists."""

from typing import Any

import reflex as rx
from reflex.vars import ArrayVar, ObjectVar

from app.texts import say
from app.views import Problem

from .html import Words
from .icons import icon
from .live import live

#: Where a form that could not be sent leads back to.
PROBLEMS = "masalah"

_ICONS = {"info": "info", "turn": "alert", "done": "check", "problem": "alert"}


def notice(*children: rx.Component | Words, kind: str = "info", **props: Any) -> rx.Component:
    """Show a notice; `kind` is info, turn (the reader must act), done or problem."""
    return rx.el.div(
        icon(_ICONS[kind]),
        rx.el.div(*children),
        class_name="note",
        data_kind=kind,
        **props,
    )


def flash(text: rx.Var[str], kind: rx.Var[str]) -> rx.Component:
    """Show what came of the last thing this person did."""

    def of(kind: str) -> rx.Component:
        role = "alert" if kind == "problem" else "status"
        return notice(rx.el.p(text), kind=kind, role=role, data_testid="flash")

    return rx.cond(
        text != "",
        live(rx.match(kind, ("done", of("done")), ("problem", of("problem")), of("info"))),
    )


def problem_summary(problems: ArrayVar[list[Problem]], reassurance: str) -> rx.Component:
    """Show what a form still lacks, each line leading to its input, and what is safe."""

    def line(problem: ObjectVar[Problem]) -> rx.Component:
        return rx.el.li(rx.el.a(problem.text, href=problem.href))

    return rx.cond(
        problems.length() > 0,
        notice(
            rx.el.h2(say("form.problems_title")),
            rx.el.p(reassurance),
            rx.el.ul(rx.foreach(problems, line)),
            kind="problem",
            role="alert",
            id=PROBLEMS,
            tab_index=-1,  # so that the address that ends in it takes the reader there
        ),
    )


def empty(drawing: str, title: Words, hint: Words, *more: rx.Component) -> rx.Component:
    """Show that a list is empty, why that is, and what can be done."""
    return rx.el.div(
        icon(drawing),
        rx.el.h2(title),
        rx.el.p(hint, class_name="muted"),
        *more,
        class_name="empty",
        data_testid="empty",
    )
