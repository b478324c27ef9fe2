"""Problems of a form in words."""

from collections.abc import Mapping
from datetime import date

from app.domain.catalogue import Text
from app.domain.fields import FieldProblem
from app.domain.words import date_in_words, number_in_words
from app.texts import language, say
from app.usecases.present.moments import size_in_words

_WRONG_KIND = "document.refused.kind"


def problem_in_words(problem: FieldProblem) -> str:
    """Return what is wrong and what to do about it."""
    return in_words(problem.key, problem.facts)


def in_words(key: str, facts: Mapping[str, object]) -> str:
    """Return the text of a message key with its facts as people read them."""
    said = say(key, **{name: _fact(key, name, value) for name, value in facts.items()})
    if key != _WRONG_KIND or "found" not in facts:
        return said
    found = say("document.looks_like", kind=say(f"document.kind.{facts['found']}"))
    return f"{said} {found}"


def _fact(key: str, name: str, value: object) -> str:
    spoken = language()
    if isinstance(value, Text):
        return value.in_(spoken)
    if name == "date" and isinstance(value, str):
        return date_in_words(date.fromisoformat(value), spoken)
    if isinstance(value, int):
        in_bytes = key in ("problem.file_too_large", "problem.files_too_large")
        return size_in_words(value) if in_bytes else number_in_words(value, spoken)
    if isinstance(value, list):
        return ", ".join(say(f"file.{kind}") for kind in value)
    return str(value)
