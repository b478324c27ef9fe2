"""The check of a file: at once where it comes in, or by a job; and what is kept of it.

Nothing that was not decided on can be opened, whichever of the two decides.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from uuid import UUID

from app import audit
from app.adapters.inspection import Inspected, Refused, inspect
from app.adapters.scanning import ScannerDown
from app.db.documents import HANDED_IN
from app.db.tables import CaseRow, DocumentRow
from app.domain.capacity import AsJob
from app.domain.catalogue import Requirement
from app.domain.documents import INFECTED, Safety
from app.domain.identity import LOKET
from app.domain.points import at
from app.domain.workflow import Status, Step
from app.usecases.apply import service_of
from app.usecases.moves import announce, move
from app.usecases.parts import Parts
from app.usecases.present.problems import in_words
from storage import keys
from storage.port import Spooled

log = logging.getLogger(__name__)

Found = Inspected | Refused

JPEG = "image/jpeg"
#: The names of safe copies end in these, by content type.
EXTENSIONS = {JPEG: "jpg", "application/pdf": "pdf"}
_AS_IT_CAME = "application/octet-stream"
_MAX_BYTES = 64_000_000
#: A file that takes longer is left to a job, which has more time; most take a tenth of a second.
_AT_ONCE_SECONDS = 2.0
#: A file that is refused after its case was sent gives the case back to the resident.
_WITH_OFFICE = frozenset({Status.SUBMITTED, Status.IN_REVIEW})


async def at_once(parts: Parts, need: Requirement, content: Spooled) -> Found | None:
    """Check a file that has just come in; None leaves it to a job.

    Only small ones, which are in memory anyway: what takes many pages or megapixels takes longer
    than who waits for an answer has patience.
    """
    if content.size > parts.checked_at_once:
        return None
    try:
        async with asyncio.timeout(_AT_ONCE_SECONDS):
            return await _judged(parts, need, content.file.read())
    except (TimeoutError, ScannerDown, OSError, RuntimeError) as why:
        log.info("left to a job: %r", why)
        return None
    finally:
        content.file.seek(0)


async def keep_new(parts: Parts, document: DocumentRow, found: Found | None, file: Spooled) -> None:
    """Store a file that came in, as its check found it, and write that into its new row.

    Raises:
        StoreUnavailable: it is not all durable.
    """
    place = keys.original if isinstance(found, Inspected) else keys.quarantine

    async def store() -> None:
        key, size = place(document.id), document.size
        await parts.files.put(key, file, content_type=_AS_IT_CAME, max_bytes=size)

    if isinstance(found, Inspected):
        await _keep(parts, document.id, found, store)
    elif found is None or found.key == INFECTED:
        await store()
    if found is not None:
        _write(document, found)


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
    at("checking.fetched")
    found = await _judged(parts, need, data)
    at("checking.inspected")
    if isinstance(found, Inspected):
        quarantine, original = keys.quarantine(document_id), keys.original(document_id)
        await _keep(parts, document_id, found, lambda: parts.files.copy(quarantine, original))
    await _decide(parts, document.case_id, document_id, found)
    if isinstance(found, Refused) and found.key == INFECTED:
        return  # the file stays where it is, as evidence
    await parts.files.delete(keys.quarantine(document_id))
    at("checking.quarantine_emptied")


def note_refusal(document: DocumentRow) -> None:
    """Write down, once it is durable, that a file is bad, and in which way."""
    if document.safety == Safety.REFUSED:
        why = f"{document.refusal} {document.refusal_facts.get('found', '')}".strip()
        audit.note("file refused", document=str(document.id), why=why)


async def _judged(parts: Parts, need: Requirement, data: bytes) -> Found:
    """Return what scanner and inspection say; neither alone lets a file pass.

    Raises:
        ScannerDown: the scanner has not looked at the file, which is then not released.
    """
    if parts.scanner and (name := await parts.scanner.scan(data)):
        return Refused(INFECTED, {"found": name})
    return await inspect(data, frozenset(kind.value for kind in need.accepts))


async def _keep(
    parts: Parts,
    document_id: UUID,
    found: Inspected,
    keep_original: Callable[[], Coroutine[None, None, None]],
) -> None:
    """Keep the original as evidence, the safe copy, and a picture of each page."""

    async def original() -> None:
        await keep_original()
        at("checking.original_kept")

    async def safe() -> None:
        kind, key = found.content_type, keys.safe(document_id, EXTENSIONS[found.content_type])
        await parts.files.put(key, found.safe, content_type=kind, max_bytes=_MAX_BYTES)
        at("checking.safe_stored")

    async def pages() -> None:
        for number, picture in enumerate(found.pages, start=1):
            key = keys.page(document_id, number)
            await parts.files.put(key, picture, content_type=JPEG, max_bytes=_MAX_BYTES)
        at("checking.pages_stored")

    # At once: what takes long is that the store makes each durable, and somebody may be waiting.
    ended = await asyncio.gather(original(), safe(), pages(), return_exceptions=True)
    if failed := next((one for one in ended if isinstance(one, BaseException)), None):
        raise failed


async def _decide(parts: Parts, case_id: UUID, document_id: UUID, found: Found) -> None:
    async with parts.open_work(AsJob(document_id), "checking.decide") as work:
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
    note_refusal(document)


def _why(parts: Parts, case: CaseRow, document: DocumentRow) -> str:
    """Return which file is refused and why, for the note that the resident reads."""
    need = service_of(parts, case.service).requirement(document.requirement)
    label = need.label.id if need else document.requirement
    return f"{label}: {in_words(document.refusal, document.refusal_facts)}"


def _write(document: DocumentRow, found: Found) -> None:
    """Write into a row what the check found."""
    if isinstance(found, Refused):
        document.safety = Safety.REFUSED.value
        document.refusal, document.refusal_facts = found.key, dict(found.facts)
        return
    document.safety = Safety.SAFE.value
    document.content_type, document.safe_size = found.content_type, len(found.safe)
    document.pages = len(found.pages)
