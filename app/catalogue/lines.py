"""Where in a TOML text each value stands, which `tomllib` does not tell."""

import re
from dataclasses import dataclass, field
from typing import TypeAlias

#: Keys and list places from the document down: `("fields", 2, "label", "en")`.
KeyPath: TypeAlias = "tuple[str | int, ...]"

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'{3}.*?\'{3,5}|"(?:\\.|[^"\\])*"|\'[^\']*\'', re.DOTALL
)


def locate(text: str) -> dict[KeyPath, int]:
    """Return the line, from 1, of every table, key and list item in valid TOML `text`.

    A table's line is that of its header or its key. What the text holds is not read;
    on invalid TOML the result means nothing.
    """
    scan = _Scan(text)
    scan.document()
    return scan.lines


@dataclass
class _Scan:
    """A walk over the text: `at` is the place reached, `lines` what was passed."""

    text: str
    at: int = 0
    lines: dict[KeyPath, int] = field(default_factory=dict)
    _counted: int = 0
    _line: int = 1
    _last: dict[KeyPath, int] = field(default_factory=dict)

    def document(self) -> None:
        """Walk over all statements."""
        table: KeyPath = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            table = self._header() if self._sees("[") else self._pair(table)
            self._skip(_BLANK)

    def _header(self) -> KeyPath:
        """Pass `[a.b]` or `[[a.b]]` and return the table's path."""
        line = self._here()
        several = self.text.startswith("[[", self.at)
        self.at += 2 if several else 1
        keys = self._key()
        self.at += 2 if several else 1
        path: KeyPath = ()
        for key in keys[:-1]:
            path = self._inside((*path, key))
        path = (*path, keys[-1])
        if several:
            self.lines.setdefault(path, line)
            self._last[path] = self._last.get(path, -1) + 1
            path = self._inside(path)
        self.lines.setdefault(path, line)
        return path

    def _inside(self, path: KeyPath) -> KeyPath:
        """Return the table that `path` now means: the last one of a list of tables."""
        return (*path, self._last[path]) if path in self._last else path

    def _pair(self, table: KeyPath) -> KeyPath:
        """Pass `key = value` and return `table`, to which it belongs."""
        line = self._here()
        path = table
        for key in self._key():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self.at += 1
        self._skip(_SPACE)
        self._value(path)
        return table

    def _key(self) -> list[str]:
        """Pass a key, perhaps dotted or quoted, and the space behind it."""
        keys: list[str] = []
        while True:
            self._skip(_SPACE)
            found = _BARE.match(self.text, self.at) or _STRING.match(self.text, self.at)
            if found is None:
                raise ValueError(f"no key at character {self.at}")
            keys.append(found[0].strip("\"'"))
            self.at = found.end()
            self._skip(_SPACE)
            if not self._sees("."):
                return keys
            self.at += 1

    def _value(self, path: KeyPath) -> None:
        self.lines.setdefault(path, self._here())
        if self._sees("["):
            self._items(path)
        elif self._sees("{"):
            self._inline(path)
        else:
            self._skip(_STRING if _STRING.match(self.text, self.at) else _SCALAR)

    def _items(self, path: KeyPath) -> None:
        """Pass `[a, b]`."""
        self.at += 1
        place = 0
        self._skip(_BLANK)
        while not self._sees("]"):
            self._value((*path, place))
            place += 1
            self._separator()
        self.at += 1

    def _inline(self, path: KeyPath) -> None:
        """Pass `{ a = 1, b = 2 }`."""
        self.at += 1
        self._skip(_BLANK)
        while not self._sees("}"):
            self._pair(path)
            self._separator()
        self.at += 1

    def _separator(self) -> None:
        self._skip(_BLANK)
        if self._sees(","):
            self.at += 1
            self._skip(_BLANK)

    def _sees(self, mark: str) -> bool:
        if self.at >= len(self.text):
            raise ValueError("the text ends within a value")
        return self.text[self.at] == mark

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _here(self) -> int:
        """Return the line of the place reached; the walk only goes forward."""
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line
