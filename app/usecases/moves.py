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
from app.usecases.parts import Parts, case_topic, office_topic
from app.usecases.pauses import pauses_of

#: Steps of an officer that only the one who took the case may take.
_HOLDERS_STEPS = {Step.RELEASE, Step.REQUEST_CHANGES, Step.FORWARD, Step.REJECT}


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
    parts: Parts, work: Work, case: CaseRow, step: Step, actor: Actor, note: str = ""
) -> None:
    """Take `step` on a locked case: its new status, one row of history, the news.

    Raises:
        StepRefused: the workflow has no such step from here, or not for this actor.
    """
    roles = roles_in(case, actor)
    before = position_of(case)
    reached = after(before, step, roles)
    _check_holder(case, step, before, actor)
    now = parts.now()
    role = _acting_role(before, roles)
    await work.cases.record(
        HistoryRow(
            case_id=case.id,
            at=now,
            actor_id=None if role is Role.SYSTEM else actor.person,
            actor_name=actor.name,
            role=role.value,
            step=step.value,
            status_before=before.status.value,
            status_after=reached.status.value,
            note=note,
        )
    )
    if reached.status is not before.status or reached.turn != before.turn:
        case.status_since = now
    case.status, case.turn, case.changed_at = reached.status.value, reached.turn, now
    if step is Step.TAKE:
        case.holder_id = actor.person
    elif step is Step.RELEASE:
        case.holder_id = None
    case.due_at = await _due(parts, work, case)
    await announce(work, case)
    at("moves.moved")


async def announce(work: Work, case: CaseRow) -> None:
    """Tell open pages that a case changed: its own, and its office's queue."""
    await work.announce(case_topic(case.reference))
    if case.status != Status.DRAFT:
        await work.announce(office_topic(case.office_id))


async def _due(parts: Parts, work: Work, case: CaseRow) -> datetime | None:
    """Return until when the case will be done; None while the office waits or all is over."""
    service = parts.catalogue.get(case.service)
    if service is None or case.submitted_at is None or Status(case.status).is_final:
        return None
    pauses = pauses_of(await work.cases.history(case))
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
