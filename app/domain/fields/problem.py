"""What is wrong with one input of a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

#: What is kept of one answer; JSON-safe. Dates and times are ISO 8601 text, a group
#: is a list of rows.
Answer: TypeAlias = "str | int | list[dict[str, str | int]]"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One input that could not be read.

    `name` is the input's own form name (`heirs.0.name` within a group), `key` a
    message key, `facts` what the message says; a fact that is a `Text` is put in
    the reader's language.
    """

    name: str
    key: str
    facts: Mapping[str, object] = field(default_factory=dict)
