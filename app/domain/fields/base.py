"""What every kind of field can do."""

import re
import unicodedata
from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from app.domain.fields.problem import FieldProblem
from app.domain.forms import Field

Value = TypeVar("Value", str, int)

#: Control characters, invisible marks (they can reverse how a name reads) and halves
#: of characters (they cannot be stored).
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")


def clean(text: str, *, lines: bool = False) -> str:
    """Return `text` in NFC, trimmed, without control characters.

    Args:
        text: as typed.
        lines: keep line breaks (as `\\n`, at most two together); else they become spaces.
    """
    text = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text)).replace("\t", " ")
    if not lines:
        text = text.replace("\n", " ")
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _UNSEEN)
    text = "\n".join(re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n"))
    return unicodedata.normalize("NFC", re.sub(r"\n{3,}", "\n\n", text)).strip()


class FieldKind(ABC, Generic[Value]):
    """One kind of field: reads what was typed and shows what was kept."""

    keeps_lines = False

    def read(self, field: Field, text: str) -> Value | FieldProblem | None:
        """Return the answer, None when blank, or the problem (named after `field`)."""
        typed = clean(text, lines=self.keeps_lines)
        return self.parse(field, typed) if typed else None

    @abstractmethod
    def parse(self, field: Field, text: str) -> Value | FieldProblem:
        """Read cleaned text that is not blank."""

    @abstractmethod
    def format(self, field: Field, answer: Value, language: str) -> str:
        """Return the answer as a person reads it."""

    def typed(self, answer: Value) -> str:
        """Return what a form input shows for the answer; `read` gives it back."""
        return str(answer)
