"""Documents on their way in: hashed, checked or put into quarantine, stored, registered."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
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
from app.usecases import checking, quotas
from app.usecases.apply import OPEN, service_of
from app.usecases.moves import announce
from app.usecases.parts import Parts, case_topic
from storage import patience
from storage.port import Spooled, StoreUnavailable, TooLarge
from storage.spool import spooled

#: How long an upload's answer waits for the check, in seconds; most take well under one.
#: A case may be sent with a file that is still being checked: see `checking.check`.
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
    parts: Parts,
    actor: Actor,
    reference: str,
    requirement: str,
    upload: Upload,
    *,
    at_once: bool = True,
) -> bool:
    """Take a file in for a requirement of an open case; return whether it is being checked yet.

    What is wrong with the upload itself is kept beside the requirement, for the form to
    say. A file that replaces another leaves it where it was until it is stored. Without
    `at_once` its check is left to a job: a file before it has used up whoever waits.
    """
    asked, handed_in = casefile.own(reference, actor).case, quotas.files(parts, actor)
    await parts.read(AsResident(actor), asked, handed_in)
    if asked.first is None:
        raise NotFound(case=reference)
    need = wanted(parts, asked.first, requirement)
    try:
        if too_many := _too_many(upload, handed_in.one):
            raise too_many
        taker = parts if at_once else replace(parts, checked_at_once=0)
        document = await _taken_in(taker, asked.first.id, need, upload)
    except UploadRefused as refusal:
        await _refuse(parts, actor, reference, need, refusal)
        return False
    async with parts.open_work(AsResident(actor), "uploads.register") as work:
        case = await work.cases.own(reference, actor, lock=True)
        await register(parts, work, case, document)
    checking.note_refusal(document)
    return document.safety == Safety.QUARANTINED


async def _taken_in(parts: Parts, case_id: UUID, need: Requirement, upload: Upload) -> DocumentRow:
    """Return the row of a file that is stored.

    Raises:
        UploadRefused: it cannot be taken as it is.
    """
    limit = need.max_bytes * min(upload.files, _TIMES_LARGER)
    try:
        async with spooled(upload.chunks, limit) as content:
            if content.size == 0:
                raise FileEmpty
            return await arrived(parts, case_id, need, upload.filename, content)
    except TooLarge:
        too_large = FileTooLarge if upload.files == 1 else FilesTooLarge
        raise too_large(limit=limit) from None
    except StoreUnavailable:
        raise FileNotStored from None


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


async def arrived(
    parts: Parts, case_id: UUID, need: Requirement, filename: str, content: Spooled
) -> DocumentRow:
    """Store a file that has come in whole, whichever way it came, and return its row.

    A small one was checked then; another is in quarantine, where a job checks it. Each try has
    keys of its own, so that two at once never write over each other's; what no row comes to
    name is swept.

    Raises:
        StoreUnavailable: it is not durable.
    """
    document = DocumentRow(
        id=uuid4(),
        case_id=case_id,
        requirement=need.key,
        filename=_plain(filename),
        size=content.size,
        sha256=content.sha256,
        safety=Safety.QUARANTINED.value,
        verdict=Verdict.PENDING.value,
        uploaded_at=parts.now(),
    )
    found = await checking.at_once(parts, need, content)
    await checking.keep_new(parts, document, found, content)
    at("uploads.stored")
    return document


async def register(parts: Parts, work: Work, case: CaseRow, document: DocumentRow) -> None:
    """Let a file stand for its requirement in a locked case; have it checked unless it was.

    The row, the job and the news are of the caller's transaction.

    Raises:
        SentMeanwhile: the case was.
    """
    wanted(parts, case, document.requirement)
    await work.documents.replace(document, document.uploaded_at)
    case.upload_problems = _without(case.upload_problems, document.requirement)
    case.changed_at = document.uploaded_at
    if document.safety == Safety.QUARANTINED:
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
