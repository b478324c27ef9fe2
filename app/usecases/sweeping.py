"""The sweep: clears away what nobody will ask for again, and mends what somebody waits for."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.db.tables import SweepRow
from app.db.work import Work
from app.domain.capacity import AsSweeper
from app.domain.guessing import WINDOW
from app.domain.uploads import LIVES
from app.usecases import letters, mending
from app.usecases.parts import Parts
from app.usecases.pieces import forget
from app.usecases.sessions import ABSOLUTE, KEPT
from storage import keys

log = logging.getLogger(__name__)

#: An object is older than this before the lack of its row means anything: the row comes last.
_ORPHAN_AFTER = timedelta(days=1)
_AT_ONCE = 200

#: Gives those of some keys that are needed.
Needed = Callable[[Work, Sequence[str]], Awaitable[set[str]]]


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did, and what it found that it cannot mend.

    Attributes:
        expired: uploads that nobody went on with, forgotten.
        orphans: objects without a row, deleted.
        checks: documents that waited without a job, enqueued again.
        letters: numbered letters that waited without a job, enqueued again.
        missing: files that rows name and the store does not have.
        sessions: that ended long ago, forgotten.
    """

    expired: int
    orphans: int
    checks: int
    letters: int
    missing: int
    sessions: int


async def sweep(parts: Parts) -> Swept:
    """Forget what has expired, delete what killed processes left behind, revive lost work.

    Safe to repeat, and to run while everything goes on.
    """
    swept = Swept(
        expired=await _all(_forget_expired, parts),
        orphans=await _delete_orphans(parts, keys.UPLOADS, _pieces)
        + await _delete_orphans(parts, keys.QUARANTINE, _quarantined)
        + await _delete_orphans(parts, keys.DOCUMENTS, _documents)
        + await _delete_orphans(parts, keys.LETTERS, _letters),
        checks=await mending.check_again(parts),
        letters=await mending.issue_again(parts),
        missing=await mending.missing_files(parts),
        sessions=await _all(_forget_sessions, parts),
    )
    async with parts.open_work(AsSweeper(), "sweeping.sweep") as work:
        await work.guesses.forget_before(parts.now() - WINDOW)
        await work.sweeps.add(SweepRow(at=parts.now(), **asdict(swept)))
    log.warning("swept: %s", ", ".join(f"{n} {name}" for name, n in asdict(swept).items()))
    return swept


async def _forget_expired(parts: Parts) -> int:
    async with parts.open_work(AsSweeper(), "sweeping.expired") as work:
        expired = await work.uploads.changed_before(parts.now() - LIVES, limit=_AT_ONCE)
        for upload in expired:
            await forget(work, upload)
        return len(expired)


async def _forget_sessions(parts: Parts) -> int:
    """Forget some that ended long ago: none outlives the absolute time from its beginning."""
    async with parts.open_work(AsSweeper(), "sweeping.sessions") as work:
        began = parts.now() - ABSOLUTE - KEPT
        return await work.sessions.forget_begun_before(began, limit=_AT_ONCE)


async def _all(some: Callable[[Parts], Awaitable[int]], parts: Parts) -> int:
    """Do some at a time until none is left; return how many there were."""
    done = 0
    while count := await some(parts):
        done += count
    return done


async def _delete_orphans(parts: Parts, prefix: str, needed: Needed) -> int:
    deleted = 0
    async for some in _stale(parts, prefix, parts.now() - _ORPHAN_AFTER):
        async with parts.open_work(AsSweeper()) as work:
            orphans = set(some) - await needed(work, some)
        for key in orphans:
            await parts.files.delete(key)
        deleted += len(orphans)
    return deleted


async def _pieces(work: Work, some: Sequence[str]) -> set[str]:
    return _of(await work.uploads.unfinished_among(_owners(some)), some)


async def _quarantined(work: Work, some: Sequence[str]) -> set[str]:
    return _of(await work.documents.quarantined_among(_owners(some)), some)


async def _documents(work: Work, some: Sequence[str]) -> set[str]:
    return _of(await work.documents.not_refused_among(_owners(some)), some)


async def _letters(work: Work, some: Sequence[str]) -> set[str]:
    return {letters.file_of(*one) for one in await work.letters.issued_among(_owners(some))}


def _owners(some: Sequence[str]) -> list[UUID]:
    return [UUID(keys.owner(key)) for key in some]


def _of(owners: set[UUID], some: Sequence[str]) -> set[str]:
    return {key for key in some if UUID(keys.owner(key)) in owners}


async def _stale(parts: Parts, prefix: str, before: datetime) -> AsyncIterator[list[str]]:
    """Yield the keys of a prefix that were last written before a moment, some at a time."""
    some: list[str] = []
    async for key in parts.files.stale(prefix, before):
        some.append(key)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some
