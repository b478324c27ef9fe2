"""One case with everything on it, as its reader sees it."""

from collections.abc import Sequence
from dataclasses import replace

from app import routes
from app.db.casefile import CaseFile
from app.db.tables import CaseRow, DocumentRow
from app.domain.identity import Actor
from app.domain.workflow import WORKFLOW, Status, Step
from app.texts import language
from app.usecases.apply import service_of
from app.usecases.documents import pictures
from app.usecases.moves import position_of
from app.usecases.parts import Parts
from app.usecases.present import cases as wording
from app.usecases.present.letters import letter_view
from app.usecases.present.moments import in_words
from app.usecases.present.services import link
from app.usecases.present.slots import slot
from app.views import CaseDetail, MessageLine, Slot


def detail(parts: Parts, file: CaseFile, actor: Actor, reader: wording.Reader) -> CaseDetail:
    """Return one case with everything on it but the form, worded for `reader`."""
    case = file.case
    holder = wording.holder_in_words(case, file.holder, reader)
    return replace(
        _standing(parts, case, reader),
        office=file.office.name,
        holder=holder,
        note=wording.last_note(file.history, Status(case.status)),
        timeline=wording.timeline(case, file.history, holder, reader),
        slots=_slots(parts, case, file.documents, reader),
        messages=[
            MessageLine(row.author_name, in_words(row.at), row.text, row.author_id == actor.person)
            for row in file.messages
        ],
        letter=letter_view(case, file.letter, reader),
    )


def _standing(parts: Parts, case: CaseRow, reader: wording.Reader) -> CaseDetail:
    """Return what the case itself tells: where it stands, until when, what may be done."""
    service = service_of(parts, case.service)
    status, is_mine = Status(case.status), not reader.is_staff
    until = wording.deadline(case, parts.calendar, parts.now())
    is_signed = status is Status.AWAITING_SIGNATURE and position_of(case).acting is None
    return CaseDetail(
        reference=case.reference,
        service=service.name.in_(language()),
        status=case.status,
        status_label=wording.status_label(case),
        explanation=wording.explanation(case, reader),
        since=in_words(case.status_since),
        due=until.due,
        left=until.left,
        is_late=until.is_late,
        tracking_code=case.tracking_code if is_mine and status is not Status.DRAFT else "",
        tracking_href=link(routes.TRACK_CODE, code=case.tracking_code),
        answers=wording.answer_lines(case, service),
        has_letter=status is Status.DONE,
        is_preparing_letter=is_signed,
        can_message=not status.is_final and status is not Status.DRAFT,
        can_withdraw=is_mine and (status, Step.WITHDRAW) in WORKFLOW,
        can_answer=is_mine and status is Status.NEEDS_CHANGES,
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
            slots.append(slot(need, document, case=case, now=parts.now(), href=href, pages=pages))
        elif need.required:
            slots.append(slot(need, None, case=case, now=parts.now()))
    return slots


def _addresses(
    case: CaseRow, document: DocumentRow, reader: wording.Reader
) -> tuple[str, list[str]]:
    """Return where the reader opens a document, and its pages as pictures (staff only)."""
    route = routes.REVIEW_DOCUMENT if reader.is_staff else routes.CASE_DOCUMENT
    parts = {"reference": case.reference, "document": str(document.id)}
    pages = [
        routes.fill(routes.REVIEW_DOCUMENT_PAGE, **parts, page=str(number))
        for number in pictures(document)
    ]
    return routes.fill(route, **parts), pages if reader.is_staff else []
