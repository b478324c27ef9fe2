"""The one way in which a case moves: by a row of the workflow, into a row of history."""

from datetime import datetime

from app.db.listed import AnyCase
from app.db.tables import CaseRow, HistoryRow
from app.db.work import Work
from app.domain.clock import due
from app.domain.errors import StepRefused
from app.domain.identity import STAFF, Actor, Role
from app.domain.points import at
from app.domain.workflow import Position, Status, Step, after
from app.usecases import facts
from app.usecases.facts import Papers
from app.usecases.parts import Parts, case_topic, office_topic
from app.usecases.pauses import pauses_of

#: Steps of an officer that only the one who took the case may take.
_HOLDERS_STEPS = {Step.RELEASE, Step.REQUEST_CHANGES, Step.FORWARD, Step.REJECT}


#: What most moves are about besides their case.
NO_PAPERS = Papers()


def position_of(case: AnyCase) -> Position:
    """Return where a case stands in the workflow."""
    return Position(Status(case.status), tuple(Role(role) for role in case.chain), case.turn)


def roles_in(case: AnyCase, actor: Actor) -> tuple[Role, ...]:
    """Return every role in which `actor` may act on `case`.

    Nobody is an official in their own case.
    """
    if case.resident_id == actor.person:
        return (Role.RESIDENT,)
    roles = (grant.role for grant in actor.grants if grant.office in {None, case.office_id})
    return tuple(role for role in roles if role is not Role.RESIDENT)


def works_on(case: AnyCase, actor: Actor) -> bool:
    """Return whether `actor` works on `case`, rather than only reading figures of it."""
    return any(role in STAFF for role in roles_in(case, actor))


async def move(
    parts: Parts,
    work: Work,
    case: CaseRow,
    step: Step,
    actor: Actor,
    note: str = "",
    papers: Papers = NO_PAPERS,
) -> None:
    """Take `step` on a locked case: its new status, one row of history, the news.

    The row is bound to the one before it, and to what the move is about (`app.domain.trail`).

    Raises:
        StepRefused: the workflow has no such step from here, or not for this actor.
    """
    before = position_of(case)
    reached = reached_by(case, step, actor)
    row = _row(case, reached, step, actor, note)
    row.at = parts.now()
    if reached.status is not before.status or reached.turn != before.turn:
        case.status_since = row.at
    case.status, case.turn, case.changed_at = reached.status.value, reached.turn, row.at
    if step is Step.TAKE:
        case.holder_id = actor.person
    elif step is Step.RELEASE:
        case.holder_id = None
    case.due_at = await _due(parts, work, case, row)
    await _bind(parts, work, case, row, papers)
    await work.cases.record(row)
    announce(work, case)
    at("moves.moved")


def _row(case: CaseRow, reached: Position, step: Step, actor: Actor, note: str) -> HistoryRow:
    before = position_of(case)
    role = _acting_role(before, roles_in(case, actor))
    return HistoryRow(
        case_id=case.id,
        actor_id=None if role is Role.SYSTEM else actor.person,
        actor_name=actor.name,
        role=role.value,
        step=step.value,
        status_before=before.status.value,
        status_after=reached.status.value,
        note=note,
    )


async def _bind(parts: Parts, work: Work, case: CaseRow, row: HistoryRow, papers: Papers) -> None:
    """Bind a move to the one before it, and to the case as it leaves it."""
    end = await work.trail.end(case)
    row.facts = facts.of_move(row.step, case, papers, end.anchor)
    secret = facts.secret_of(parts.seal, row.step, case.applicant_nik)
    facts.bind(parts.seal, row, end.digest, secret)


def reached_by(case: CaseRow, step: Step, actor: Actor) -> Position:
    """Return where `step` would lead.

    Raises:
        StepRefused: the workflow has no such step from here, or not for this actor.
    """
    before = position_of(case)
    reached = after(before, step, roles_in(case, actor))
    _check_holder(case, step, before, actor)
    return reached


def announce(work: Work, case: CaseRow) -> None:
    """Tell open pages that a case changed: its own, and its office's queue."""
    work.announce(case_topic(case.reference))
    if case.status != Status.DRAFT:
        work.announce(office_topic(case.office_id))


async def _due(parts: Parts, work: Work, case: CaseRow, move: HistoryRow) -> datetime | None:
    """Return until when the case will be done once it has made `move`.

    None while the office waits or all is over.
    """
    service = parts.catalogue.get(case.service)
    if service is None or case.submitted_at is None or Status(case.status).is_final:
        return None
    pauses = pauses_of([*await work.cases.history(case), move])
    return due(parts.calendar, case.submitted_at, service.time, pauses)


def _check_holder(case: CaseRow, step: Step, before: Position, actor: Actor) -> None:
    with_officer = before.status in {Status.IN_REVIEW, Status.NEEDS_CHANGES}
    if with_officer and step in _HOLDERS_STEPS and case.holder_id != actor.person:
        raise StepRefused(status=before.status.value, step=step.value)


def _acting_role(before: Position, roles: tuple[Role, ...]) -> Role:
    """Return the role in which the step was taken, for history."""
    if before.acting is not None and before.acting in roles:
        return before.acting
    return Role.OFFICER if Role.OFFICER in roles else roles[0]
