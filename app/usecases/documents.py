"""Documents after they arrived: the check by a job, and opening them."""

import asyncio
from uuid import UUID

from app import audit
from app.adapters.inspection import Inspected, Refused, inspect
from app.db.documents import HANDED_IN
from app.db.tables import CaseRow, DocumentRow
from app.db.work import Work
from app.domain.capacity import AsJob, AsResident, AsStaff
from app.domain.documents import INFECTED, Safety
from app.domain.errors import NotFound
from app.domain.identity import LOKET, Actor
from app.domain.points import at
from app.domain.workflow import Status, Step
from app.usecases.apply import service_of
from app.usecases.links import Link
from app.usecases.moves import announce, move, works_on
from app.usecases.parts import Parts
from app.usecases.present.problems import in_words
from storage import keys

_JPEG = "image/jpeg"
#: The names of safe copies end in these, by content type.
EXTENSIONS = {_JPEG: "jpg", "application/pdf": "pdf"}
_MAX_BYTES = 64_000_000
#: A file that is refused after its case was sent gives the case back to the resident.
_WITH_OFFICE = frozenset({Status.SUBMITTED, Status.IN_REVIEW})


async def check(parts: Parts, document_id: UUID) -> None:
    """Inspect a quarantined file; let its safe copy be opened, or say why it is refused.

    Safe to repeat: a document that was decided on is left as it is.
    """
    asked = HANDED_IN.about(document=document_id)
    await parts.read(AsJob(document_id), asked)
    document = asked.first
    if document is None or document.safety != Safety.QUARANTINED:
        return
    need = service_of(parts, document.service).requirement(document.requirement)
    if need is None:
        return
    if parts.scanner:
        await parts.scanner.ready()  # else nothing is fetched and inspected in vain
    data = await parts.files.get(keys.quarantine(document_id))
    at("documents.fetched")
    found = await _judged(parts, data, frozenset(kind.value for kind in need.accepts))
    at("documents.inspected")
    if isinstance(found, Inspected):
        await _store(parts, document_id, found)
    await _decide(parts, document.case_id, document_id, found)
    if isinstance(found, Refused) and found.key == INFECTED:
        return  # the file stays where it is, as evidence
    await parts.files.delete(keys.quarantine(document_id))
    at("documents.quarantine_emptied")


async def open_own(parts: Parts, actor: Actor, reference: str, document_id: UUID) -> Link:
    """Return the safe copy of a document of the actor's own case.

    Raises:
        NotFound: no such document, not theirs, or not checked yet.
    """
    async with parts.open_work(AsResident(actor)) as work:
        case = await work.cases.own(reference, actor)
        return await _safe_copy(work, case, document_id)


async def open_for_staff(parts: Parts, actor: Actor, reference: str, document_id: UUID) -> Link:
    """Return the safe copy of a document of a case of the actor's office.

    Raises:
        NotFound: as `open_own`; also for oversight, which reads figures, not papers.
    """
    async with parts.open_work(AsStaff(actor)) as work:
        case = await _case_for_staff(work, actor, reference)
        return await _safe_copy(work, case, document_id)


async def open_page(
    parts: Parts, actor: Actor, reference: str, document_id: UUID, page: int
) -> Link:
    """Return the picture of one page of a document, for the officer's screen.

    Raises:
        NotFound: as `open_for_staff`, or no such page.
    """
    async with parts.open_work(AsStaff(actor)) as work:
        case = await _case_for_staff(work, actor, reference)
        document = await work.documents.of_case(case, document_id)
        if document.safety != Safety.SAFE or not 1 <= page <= document.pages:
            raise NotFound(page=page)
        return Link(keys.page(document.id, page), f"{page}.jpg", _JPEG, 0)


async def _case_for_staff(work: Work, actor: Actor, reference: str) -> CaseRow:
    case = await work.cases.for_staff(reference, actor)
    if not works_on(case, actor):
        raise NotFound(case=reference)
    return case


async def _safe_copy(work: Work, case: CaseRow, document_id: UUID) -> Link:
    document = await work.documents.of_case(case, document_id)
    if document.safety != Safety.SAFE:
        raise NotFound(document=document_id)
    extension = EXTENSIONS[document.content_type]
    name = f"{document.requirement}-{case.reference}.{extension}"
    return Link(keys.safe(document.id, extension), name, document.content_type, document.safe_size)


async def _judged(parts: Parts, data: bytes, accepts: frozenset[str]) -> Inspected | Refused:
    """Return what scanner and inspection say; neither alone lets a file pass.

    Raises:
        ScannerDown: the scanner has not looked at the file, which is then not released.
    """
    if parts.scanner and (name := await parts.scanner.scan(data)):
        return Refused(INFECTED, {"found": name})
    return await inspect(data, accepts)


async def _store(parts: Parts, document_id: UUID, found: Inspected) -> None:
    """Keep the original as evidence, the safe copy, and a picture of each page."""

    async def keep_original() -> None:
        await parts.files.copy(keys.quarantine(document_id), keys.original(document_id))
        at("documents.original_kept")

    async def store_safe() -> None:
        kind, safe = found.content_type, keys.safe(document_id, EXTENSIONS[found.content_type])
        await parts.files.put(safe, found.safe, content_type=kind, max_bytes=_MAX_BYTES)
        at("documents.safe_stored")

    async def store_pages() -> None:
        for number, picture in enumerate(found.pages, start=1):
            await parts.files.put(
                keys.page(document_id, number), picture, content_type=_JPEG, max_bytes=_MAX_BYTES
            )
        at("documents.pages_stored")

    # At once: what takes long is that the store makes each durable, and somebody may be waiting.
    ended = await asyncio.gather(
        keep_original(), store_safe(), store_pages(), return_exceptions=True
    )
    if failed := next((one for one in ended if isinstance(one, BaseException)), None):
        raise failed


async def _decide(
    parts: Parts, case_id: UUID, document_id: UUID, found: Inspected | Refused
) -> None:
    async with parts.open_work(AsJob(document_id), "documents.decide") as work:
        # The case first, as everyone does who changes its documents: else two wait for each other.
        case = await work.cases.by_id(case_id, lock=True)
        document = await work.documents.get(document_id, lock=True)
        if document is None or document.safety != Safety.QUARANTINED:
            return
        _write(document, found)
        is_current = document.replaced_at is None
        if isinstance(found, Refused) and is_current and Status(case.status) in _WITH_OFFICE:
            await move(parts, work, case, Step.RETURN_FILE, LOKET, _why(parts, case, document))
        announce(work, case)
    if isinstance(found, Refused):
        audit.note("file refused", document=str(document_id), why=_found(found))


def _found(refused: Refused) -> str:
    """Return in which way a file is bad, with the word of scanner or inspection for it."""
    return f"{refused.key} {refused.facts.get('found', '')}".strip()


def _why(parts: Parts, case: CaseRow, document: DocumentRow) -> str:
    """Return which file is refused and why, for the note that the resident reads."""
    need = service_of(parts, case.service).requirement(document.requirement)
    label = need.label.id if need else document.requirement
    return f"{label}: {in_words(document.refusal, document.refusal_facts)}"


def _write(document: DocumentRow, found: Inspected | Refused) -> None:
    if isinstance(found, Refused):
        document.safety = Safety.REFUSED.value
        document.refusal, document.refusal_facts = found.key, dict(found.facts)
        return
    document.safety = Safety.SAFE.value
    document.content_type, document.safe_size = found.content_type, len(found.safe)
    document.pages = len(found.pages)
