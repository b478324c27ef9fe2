"""What a form asks: its questions, their kinds and when they are asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Indonesian and in English."""

    id: str
    en: str

    def in_(self, language: str) -> str:
        """Return the words in `language` (`id` or `en`); Indonesian for any other."""
        return self.en if language == "en" else self.id


class Kind(StrEnum):
    """How a question is asked and its answer read."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    MONEY = "money"
    CHOICE = "choice"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Condition:
    """True when the choice `field` was answered with one of `one_of`."""

    field: str
    one_of: tuple[str, ...]

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Tell whether `answers` (read answers, or raw form text) meet the condition."""
        return answers.get(self.field) in self.one_of


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer: the value kept and the words shown."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a service's form.

    `minimum` and `maximum` bound a number, an amount in rupiah, or the rows of a
    group. `default` is the choice made when none was: it is shown chosen, and kept when
    the form comes back without it. `not_before` and `not_after` bound a date by `today`
    or by another date field's name. `max_length` is in characters. `prefill` names an
    attribute of the resident's profile (see `PREFILLS`), `autocomplete` an HTML autofill
    token.
    """

    name: str
    kind: Kind
    label: Text
    hint: Text | None = None
    required: bool = False
    when: Condition | None = None
    max_length: int = 200
    minimum: int | None = None
    maximum: int | None = None
    not_before: str | None = None
    not_after: str | None = None
    choices: tuple[Choice, ...] = ()
    default: str | None = None
    columns: tuple["Field", ...] = ()
    prefill: str | None = None
    autocomplete: str | None = None

    def choice(self, value: object) -> Choice | None:
        """Return the choice kept as `value`."""
        return next((choice for choice in self.choices if choice.value == value), None)


#: What a form may take over from the resident's profile.
PREFILLS = frozenset({"name", "birth_place", "birth_date", "address", "phone", "email"})

#: The name that date bounds use for the day of asking.
TODAY = "today"
