"""Words on screen, from the catalogues in `app/locale/{id,en}.po`.

A text is asked for by key (`say("case.submit")`); the language is the one that is
being spoken in this context: that of the page being compiled, or of the request.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("id", "en")
_spoken: ContextVar[str] = ContextVar("language", default="id")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let every `say` inside speak `language`."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> str:
    """Return the language being spoken: `id` or `en`."""
    return _spoken.get()


def say(key: str, **facts: object) -> str:
    """Return the text of `key` with `{name}` replaced by `facts["name"]`.

    Raises:
        KeyError: the catalogue has no such key; a page that asks for it is a defect.
    """
    text = catalogue(language())[key]
    return text.format(**facts) if facts else text


def knows(key: str) -> bool:
    """Return whether the catalogue being spoken has a text for `key`."""
    return key in catalogue(language())


@cache
def catalogue(spoken: str) -> dict[str, str]:
    """Return all texts of one language by key."""
    path = Path(__file__).parent / "locale" / f"{spoken}.po"
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string}
