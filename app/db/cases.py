"""Cases, each seen only by its resident and by its office."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, tuple_
from sqlalchemy.orm import load_only
from sqlalchemy.sql.base import ExecutableOption
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import CaseRow, FormRow, HistoryRow, LetterRow, MessageRow, PersonRow
from app.domain.errors import NotFound
from app.domain.identity import STAFF, Actor, Role
from app.domain.workflow import Status, Step

#: Roles that may look at an office's cases.
READERS = (*sorted(STAFF), Role.OVERSIGHT)
#: What whoever has the tracking code may know of a case; the database gives them no more.
_FOLLOWED = (
    *(CaseRow.tracking_code, CaseRow.service, CaseRow.office_id, CaseRow.status),
    *(CaseRow.chain, CaseRow.turn, CaseRow.due_at, CaseRow.status_since),
)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which of the office's cases to list.

    Attributes:
        statuses: none named means every status but drafts.
        holder: only cases that this person took.
        turn_of: only cases that await one of these roles.
        search: a number, or part of the resident's name.
        nik_hash: the keyed hash of the NIK that was searched for.
        after: the (moment, id) of the last row of the page before.
        limit: how many rows at most.
    """

    statuses: tuple[Status, ...] = ()
    holder: UUID | None = None
    turn_of: tuple[Role, ...] = ()
    search: str = ""
    nik_hash: bytes = b""
    after: tuple[Any, UUID] | None = None
    limit: int = 30


