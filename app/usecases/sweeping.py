"""Clearing away what nobody will ask for again: uploads left alone, objects without a row."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from app.db.work import Work
from app.domain.capacity import AsSweeper
from app.domain.uploads import LIVES
from app.usecases.parts import Parts
from app.usecases.pieces import forget
from storage import keys

#: An object is older than this before the lack of its row means anything: the row comes last.
_ORPHAN_AFTER = timedelta(days=1)
_AT_ONCE = 200

Needed = Callable[[Work, Sequence[UUID]], Awaitable[set[UUID]]]


async def sweep(parts: Parts) -> None:
    """Forget uploads that expired, and delete objects that a killed process left behind."""
    while await _forget_expired(parts):
        pass
    await _delete_orphans(parts, keys.UPLOADS, lambda work, ids: work.uploads.unfinished_among(ids))
    await _delete_orphans(
        parts, keys.QUARANTINE, lambda work, ids: work.documents.quarantined_among(ids)
    )


async def _forget_expired(parts: Parts) -> int:
    async with parts.open_work(AsSweeper(), "sweeping.expired") as work:
        expired = await work.uploads.changed_before(parts.now() - LIVES, limit=_AT_ONCE)
        for upload in expired:
            await forget(work, upload)
        return len(expired)


async def _delete_orphans(parts: Parts, prefix: str, needed: Needed) -> None:
    async for some in _stale(parts, prefix, parts.now() - _ORPHAN_AFTER):
        async with parts.open_work(AsSweeper()) as work:
            kept = await needed(work, [UUID(keys.owner(key)) for key in some])
        for key in some:
            if UUID(keys.owner(key)) not in kept:
                await parts.files.delete(key)


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
