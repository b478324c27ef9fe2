"""The kinds of field that hold one value: one class each, everything about it inside."""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any, ClassVar

from app.domain.fields.base import FieldKind
from app.domain.fields.problem import FieldProblem
from app.domain.forms import Field, Kind
from app.domain.words import date_in_words, number_in_words, rupiah, time_in_words


class TextKind(FieldKind[str]):
    """One line of text."""

    def parse(self, field: Field, text: str) -> str | FieldProblem:
        """Keep the text unless it is longer than the field allows."""
        if len(text) > field.max_length:
            facts = {"limit": field.max_length, "length": len(text)}
            return FieldProblem(field.name, "problem.too_long", facts)
        return text

    def format(self, field: Field, answer: str, language: str) -> str:
        """Show the text as it is."""
        return answer


class LongTextKind(TextKind):
    """Several lines of text."""

    keeps_lines = True


class DateKind(FieldKind[str]):
    """A day, kept as `2026-03-01`. Day-first dates are read too: not every browser has a picker."""

    _ISO: ClassVar = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
    _DAY_FIRST: ClassVar = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})")
    _YEARS: ClassVar = range(1900, 2101)

    def parse(self, field: Field, text: str) -> str | FieldProblem:
        """Read an ISO or a day-first date."""
        if found := self._ISO.fullmatch(text):
            year, month, day = map(int, found.groups())
        elif found := self._DAY_FIRST.fullmatch(text):
            day, month, year = map(int, found.groups())
        else:
            return FieldProblem(field.name, "problem.not_a_date")
        try:
            read = date(year, month, day)
        except ValueError:
            return FieldProblem(field.name, "problem.not_a_date")
        if read.year not in self._YEARS:
            return FieldProblem(field.name, "problem.not_a_date")
        return read.isoformat()

    def format(self, field: Field, answer: str, language: str) -> str:
        """Show the date in words."""
        return date_in_words(date.fromisoformat(answer), language)


class TimeKind(FieldKind[str]):
    """A time of day, kept as `10:20`."""

    _TIME: ClassVar = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])([:.][0-5][0-9])?")

    def parse(self, field: Field, text: str) -> str | FieldProblem:
        """Read `10:20`, `10.20` or `10:20:00`; seconds are left out."""
        found = self._TIME.fullmatch(text)
        if found is None:
            return FieldProblem(field.name, "problem.not_a_time")
        return f"{int(found[1]):02}:{found[2]}"

    def format(self, field: Field, answer: str, language: str) -> str:
        """Show hours and minutes."""
        return time_in_words(time.fromisoformat(answer), language)


class NumberKind(FieldKind[int]):
    """A whole number; `1.500` and `1,500` are read as thousands."""

    limit: ClassVar[int] = 1_000_000_000
    #: More digits than any limit needs are not worth turning into a number.
    _NUMBER: ClassVar = re.compile(
        r"-?(?:[0-9]{1,18}|[0-9]{1,3}(?:([.,])[0-9]{3}(?:\1[0-9]{3}){0,4}))"
    )
    _problem: ClassVar[str] = "problem.not_a_number"

    def parse(self, field: Field, text: str) -> int | FieldProblem:
        """Read a whole number within the field's bounds."""
        digits = self._bare(text)
        if not self._NUMBER.fullmatch(digits):
            return FieldProblem(field.name, self._problem)
        number = int(re.sub(r"[.,]", "", digits))
        least = 0 if field.minimum is None else field.minimum
        most = self.limit if field.maximum is None else field.maximum
        if number < least:
            return FieldProblem(field.name, "problem.too_small", {"limit": least})
        if number > most:
            return FieldProblem(field.name, "problem.too_large", {"limit": most})
        return number

    def _bare(self, text: str) -> str:
        return text.replace(" ", "")

    def format(self, field: Field, answer: int, language: str) -> str:
        """Show the number with thousands set apart."""
        return number_in_words(answer, language)


class MoneyKind(NumberKind):
    """An amount in whole rupiah; `Rp 1.500.000,00` and `1500000,-` are read too."""

    limit = 1_000_000_000_000
    _problem = "problem.not_an_amount"

    def _bare(self, text: str) -> str:
        bare = re.sub(r"^(?:rp\.?|idr)", "", text.replace(" ", ""), flags=re.IGNORECASE)
        return re.sub(r"[.,](?:-|00?)$", "", bare)

    def format(self, field: Field, answer: int, language: str) -> str:
        """Show the amount with `Rp`."""
        return rupiah(answer, language)


class ChoiceKind(FieldKind[str]):
    """One of the field's choices, kept as its value."""

    def parse(self, field: Field, text: str) -> str | FieldProblem:
        """Keep a value that the field offers."""
        if field.choice(text) is None:
            return FieldProblem(field.name, "problem.not_a_choice")
        return text

    def format(self, field: Field, answer: str, language: str) -> str:
        """Show the choice's label; a value no longer offered is shown as it was kept."""
        choice = field.choice(answer)
        return choice.label.in_(language) if choice else answer


#: Every kind that holds one value. A group is rows of these (see `group`).
SIMPLE: Mapping[Kind, FieldKind[Any]] = {
    Kind.TEXT: TextKind(),
    Kind.LONG_TEXT: LongTextKind(),
    Kind.DATE: DateKind(),
    Kind.TIME: TimeKind(),
    Kind.NUMBER: NumberKind(),
    Kind.MONEY: MoneyKind(),
    Kind.CHOICE: ChoiceKind(),
}
