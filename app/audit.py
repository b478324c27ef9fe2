"""Events of security: one line each of what happened, to whom by a random id, and never of what.

Every line that is logged while `asking` says who asks, once that is known; `app.logs` lets these
events out at INFO, where all else begins at WARNING.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog

from app import routes
from app.domain.errors import DomainError, LoginNeeded

#: The logger of these events alone, and what they tell beside their name.
LOGGER: Final = "loket.security"
FACTS: Final = (
    "at",
    "why",
    "who",
    "session",
    "strength",
    "role",
    "office",
    "subject",
    "document",
    "anchor",
)
_WHO: Final = "person"
_NOBODY: Final = "-"
_WORDS: Final = frozenset(
    word
    for name, route in vars(routes).items()
    if name.isupper() and isinstance(route, str)
    for word in route.split("/")
)
#: A case's number, an id of ours, a page.
_ID: Final = re.compile(r"\d{4}-[0-9A-HJKMNP-TV-Z]{6}|[0-9a-f]{8}(?:-[0-9a-f]{4,12}){4}|\d{1,3}")
_log: Final = logging.getLogger(LOGGER)


def note(event: str, **facts: str) -> None:
    """Log an event with its facts, of `FACTS`; none of them may be more than an id or a word."""
    _log.info(event, extra={name: value for name, value in facts.items() if value})


def refused(error: DomainError, at: str, *, had_session: bool = True) -> None:
    """Log that a rule refused what somebody asked for at an address.

    Who merely is to sign in has tried nothing, unless it was with a session.
    """
    if isinstance(error, LoginNeeded) and not had_session:
        return
    more = error.facts.get("why") or error.facts.get("kind") or ""
    note("refused", why=f"{error.key} {more}".strip(), at=place(at))


def place(path: str) -> str:
    """Return a path without what somebody may have typed into it, or what opens something."""
    parts = path.split("/")
    return "/".join(one if one in _WORDS or _ID.fullmatch(one) else "[...]" for one in parts)


@contextmanager
def asking() -> Iterator[None]:
    """Let lines say who asks, from when `is_asking` has told until the block ends."""
    with structlog.contextvars.bound_contextvars(**{_WHO: _NOBODY}):
        yield


def is_asking(person: object) -> None:
    """Tell who asks, by their id."""
    structlog.contextvars.bind_contextvars(**{_WHO: str(person)})


def of_session(id_hash: bytes) -> str:
    """Return by what a session is known in lines: too little to find it by."""
    return id_hash.hex()[:8]
