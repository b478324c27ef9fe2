"""Reading TOML tables strictly: what is wrong is told with file, line and reason."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import NoReturn, TypeVar

from app.catalogue.lines import KeyPath, locate
from app.domain.catalogue import Text

Word = TypeVar("Word", bound=StrEnum)


class CatalogueError(Exception):
    """A data file of the catalogue is wrong: Loket must not start with it."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class Table:
    """One table of a file. Each read names the key that it wants; `only` refuses others.

    `called` says what the table is, for the reader of an error: `requirement 'ktp'`.
    """

    file: str
    lines: Mapping[KeyPath, int]
    values: Mapping[str, object]
    called: str
    path: KeyPath = field(default=())

    def fail(self, reason: str, *below: str | int) -> NoReturn:
        """Raise CatalogueError with `reason` at the nearest known line of the path `below`."""
        path = (*self.path, *below)
        while path and path not in self.lines:
            path = path[:-1]
        raise CatalogueError(self.file, self.lines.get(path, 1), f"{self.called} {reason}")

    def only(self, *known: str) -> None:
        """Refuse keys that are not `known`."""
        for key in self.values:
            if key not in known:
                near = get_close_matches(key, known, 1)
                hint = f" (did you mean '{near[0]}'?)" if near else ""
                self.fail(f"has the unknown key '{key}'{hint}", key)

    def has(self, key: str) -> bool:
        """Tell whether `key` is there."""
        return key in self.values

    def string(self, key: str, *, like: str = r".+") -> str:
        """Return text that the pattern `like` matches whole."""
        return self._string(self._get(key), like, key)

    def maybe_string(self, key: str) -> str | None:
        """Return text, or None when the key is absent."""
        return self.string(key) if self.has(key) else None

    def integer(self, key: str, *, least: int, most: int) -> int:
        """Return a whole number from `least` to `most`."""
        value = self._get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            self.fail(f"needs a whole number as '{key}'", key)
        if not least <= value <= most:
            self.fail(f"needs '{key}' between {least} and {most}, not {value}", key)
        return value

    def maybe_integer(self, key: str, *, least: int, most: int) -> int | None:
        """Return a whole number, or None when the key is absent."""
        return self.integer(key, least=least, most=most) if self.has(key) else None

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.fail(f"needs true or false as '{key}'", key)
        return value

    def word(self, key: str, words: type[Word], noun: str) -> Word:
        """Return one of `words`; `noun` is what the error calls them."""
        return self._word(self.string(key), words, noun, key)

    def words(self, key: str, words: type[Word], noun: str) -> tuple[Word, ...]:
        """Return a list of `words`, none twice."""
        found = [
            self._word(self._string(value, ".+", key, place), words, noun, key, place)
            for place, value in enumerate(self._list(key))
        ]
        for place, value in enumerate(found):
            if value in found[:place]:
                self.fail(f"names '{value}' twice in '{key}'", key, place)
        return tuple(found)

    def strings(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        items = enumerate(self._list(key))
        return tuple(self._string(value, ".+", key, place) for place, value in items)

    def text(self, key: str) -> Text:
        """Return words in both languages."""
        return self._text(self.table(key, f"{self.called}: '{key}'"))

    def maybe_text(self, key: str) -> Text | None:
        """Return words in both languages, or None when the key is absent."""
        return self.text(key) if self.has(key) else None

    def texts(self, key: str) -> tuple[Text, ...]:
        """Return a list of words in both languages; empty when the key is absent."""
        noun = f"{self.called}: '{key}'"
        return tuple(self._text(table) for table in self.tables(key, noun))

    def table(self, key: str, called: str) -> "Table":
        """Return the table under `key`."""
        return self._table(self._get(key), called, key)

    def tables(self, key: str, called: str) -> Iterator["Table"]:
        """Return the tables in a list; none when the key is absent."""
        if self.has(key):
            for place, value in enumerate(self._list(key)):
                yield self._table(value, f"{called} {place + 1}", key, place)

    def named(self, called: str) -> "Table":
        """Return the same table under a better name."""
        return Table(self.file, self.lines, self.values, called, self.path)

    def _get(self, key: str) -> object:
        if key not in self.values:
            self.fail(f"lacks '{key}'")
        return self.values[key]

    def _list(self, key: str) -> list[object]:
        value = self._get(key)
        if not isinstance(value, list):
            self.fail(f"needs a list as '{key}'", key)
        return value

    def _table(self, value: object, called: str, *below: str | int) -> "Table":
        if not isinstance(value, dict):
            self.fail(f"needs a table as '{below[0]}'", *below)
        return Table(self.file, self.lines, value, called, (*self.path, *below))

    def _text(self, table: "Table") -> Text:
        table.only("id", "en")
        return Text(table.string("id", like=r"\S(?s:.*)"), table.string("en", like=r"\S(?s:.*)"))

    def _string(self, value: object, like: str, *below: str | int) -> str:
        if not isinstance(value, str) or not value.strip():
            self.fail(f"needs text as '{below[0]}'", *below)
        if not re.fullmatch(like, value):
            self.fail(f"cannot have '{value}' as '{below[0]}'", *below)
        return value

    def _word(self, value: str, words: type[Word], noun: str, *below: str | int) -> Word:
        if value not in [word.value for word in words]:
            self.fail(f"{noun} '{value}'", *below)
        return words(value)


def read_table(file: str, text: str, called: str) -> Table:
    """Return a file's outermost table.

    Raises:
        CatalogueError: the text is not TOML.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise CatalogueError(file, line, f"is not TOML: {error}") from None
    return Table(file, locate(text), values, called)
