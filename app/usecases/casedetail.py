"""One case with everything on it, as its reader sees it."""

from collections.abc import Sequence

from app import routes
from app.db.tables import CaseRow, DocumentRow
from app.db.work import Work
from app.domain.identity import Actor
from app.domain.workflow import WORKFLOW, Status, Step
from app.texts import language
from app.usecases.apply import service_of
from app.usecases.formview import for_case
from app.usecases.moves import position_of
from app.usecases.parts import Parts
from app.usecases.present import cases as wording
from app.usecases.present.letters import letter_view
from app.usecases.present.moments import in_words
from app.usecases.present.services import link
from app.usecases.present.slots import slot
from app.views import CaseDetail, Form, MessageLine, Slot


async def detail(
    parts: Parts,
    work: Work,
    case: CaseRow,
    actor: Actor,
    reader: wording.Reader,
    *,
    checked: bool = False,
) -> CaseDetail:
    """Return one case with everything on it, worded for `reader`."""
    service = service_of(parts, case.service)
    office = await work.offices.get(case.office_id)
    history = await work.cases.history(case)
    holders = await work.cases.holders([case])
    letter = await work.letters.of_case(case.id)
    documents = await work.documents.current(case)
    until = wording.deadline(case, parts.calendar, parts.now())
    name = holders.get(case.holder_id) if case.holder_id else ""
    holder = wording.holder_in_words(case, name, reader)
    status = Status(case.status)
    return CaseDetail(
        reference=case.reference,
        service=service.name.in_(language()),
        office=office.name,
        status=case.status,
        status_label=wording.status_label(case),
        explanation=wording.explanation(case, reader),
        holder=holder,
        since=in_words(case.status_since),
        due=until.due,
        left=until.left,
        is_late=until.is_late,
        tracking_code="" if reader.is_staff or status is Status.DRAFT else case.tracking_code,
        tracking_href=link(routes.TRACK_CODE, code=case.tracking_code),
        note=wording.last_note(history, status),
        timeline=wording.timeline(case, history, holder, reader),
        answers=wording.answer_lines(case, service),
        slots=_slots(parts, case, documents, reader),
        messages=[
            MessageLine(row.author_name, in_words(row.at), row.text, row.author_id == actor.person)
            for row in await work.cases.messages(case)
        ],
        has_letter=status is Status.DONE,
        is_preparing_letter=status is Status.AWAITING_SIGNATURE
        and position_of(case).acting is None,
        letter=letter_view(case, letter, reader),
        can_message=not status.is_final and status is not Status.DRAFT,
        can_withdraw=not reader.is_staff and (status, Step.WITHDRAW) in WORKFLOW,
        can_answer=not reader.is_staff and status is Status.NEEDS_CHANGES,
        form=Form()
        if reader.is_staff
        else await for_case(parts, work, actor, case, checked=checked),
    )


def _slots(
    parts: Parts, case: CaseRow, documents: Sequence[DocumentRow], reader: wording.Reader
) -> list[Slot]:
    """Return the documents of a case, in the order in which its service asks for them."""
    attached = {document.requirement: document for document in documents}
    needs = service_of(parts, case.service).requirements_for(case.answers)
    slots = []
    for need in needs:
        document = attached.get(need.key)
        if document is not None:
            href, pages = _addresses(case, document, reader)
            slots.append(slot(need, document, case=case, href=href, pages=pages))
        elif need.required:
            slots.append(slot(need, None, case=case))
    return slots


def _addresses(
    case: CaseRow, document: DocumentRow, reader: wording.Reader
) -> tuple[str, list[str]]:
    """Return where the reader opens a document, and its pages as pictures (staff only)."""
    route = routes.REVIEW_DOCUMENT if reader.is_staff else routes.CASE_DOCUMENT
    parts = {"reference": case.reference, "document": str(document.id)}
    pages = [
        routes.fill(routes.REVIEW_DOCUMENT_PAGE, **parts, page=str(number))
        for number in range(1, document.pages + 1)
    ]
    return routes.fill(route, **parts), pages if reader.is_staff else []
