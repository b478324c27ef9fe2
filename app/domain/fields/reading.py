"""Reading a submitted form against its definition."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from app.domain.fields.groups import MOST_ROWS, Raw, filled_rows, input_name, next_row, text_of
from app.domain.fields.kinds import SIMPLE
from app.domain.fields.problem import Answer, FieldProblem
from app.domain.forms import TODAY, Field, Kind


def read_answers(
    fields: Sequence[Field], raw: Raw, *, today: date
) -> tuple[dict[str, Answer], list[FieldProblem]]:
    """Read a submitted form against its definition.

    Args:
        fields: the form's questions, in display order.
        raw: input name to the text as typed (`purpose`, `heirs.0.name`). Dates are ISO
            8601 or day first, money is in whole rupiah with `.` or `,` between thousands.
        today: the office's date, for dates that must not be past or to come.

    Returns:
        Answers by field name for every field that could be read, and one problem for
        every input that could not, in display order. Left out are blank optional
        fields without a default, fields whose condition does not hold, blank rows of a
        group, and names that the form does not declare. A group is kept with the cells
        that could be read.
    """
    answers: dict[str, Answer] = {}
    problems: list[FieldProblem] = []
    for field in fields:
        if field.when is not None and not field.when.holds(answers):
            continue
        if field.kind is Kind.GROUP:
            rows, wrong = _read_group(field, raw, today)
            problems += wrong
            if rows:
                answers[field.name] = rows
            continue
        read = _read_one(field, text_of(raw, field.name), answers, today)
        if isinstance(read, FieldProblem):
            problems.append(read)
        elif read is not None:
            answers[field.name] = read
    return answers, problems


def _read_one(
    field: Field, text: str, earlier: Mapping[str, object], today: date
) -> str | int | FieldProblem | None:
    """Read one input; None when it is blank and may be."""
    read = SIMPLE[field.kind].read(field, text)
    if read is None and field.default is not None:
        return field.default
    if read is None and field.required:
        return FieldProblem(field.name, "problem.required")
    if field.kind is Kind.DATE and isinstance(read, str):
        return _out_of_bounds(field, date.fromisoformat(read), earlier, today) or read
    return read


def _out_of_bounds(
    field: Field, day: date, earlier: Mapping[str, object], today: date
) -> FieldProblem | None:
    """Return the problem of a date beyond `not_before` or `not_after`.

    The fact `date` is the bound (ISO 8601); `problem.date_order` says that two dates of
    the form stand the wrong way round.
    """
    for name, is_beyond, key in (
        (field.not_before, day.__lt__, "problem.date_past"),
        (field.not_after, day.__gt__, "problem.date_future"),
    ):
        bound = None if name is None else _bound(name, earlier, today)
        if bound is not None and is_beyond(bound):
            key = key if name == TODAY else "problem.date_order"
            return FieldProblem(field.name, key, {"date": bound.isoformat()})
    return None


def _bound(name: str, earlier: Mapping[str, object], today: date) -> date | None:
    if name == TODAY:
        return today
    other = earlier.get(name)
    return date.fromisoformat(other) if isinstance(other, str) else None


def _read_group(
    field: Field, raw: Raw, today: date
) -> tuple[list[dict[str, str | int]], list[FieldProblem]]:
    """Read the filled rows of a group, no more than it may have."""
    most = MOST_ROWS if field.maximum is None else field.maximum
    least = max(field.minimum or 0, 1 if field.required else 0)
    filled = filled_rows(field, raw)
    rows: list[dict[str, str | int]] = []
    problems: list[FieldProblem] = []
    for index in filled[:most]:
        row, wrong = _read_row(field, index, raw, today)
        problems += wrong
        if row:
            rows.append(row)
    first = field.columns[0]
    if not filled and least == 1:
        problems.append(
            FieldProblem(input_name(field, next_row(field, raw), first), "problem.required")
        )
    elif len(filled) < least:
        name = input_name(field, next_row(field, raw), first)
        problems.append(FieldProblem(name, "problem.too_few_rows", {"limit": least}))
    elif len(filled) > most:
        name = input_name(field, filled[most], first)
        problems.append(FieldProblem(name, "problem.too_many_rows", {"limit": most}))
    return rows, problems


def _read_row(
    field: Field, index: int, raw: Raw, today: date
) -> tuple[dict[str, str | int], list[FieldProblem]]:
    row: dict[str, str | int] = {}
    problems: list[FieldProblem] = []
    for column in field.columns:
        name = input_name(field, index, column)
        read = _read_one(column, text_of(raw, name), row, today)
        if isinstance(read, FieldProblem):
            problems.append(replace(read, name=name))
        elif read is not None:
            row[column.name] = read
    return row, problems
