"""Whoever has made too much in a day goes on tomorrow; see `app.domain.quota`."""

from typing import TypeVar

from app.db import made
from app.db.made import Files
from app.db.reading import Query, Question
from app.db.work import Work
from app.domain import quota
from app.domain.identity import Actor
from app.domain.quota import TooManyFilesToday, TooManyToday
from app.usecases.parts import Parts

T = TypeVar("T")


def files(parts: Parts, actor: Actor) -> Question[Files]:
    """Ask for the files that `actor` handed in within a day."""
    return _within_a_day(parts, actor, made.FILES)


def of_files(found: Files) -> TooManyFilesToday | None:
    """Return the refusal of one more file, when there were too many."""
    is_full = found.number >= quota.MOST_FILES or found.size >= quota.MOST_FILE_BYTES
    return TooManyFilesToday() if is_full else None


async def refuse_more_cases(parts: Parts, work: Work, actor: Actor) -> None:
    """Go on with the sending of a case.

    Raises:
        TooManyToday: there were too many.
    """
    sent = await work.ask(_within_a_day(parts, actor, made.SENT))
    if sent.one >= quota.MOST_SENT:
        raise TooManyToday(kind="cases")


async def refuse_more_messages(parts: Parts, work: Work, actor: Actor) -> None:
    """Go on with a resident's message.

    Raises:
        TooManyToday: there were too many.
    """
    written = await work.ask(_within_a_day(parts, actor, made.MESSAGES))
    if written.one >= quota.MOST_MESSAGES:
        raise TooManyToday(kind="messages")


def _within_a_day(parts: Parts, actor: Actor, query: Query[T]) -> Question[T]:
    return query.about(person=actor.person, since=parts.now() - quota.DAY)
