"""Opening documents: what the check made of a file, never the file as it came."""

from uuid import UUID

from app.db.tables import CaseRow, DocumentRow
from app.db.work import Work
from app.domain.capacity import AsResident, AsStaff
from app.domain.documents import Safety
from app.domain.errors import NotFound
from app.domain.identity import Actor
from app.usecases.checking import EXTENSIONS, JPEG
from app.usecases.links import Link
from app.usecases.moves import works_on
from app.usecases.parts import Parts
from storage import keys


async def open_own(parts: Parts, actor: Actor, reference: str, document_id: UUID) -> Link:
    """Return the safe copy of a document of the actor's own case.

    Raises:
        NotFound: no such document, not theirs, or not checked yet.
    """
    async with parts.open_work(AsResident(actor)) as work:
        case = await work.cases.own(reference, actor)
        return _safe_copy(case, await work.documents.of_case(case, document_id))


async def open_for_staff(parts: Parts, actor: Actor, reference: str, document_id: UUID) -> Link:
    """Return the safe copy of a document of a case of the actor's office.

    Raises:
        NotFound: as `open_own`; also for oversight, which reads figures, not papers.
    """
    async with parts.open_work(AsStaff(actor)) as work:
        case = await _case_for_staff(work, actor, reference)
        return _safe_copy(case, await work.documents.of_case(case, document_id))


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
        if document.safety != Safety.SAFE or page not in pictures(document):
            raise NotFound(page=page)
        if not document.pages:
            return _safe_copy(case, document)
        return Link(keys.page(document.id, page), f"{page}.jpg", JPEG, 0)


async def _case_for_staff(work: Work, actor: Actor, reference: str) -> CaseRow:
    case = await work.cases.for_staff(reference, actor)
    if not works_on(case, actor):
        raise NotFound(case=reference)
    return case


def pictures(document: DocumentRow) -> range:
    """Return the numbers of the pictures in which an officer sees a document that is safe."""
    return range(1, (document.pages or 1) + 1)


def _safe_copy(case: CaseRow, document: DocumentRow) -> Link:
    if document.safety != Safety.SAFE:
        raise NotFound(document=document.id)
    extension = EXTENSIONS[document.content_type]
    name = f"{document.requirement}-{case.reference}.{extension}"
    return Link(keys.safe(document.id, extension), name, document.content_type, document.safe_size)
