"""Documents on their way in: stored, hashed, put in quarantine, checked by a job."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from app.db import casefile, queue
from app.db.documents import CHECKING
from app.db.made import Files
from app.db.tables import CaseRow, DocumentRow
from app.db.work import Work
from app.domain.capacity import AsResident
from app.domain.catalogue import Requirement
from app.domain.documents import Safety, Verdict
from app.domain.errors import NotFound
from app.domain.identity import Actor
from app.domain.points import at
from app.domain.uploads import (
    FileEmpty,
    FileNotStored,
    FilesTooLarge,
    FileTooLarge,
    TooManyFiles,
    UploadRefused,
)
from app.domain.workflow import Status
from app.usecases import quotas
from app.usecases.apply import OPEN, service_of
from app.usecases.moves import announce
from app.usecases.parts import Parts, case_topic
from storage import keys, patience
from storage.port import StoredFile, StoreUnavailable, TooLarge

#: How long an upload's answer waits for the check, in seconds; most take well under one.
#: A case may be sent with a file that is still being checked: see `documents.check`.
PATIENCE = 6.0
#: Files that may be bundled for one requirement, and how many times what one may weigh.
MOST_FILES = 10
_TIMES_LARGER = 3


class SentMeanwhile(NotFound):
    """The case takes no more files: it was sent, perhaps by the same form at the same moment."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrives: its name on the phone and its bytes; `files` are bundled in it."""

    filename: str
    chunks: AsyncIterator[bytes]
    files: int = 1


async def attach(
    parts: Parts, actor: Actor, reference: str, requirement: str, upload: Upload
) -> None:
    """Store a file for a requirement of an open case, and have it checked.

    What is wrong with the upload itself is kept beside the requirement, for the form to
    say. A file that replaces another leaves it where it was until it is stored.
    """
    asked, handed_in = casefile.own(reference, actor).case, quotas.files(parts, actor)
    await parts.read(AsResident(actor), asked, handed_in)
    if asked.first is None:
        raise NotFound(case=reference)
    need = wanted(parts, asked.first, requirement)
    if too_many := _too_many(upload, handed_in.one):
        await _refuse(parts, actor, reference, need, too_many)
        return
    document_id = uuid4()
    try:
        stored = await parts.files.put(
            keys.quarantine(document_id),
            upload.chunks,
            content_type="application/octet-stream",
            max_bytes=need.max_bytes * min(upload.files, _TIMES_LARGER),
        )
    except TooLarge as refusal:
        too_large = FileTooLarge if upload.files == 1 else FilesTooLarge
        await _refuse(parts, actor, reference, need, too_large(limit=refusal.limit))
        return
    except StoreUnavailable:
        await _refuse(parts, actor, reference, need, FileNotStored())
        return
    at("uploads.stored")
    if stored.size == 0:
        await parts.files.delete(stored.key)
        await _refuse(parts, actor, reference, need, FileEmpty())
        return
    document = arrived(parts, document_id, asked.first.id, need.key, upload.filename, stored)
    async with parts.open_work(AsResident(actor), "uploads.register") as work:
        case = await work.cases.own(reference, actor, lock=True)
        await register(parts, work, case, document)


def _too_many(upload: Upload, handed_in: Files) -> UploadRefused | None:
    if upload.files > MOST_FILES:
        return TooManyFiles(limit=MOST_FILES)
    return quotas.of_files(handed_in)


def wanted(parts: Parts, case: CaseRow, requirement: str) -> Requirement:
    """Return the requirement, when the case is open and its service asks for it.

    Raises:
        NotFound: its service does not.
        SentMeanwhile: it is not.
    """
    need = service_of(parts, case.service).requirement(requirement)
    if need is None:
        raise NotFound(requirement=requirement)
    if Status(case.status) not in OPEN:
        raise SentMeanwhile(requirement=requirement)
    return need


def arrived(
    parts: Parts,
    document_id: UUID,
    case_id: UUID,
    requirement: str,
    filename: str,
    stored: StoredFile,
) -> DocumentRow:
    """Return the row of a file that is in quarantine now, whichever way it came."""
    return DocumentRow(
        id=document_id,
        case_id=case_id,
        requirement=requirement,
        filename=_plain(filename),
        size=stored.size,
        sha256=stored.sha256,
        safety=Safety.QUARANTINED.value,
        verdict=Verdict.PENDING.value,
        uploaded_at=parts.now(),
    )


async def register(parts: Parts, work: Work, case: CaseRow, document: DocumentRow) -> None:
    """Let a file stand for its requirement in a locked case, and have it checked.

    The row, the job and the news are of the caller's transaction.

    Raises:
        SentMeanwhile: the case was.
    """
    wanted(parts, case, document.requirement)
    await work.documents.replace(document, document.uploaded_at)
    case.upload_problems = _without(case.upload_problems, document.requirement)
    case.changed_at = document.uploaded_at
    await enqueue_check(work, document.id)
    at("uploads.enqueued")
    announce(work, case)


async def enqueue_check(work: Work, document: UUID) -> None:
    """Have a document checked once the caller's transaction commits."""
    await work.enqueue(queue.CHECK_DOCUMENT, once=check_word(document), document=str(document))


def check_word(document: UUID) -> str:
    """Return the word that all jobs of one document share."""
    return f"document:{document}"


async def await_checks(parts: Parts, actor: Actor, reference: str) -> None:
    """Wait until no document of a case is being checked, but no longer than `PATIENCE`.

    Nor longer than the store has left of the request's own: a store that is away checks nothing.
    Lets the answer to an upload say what came of it, also to a page that is not live.
    """
    left = min(PATIENCE, patience.current().left)
    if left <= 0:
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(left), parts.news.expecting(case_topic(reference)) as news:
            while await _is_checking(parts, actor, reference):
                await news.wait()
                news.clear()


async def _is_checking(parts: Parts, actor: Actor, reference: str) -> bool:
    checking = CHECKING.about(reference=reference, person=actor.person)
    await parts.read(AsResident(actor), checking)
    return checking.one > 0


async def _refuse(
    parts: Parts, actor: Actor, reference: str, need: Requirement, refusal: UploadRefused
) -> None:
    async with parts.open_work(AsResident(actor), "uploads.refuse") as work:
        case = await work.cases.own(reference, actor, lock=True)
        note_problem(case, need.key, refusal)


def note_problem(case: CaseRow, requirement: str, refusal: UploadRefused) -> None:
    """Keep beside a requirement of a locked case why the last file for it was not taken."""
    told = [refusal.key, refusal.facts]
    case.upload_problems = {**case.upload_problems, requirement: told}


def _plain(filename: str) -> str:
    """Return the last part of a file name, without anything that is not shown as it is."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[-120:] or "berkas"


def _without(problems: dict[str, Any], requirement: str) -> dict[str, Any]:
    return {key: value for key, value in problems.items() if key != requirement}
