"""Showing kept answers again: to read, and to type over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.fields.groups import input_name
from app.domain.fields.kinds import SIMPLE
from app.domain.fields.problem import Answer
from app.domain.forms import Field, Kind


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """One answer as a person reads it: `text`, or for a group its `rows` of label and text."""

    name: str
    label: str
    text: str
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()


def format_answer(field: Field, answer: Answer, language: str) -> str:
    """Return an answer as a person reads it; a group's rows stand on a line each."""
    if isinstance(answer, list):
        rows = _rows(field, answer, language)
        return "\n".join(", ".join(text for _, text in row) for row in rows)
    return SIMPLE[field.kind].format(field, answer, language)


def show_answers(
    fields: Sequence[Field], answers: Mapping[str, Answer], language: str
) -> list[ShownAnswer]:
    """Return the answers that were given, labelled, in display order."""
    return [
        ShownAnswer(
            field.name,
            field.label.in_(language),
            format_answer(field, answers[field.name], language),
            _rows(field, answers[field.name], language),
        )
        for field in fields
        if field.name in answers
    ]


def type_answers(fields: Sequence[Field], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Return form input names with the text that `read_answers` reads as `answers`."""
    typed: dict[str, str] = {}
    for field in fields:
        answer = answers.get(field.name)
        if isinstance(answer, list):
            for index, row in enumerate(answer):
                for column in field.columns:
                    if column.name in row:
                        cell = SIMPLE[column.kind].typed(row[column.name])
                        typed[input_name(field, index, column)] = cell
        elif answer is not None:
            typed[field.name] = SIMPLE[field.kind].typed(answer)
    return typed


def _rows(field: Field, answer: Answer, language: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    if field.kind is not Kind.GROUP or not isinstance(answer, list):
        return ()
    return tuple(
        tuple(
            (
                column.label.in_(language),
                SIMPLE[column.kind].format(column, row[column.name], language),
            )
            for column in field.columns
            if column.name in row
        )
        for row in answer
    )
