"""Review: every step of the office on a case, and its verdict on each document."""

from collections.abc import Sequence
from uuid import UUID

from app.db.tables import CaseRow, DocumentRow, LetterRow
from app.db.work import Work
from app.domain.capacity import AsStaff
from app.domain.cases import new_verification_code
from app.domain.documents import Safety, Verdict
from app.domain.errors import DomainError, NotAllowed, StepRefused, Unavailable
from app.domain.identity import Actor, Role
from app.domain.letters import letter_number
from app.domain.points import at
from app.domain.workflow import Step
from app.usecases import letters
from app.usecases.apply import service_of
from app.usecases.facts import Papers
from app.usecases.moves import NO_PAPERS, announce, move, reached_by, roles_in
from app.usecases.parts import Parts
from app.usecases.present.moments import ZONE
from app.usecases.track import say_on

#: Steps that the office must give a reason for; the resident reads it.
NEEDS_NOTE = frozenset({Step.REQUEST_CHANGES, Step.REJECT, Step.SEND_BACK})
#: What a reason may be long.
LONGEST_NOTE = 1_000


class NoteNeeded(DomainError):
    """The step needs a reason that the other side can act on."""

    key = "error.note_needed"


class DocumentsUndecided(DomainError):
    """A case is passed on only when every document was accepted."""

    key = "error.documents_undecided"


async def take_step(parts: Parts, actor: Actor, reference: str, step: Step, note: str = "") -> None:
    """Take one step of the office on a case.

    Two officers racing for one case are serialised by the row lock: the second finds
    the new status and is refused.

    Raises:
        NotFound: no such case in the actor's offices.
        StepRefused: the workflow has no such step from here, or not for this actor.
        NoteNeeded, DocumentsUndecided: something must be said or decided first.
    """
    note = note.strip()[:LONGEST_NOTE]
    if step in NEEDS_NOTE and not note:
        raise NoteNeeded
    async with parts.open_work(AsStaff(actor), "review.take_step") as work:
        case = await work.cases.for_staff(reference, actor, lock=True)
        papers = NO_PAPERS
        if step is Step.FORWARD:
            papers = Papers(await _accepted(work, case))
        elif step is Step.SIGN:
            papers = Papers(letter=await _numbered_letter(parts, work, case, actor))
        await move(parts, work, case, step, actor, note, papers)
        if step is Step.REQUEST_CHANGES:
            await say_on(parts, work, case, actor, Role.OFFICER, note)


async def act_on_many(
    parts: Parts, actor: Actor, references: Sequence[str]
) -> dict[str, DomainError | None]:
    """Initial or sign each of these cases, whichever is the actor's to do.

    Returns:
        For each reference the refusal, or None when it was done. One that is refused
        does not hold up the others: each is a transaction of its own.

    Raises:
        Unavailable: of the cases that are left, none can be done now.
    """
    outcomes: dict[str, DomainError | None] = {}
    for reference in dict.fromkeys(references):
        outcomes[reference] = None
        for step in (Step.INITIAL, Step.SIGN):
            try:
                await take_step(parts, actor, reference, step)
            except Unavailable:
                raise
            except DomainError as refusal:
                outcomes[reference] = refusal
            else:
                outcomes[reference] = None
                break
    return outcomes


async def decide_document(
    parts: Parts, actor: Actor, reference: str, document_id: UUID, verdict: Verdict, reason: str
) -> None:
    """Accept or refuse one document of a case that the actor has taken.

    Raises:
        NotFound: no such case or document.
        NotAllowed: the actor has not taken the case, or the file is not checked yet.
        NoteNeeded: a refusal without a reason.
    """
    reason = reason.strip()[:LONGEST_NOTE]
    if verdict is Verdict.REFUSED and not reason:
        raise NoteNeeded
    async with parts.open_work(AsStaff(actor), "review.decide_document") as work:
        case = await work.cases.for_staff(reference, actor, lock=True)
        if not may_review(case, actor):
            raise NotAllowed
        document = await work.documents.of_case(case, document_id, lock=True)
        if document.safety != Safety.SAFE:
            raise NotAllowed
        document.verdict = verdict.value
        document.reason = reason if verdict is Verdict.REFUSED else ""
        document.decided_by, document.decided_at = actor.person, parts.now()
        case.changed_at = parts.now()
        announce(work, case)


async def accept_all(parts: Parts, actor: Actor, reference: str) -> None:
    """Accept every document of a case that is checked and not decided on yet.

    Raises:
        NotFound: no such case.
        NotAllowed: the actor has not taken the case.
    """
    async with parts.open_work(AsStaff(actor), "review.accept_all") as work:
        case = await work.cases.for_staff(reference, actor, lock=True)
        if not may_review(case, actor):
            raise NotAllowed
        now = parts.now()
        for document in await work.documents.current(case):
            if document.safety == Safety.SAFE and document.verdict == Verdict.PENDING:
                document.verdict = Verdict.ACCEPTED.value
                document.decided_by, document.decided_at = actor.person, now
        case.changed_at = now
        announce(work, case)


def may_review(case: CaseRow, actor: Actor) -> bool:
    """Return whether the actor may decide on this case's documents now."""
    is_officer = Role.OFFICER in roles_in(case, actor)
    return is_officer and case.status == "in_review" and case.holder_id == actor.person


def undecided(documents: Sequence[DocumentRow]) -> int:
    """Return how many of a case's current documents have not been accepted."""
    return sum(document.verdict != Verdict.ACCEPTED for document in documents)


async def _accepted(work: Work, case: CaseRow) -> Sequence[DocumentRow]:
    """Return the documents of a case, all of which were accepted."""
    documents = await work.documents.current(case)
    if left := undecided(documents):
        raise DocumentsUndecided(left=left)
    return documents


async def _numbered_letter(parts: Parts, work: Work, case: CaseRow, actor: Actor) -> LetterRow:
    """Draw the letter's number and have the letter made: one transaction with the step."""
    reached_by(case, Step.SIGN, actor)  # nobody draws a number whose turn it is not
    if await work.letters.of_case(case.id):
        raise StepRefused(status=case.status, step=Step.SIGN.value)
    now = parts.now()
    local = now.astimezone(ZONE)
    office = await work.offices.get(case.office_id)
    service = service_of(parts, case.service)
    sequence = await work.letters.next_number(office.id, local.year)
    at("review.numbered")
    letter = LetterRow(
        case_id=case.id,
        office_id=office.id,
        year=local.year,
        sequence=sequence,
        number=letter_number(service.letter.code, sequence, office.code, local.month, local.year),
        code=new_verification_code(),
        signer_id=actor.person,
        signer_name=actor.name,
        signer_title=office.head_title,
        numbered_at=now,
    )
    await work.letters.add(letter)
    await letters.enqueue_issue(work, letter.id)
    at("review.letter_enqueued")
    return letter
