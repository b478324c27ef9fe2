"""Cases, each seen only by its resident and by its office."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.orm import load_only
from sqlalchemy.sql.base import ExecutableOption
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.holding import hold, locking
from app.db.listed import in_offices, offices_of
from app.db.reading import Query, Question, entity
from app.db.tables import CaseRow, FormRow, HistoryRow, LetterRow, MessageRow
from app.domain.errors import NotFound
from app.domain.identity import Actor
from app.domain.workflow import Status

#: What whoever has the tracking code may know of a case; the database gives them no more.
_FOLLOWED = (
    *(CaseRow.tracking_code, CaseRow.service, CaseRow.office_id, CaseRow.status),
    *(CaseRow.chain, CaseRow.turn, CaseRow.due_at, CaseRow.status_since),
)


#: What a move tells people; not what binds it to others, which makes it three times as long.
TOLD = (
    *("id", "case_id", "at", "actor_id", "actor_name", "role"),
    *("step", "status_before", "status_after", "note"),
)


_IS_NAMED = col(CaseRow.reference) == bindparam("reference")
_IS_THEIRS = col(CaseRow.resident_id) == bindparam("person")
_OWN = locking(CaseRow, _IS_NAMED, _IS_THEIRS)
_FOR_STAFF = locking(CaseRow, *in_offices(), _IS_NAMED)
_BY_ID = locking(CaseRow, col(CaseRow.id) == bindparam("case"))
_DRAFT = locking(
    CaseRow,
    _IS_THEIRS,
    col(CaseRow.service) == bindparam("service"),
    col(CaseRow.status) == Status.DRAFT.value,
)
_BY_FORM = Query(
    select(CaseRow)
    .join(FormRow, col(FormRow.case_id) == col(CaseRow.id))
    .where(col(FormRow.key) == bindparam("key"), _IS_THEIRS)
    .with_for_update(of=CaseRow),
    entity(CaseRow),
)


@dataclass(frozen=True, slots=True)
class CaseRepository:
    """Cases with their history and messages."""

    session: AsyncSession

    async def own(self, reference: str, actor: Actor, *, lock: bool = False) -> CaseRow:
        """Return one case of `actor`'s own, row-locked until commit when `lock`.

        Raises:
            NotFound: no such case, or not theirs; the two look alike on purpose.
        """
        asked = _OWN[lock].about(reference=reference, person=actor.person)
        return await self._one(asked, reference)

    async def for_staff(self, reference: str, actor: Actor, *, lock: bool = False) -> CaseRow:
        """Return one case of an office in which `actor` works.

        Raises:
            NotFound: no such case, still a draft, or another office's.
        """
        asked = _FOR_STAFF[lock].about(reference=reference, offices=offices_of(actor))
        return await self._one(asked, reference)

    async def by_id(self, case_id: UUID, *, lock: bool = False) -> CaseRow:
        """Return one case, for a job."""
        return await self._one(_BY_ID[lock].about(case=case_id), str(case_id))

    async def of_letter(self, letter: LetterRow) -> CaseRow:
        """Return the case of a letter that somebody has in hand, as far as it stands in it."""
        told = _only(CaseRow.service, CaseRow.applicant_name)
        query = select(CaseRow).options(told).where(CaseRow.id == letter.case_id)
        row = (await self.session.exec(query)).first()
        if row is None:
            raise NotFound(case=letter.case_id)
        return row

    async def by_tracking_code(self, code: str) -> CaseRow | None:
        """Return the case with this secret code, as far as it may be followed.

        Drafts have not been given their code.
        """
        told = _only(*_FOLLOWED)
        query = (
            select(CaseRow)
            .options(told)
            .where(CaseRow.tracking_code == code, CaseRow.status != Status.DRAFT.value)
        )
        return (await self.session.exec(query)).first()

    async def by_form(self, form_key: UUID, actor: Actor) -> CaseRow | None:
        """Return the case that this form made, row-locked until commit."""
        return await hold(self.session, _BY_FORM.about(key=form_key, person=actor.person))

    async def made_by_form(self, form_key: UUID, case: CaseRow) -> None:
        """Remember which case a form made."""
        self.session.add(FormRow(key=form_key, case_id=case.id))

    async def draft(self, service: str, actor: Actor, *, lock: bool = False) -> CaseRow | None:
        """Return `actor`'s open draft for a service; there is one at most."""
        asked = _DRAFT[lock].about(service=service, person=actor.person)
        return await hold(self.session, asked)

    async def add(self, case: CaseRow) -> None:
        """Keep a new case."""
        self.session.add(case)
        await self.session.flush()

    async def record(self, row: HistoryRow) -> None:
        """Add one row of history."""
        self.session.add(row)

    async def history(self, case: CaseRow) -> Sequence[HistoryRow]:
        """Return a case's history, oldest first; not what binds its rows."""
        told = _only(*(getattr(HistoryRow, name) for name in TOLD))
        query = select(HistoryRow).options(told).where(HistoryRow.case_id == case.id)
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

    async def _one(self, asked: Question[CaseRow], named: str) -> CaseRow:
        row = await hold(self.session, asked)
        if row is None:
            raise NotFound(case=named)
        return row


def _only(*columns: Any) -> ExecutableOption:
    """Have only these columns read; whoever uses another of that row meets a defect."""
    return load_only(*columns, raiseload=True)
