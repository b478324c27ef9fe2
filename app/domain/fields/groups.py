"""Repeating groups: which rows of a form were filled in."""

import re
from collections.abc import Mapping, Sequence

from app.domain.fields.base import clean
from app.domain.forms import Field

Raw = Mapping[str, str | Sequence[str]]

#: Rows of a group when the field does not say how many.
MOST_ROWS = 20
_INDEX = re.compile(r"0|[1-9][0-9]{0,3}")


def text_of(raw: Raw, name: str) -> str:
    """Return what was typed for `name`; the first value when a form sent several."""
    value = raw.get(name, "")
    if isinstance(value, str):
        return value
    return value[0] if value else ""


def input_name(field: Field, row: int, column: Field) -> str:
    """Return the form name of one cell, as in `heirs.0.name`."""
    return f"{field.name}.{row}.{column.name}"


def row_indexes(field: Field, raw: Raw) -> list[int]:
    """Return the indexes of all rows that the form sent, blank ones too, in order."""
    columns = {column.name for column in field.columns}
    found: set[int] = set()
    for name in raw:
        head, _, rest = name.partition(".")
        index, _, column = rest.partition(".")
        if head == field.name and column in columns and _INDEX.fullmatch(index):
            found.add(int(index))
    return sorted(found)


def filled_rows(field: Field, raw: Raw) -> list[int]:
    """Return the indexes of the rows in which anything was typed, in order."""
    return [
        row
        for row in row_indexes(field, raw)
        if any(clean(text_of(raw, input_name(field, row, column))) for column in field.columns)
    ]


def next_row(field: Field, raw: Raw) -> int:
    """Return the index of the row to be filled in next: the first blank one, or a new one."""
    sent, filled = row_indexes(field, raw), set(filled_rows(field, raw))
    blank = [row for row in sent if row not in filled]
    return blank[0] if blank else max(sent, default=-1) + 1
