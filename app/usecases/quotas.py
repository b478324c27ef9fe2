"""Whoever has made too much in a day goes on tomorrow; see `app.domain.quota`."""

from datetime import datetime

from app.db.work import Work
from app.domain import quota
from app.domain.identity import Actor
from app.domain.quota import TooManyFilesToday, TooManyToday
from app.usecases.parts import Parts


async def of_files(parts: Parts, work: Work, actor: Actor) -> TooManyFilesToday | None:
    """Return the refusal of one more file, when there were too many."""
    count, size = await work.made.files(actor, _yesterday(parts))
    is_full = count >= quota.MOST_FILES or size >= quota.MOST_FILE_BYTES
    return TooManyFilesToday() if is_full else None


async def refuse_more_cases(parts: Parts, work: Work, actor: Actor) -> None:
    """Go on with the sending of a case.

    Raises:
        TooManyToday: there were too many.
    """
    if await work.made.sent(actor, _yesterday(parts)) >= quota.MOST_SENT:
        raise TooManyToday(kind="cases")


async def refuse_more_messages(parts: Parts, work: Work, actor: Actor) -> None:
    """Go on with a resident's message.

    Raises:
        TooManyToday: there were too many.
    """
    if await work.made.messages(actor, _yesterday(parts)) >= quota.MOST_MESSAGES:
        raise TooManyToday(kind="messages")


def _yesterday(parts: Parts) -> datetime:
    return parts.now() - quota.DAY