@dataclass(frozen=True, slots=True)
class CaseRepository:
    """Cases with their history and messages."""

    session: AsyncSession

    async def own(self, reference: str, actor: Actor, *, lock: bool = False) -> CaseRow:
        """Return one case of `actor`'s own, row-locked until commit when `lock`.

        Raises:
            NotFound: no such case, or not theirs; the two look alike on purpose.
        """
        query = select(CaseRow).where(CaseRow.resident_id == actor.person)
        return await self._one(query.where(CaseRow.reference == reference), reference, lock)

    async def for_staff(self, reference: str, actor: Actor, *, lock: bool = False) -> CaseRow:
        """Return one case of an office in which `actor` works.

        Raises:
            NotFound: no such case, still a draft, or another office's.
        """
        query = select(CaseRow).where(_in_offices_of(actor), CaseRow.reference == reference)
        return await self._one(query, reference, lock)

    async def by_id(self, case_id: UUID, *, lock: bool = False) -> CaseRow:
        """Return one case, for a job."""
        query = select(CaseRow).where(CaseRow.id == case_id)
        return await self._one(query, str(case_id), lock)

    async def of_letter(self, letter: LetterRow) -> CaseRow:
        """Return the case of a letter that somebody has in hand, as far as it stands in it."""
        told = _only(CaseRow.service, CaseRow.applicant_name)
        query = select(CaseRow).options(told).where(CaseRow.id == letter.case_id)
        return await self._one(query, str(letter.case_id), lock=False)

    async def by_tracking_code(self, code: str) -> CaseRow:
        """Return the case with this secret code, as far as it may be followed.

        Drafts have not been given their code.

        Raises:
            NotFound: no such code.
        """
        told = _only(*_FOLLOWED)
        query = (
            select(CaseRow)
            .options(told)
            .where(CaseRow.tracking_code == code, CaseRow.status != Status.DRAFT.value)
        )
        return await self._one(query, "tracking code", lock=False)

    async def by_form(self, form_key: UUID, actor: Actor) -> CaseRow | None:
        """Return the case that this form made, row-locked until commit."""
        query = (
            select(CaseRow)
            .join(FormRow, col(FormRow.case_id) == col(CaseRow.id))
            .where(FormRow.key == form_key, CaseRow.resident_id == actor.person)
        )
        return (await self.session.exec(query.with_for_update(of=CaseRow))).first()

    async def made_by_form(self, form_key: UUID, case: CaseRow) -> None:
        """Remember which case a form made."""
        self.session.add(FormRow(key=form_key, case_id=case.id))

    async def draft(self, service: str, actor: Actor, *, lock: bool = False) -> CaseRow | None:
        """Return `actor`'s open draft for a service; there is one at most."""
        query = select(CaseRow).where(
            CaseRow.service == service,
            CaseRow.resident_id == actor.person,
            CaseRow.status == Status.DRAFT.value,
        )
        return (await self.session.exec(query.with_for_update() if lock else query)).first()

    async def add(self, case: CaseRow) -> None:
        """Keep a new case."""
        self.session.add(case)
        await self.session.flush()

    async def mine(self, actor: Actor, *, limit: int = 50) -> Sequence[CaseRow]:
        """Return `actor`'s own cases, last changed first."""
        query = (
            select(CaseRow)
            .where(CaseRow.resident_id == actor.person)
            .order_by(col(CaseRow.changed_at).desc())
            .limit(limit)
        )
        return (await self.session.exec(query)).all()

    async def queue(self, actor: Actor, wanted: QueueFilter) -> Sequence[CaseRow]:
        """Return the cases of `actor`'s offices, longest waiting first, by key set."""
        query = select(CaseRow).where(_in_offices_of(actor), *_conditions(wanted))
        if wanted.after:
            query = query.where(tuple_(CaseRow.submitted_at, CaseRow.id) > wanted.after)
        query = query.order_by(col(CaseRow.submitted_at), col(CaseRow.id)).limit(wanted.limit)
        return (await self.session.exec(query)).all()

    async def count(self, actor: Actor, wanted: QueueFilter) -> int:
        """Return how many cases `queue` would list without a limit."""
        query = select(func.count()).where(_in_offices_of(actor), *_conditions(wanted))
        return (await self.session.exec(query)).one()

    async def record(self, row: HistoryRow) -> None:
        """Add one row of history."""
        self.session.add(row)

    async def history(self, case: CaseRow) -> Sequence[HistoryRow]:
        """Return a case's history, oldest first."""
        query = select(HistoryRow).where(HistoryRow.case_id == case.id)
        return (await self.session.exec(query.order_by(col(HistoryRow.id)))).all()

    async def unnamed_history(self, case: CaseRow) -> Sequence[HistoryRow]:
        """Return what happened to a case and when, oldest first; not who said what."""
        told = _only(HistoryRow.at, HistoryRow.role, HistoryRow.step)
        query = select(HistoryRow).options(told).where(HistoryRow.case_id == case.id)
        return (await self.session.exec(query.order_by(col(HistoryRow.id)))).all()

    async def say(self, message: MessageRow) -> None:
        """Add a message."""
        self.session.add(message)

    async def messages(self, case: CaseRow) -> Sequence[MessageRow]:
        """Return a case's messages, oldest first."""
        query = select(MessageRow).where(MessageRow.case_id == case.id)
        return (await self.session.exec(query.order_by(col(MessageRow.id)))).all()

    async def holders(self, cases: Sequence[CaseRow]) -> dict[UUID, str]:
        """Return the names of the officers who hold these cases, by person.

        As they took them: residents read a case's history, not other people's rows.
        """
        held = [case.id for case in cases if case.holder_id]
        if not held:
            return {}
        query = (
            select(HistoryRow.actor_id, HistoryRow.actor_name)
            .where(col(HistoryRow.case_id).in_(held), HistoryRow.step == Step.TAKE.value)
            .order_by(col(HistoryRow.id))
        )
        taken = (await self.session.exec(query)).all()
        return {officer: name for officer, name in taken if officer}

    async def _one(self, query: Any, asked: str, lock: bool) -> CaseRow:
        row = (await self.session.exec(query.with_for_update() if lock else query)).first()
        if row is None:
            raise NotFound(case=asked)
        return row


def _only(*columns: Any) -> ExecutableOption:
    """Have only these columns read; whoever uses another of that row meets a defect."""
    return load_only(*columns, raiseload=True)


def _in_offices_of(actor: Actor) -> ColumnElement[bool]:
    return and_(
        col(CaseRow.office_id).in_(actor.offices(*READERS)),
        col(CaseRow.status) != Status.DRAFT.value,
    )


def _conditions(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.statuses:
        conditions.append(col(CaseRow.status).in_([status.value for status in wanted.statuses]))
    if wanted.holder:
        conditions.append(col(CaseRow.holder_id) == wanted.holder)
    if wanted.turn_of:
        acting = col(CaseRow.chain).op("->>")(col(CaseRow.turn))
        conditions.append(acting.in_([role.value for role in wanted.turn_of]))
    if wanted.search:
        conditions.append(_matches(wanted))
    return conditions


def _matches(wanted: QueueFilter) -> ColumnElement[bool]:
    text = wanted.search.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    found = [
        col(CaseRow.reference).ilike(f"%{text}%"),
        col(CaseRow.applicant_name).ilike(f"%{text}%"),
    ]
    if wanted.nik_hash:
        found.append(
            col(CaseRow.resident_id).in_(
                select(PersonRow.id).where(PersonRow.nik_hash == wanted.nik_hash)
            )
        )
    return or_(*found)
