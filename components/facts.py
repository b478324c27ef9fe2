"""Pairs of a name and a value."""

import reflex as rx
from reflex.vars import ArrayVar, ObjectVar

from app.views import AnswerLine

from .html import Words


def fact(name: Words, value: Words | rx.Component) -> rx.Component:
    """Show one pair."""
    return rx.el.div(rx.el.dt(name), rx.el.dd(value))


def fact_unless_empty(name: Words, value: rx.Var[str]) -> rx.Component:
    """Show one pair, or nothing when the value is empty."""
    return rx.cond(value != "", fact(name, value))


def facts(*pairs: rx.Component, layout: str = "two") -> rx.Component:
    """Show pairs beside each other (`two`) or as a table of rows (`rows`)."""
    return rx.el.dl(*pairs, class_name=f"facts {layout}")


def answers(lines: ArrayVar[list[AnswerLine]]) -> rx.Component:
    """Show what was answered to each question."""

    def pair(line: ObjectVar[AnswerLine]) -> rx.Component:
        return rx.el.div(rx.el.dt(line.label), rx.el.dd(line.value, class_name="kept"))

    return rx.el.dl(rx.foreach(lines, pair), class_name="facts rows")
