"""Finding what somebody waits for in vain: work without a job, and rows whose file is gone."""

import logging
from datetime import timedelta
from uuid import UUID

from app.domain.capacity import AsQueue, AsSweeper
from app.usecases import letters, uploads
from app.usecases.checking import EXTENSIONS
from app.usecases.parts import Parts
from storage import keys

log = logging.getLogger(__name__)

#: What has waited for so long should have been done; when its job is there, it is left to that.
_LATE = timedelta(minutes=2)


async def check_again(parts: Parts) -> int:
    """Enqueue the check of documents that wait for one without a job; return of how many."""
    async with parts.open_work(AsSweeper()) as work:
        waiting = await work.documents.waiting_since(parts.now() - _LATE)
    lost = await _without_job(parts, {uploads.check_word(one): one for one in waiting})
    async with parts.open_work(AsSweeper(), "mending.check_again") as work:
        for document in lost:
            await uploads.enqueue_check(work, document)
    return len(lost)


async def issue_again(parts: Parts) -> int:
    """Enqueue the making of numbered letters that have no job; return of how many."""
    async with parts.open_work(AsSweeper()) as work:
        waiting = await work.letters.waiting_since(parts.now() - _LATE)
    lost = await _without_job(parts, {letters.issue_word(one): one for one in waiting})
    async with parts.open_work(AsSweeper(), "mending.issue_again") as work:
        for letter in lost:
            await letters.enqueue_issue(work, letter)
    return len(lost)


async def missing_files(parts: Parts) -> int:
    """Return how many files that rows name are not in the store, and log each of them.

    Nothing can be mended here: a backup must bring them back.
    """
    # The rows first: what becomes a row meanwhile has its file already.
    async with parts.open_work(AsSweeper()) as work:
        missing = {letters.file_of(*letter) for letter in await work.letters.issued()}
        for document, content_type in await work.documents.safe():
            missing |= {keys.original(document), keys.safe(document, EXTENSIONS[content_type])}
    for prefix in (keys.DOCUMENTS, keys.LETTERS):
        async for key in parts.files.keys(prefix):
            missing.discard(key)
    for key in sorted(missing):
        log.error("no object %s, which a row names", key)
    return len(missing)


async def _without_job(parts: Parts, words: dict[str, UUID]) -> list[UUID]:
    """Return those whose word no job shares that waits or runs."""
    async with parts.open_work(AsQueue()) as work:
        lost = await work.without_job(words)
    return [one for word, one in words.items() if word in lost]
