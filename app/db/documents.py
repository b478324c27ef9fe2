"""Documents of cases. Whoever may see the case was asked for it first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, func
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.holding import ask, hold, locking
from app.db.reading import Query
from app.db.tables import CaseRow, DocumentRow
from app.domain.documents import INFECTED, Safety
from app.domain.errors import NotFound


class HandedIn(NamedTuple):
    """A file with what decides of which kinds it may be."""

    case_id: UUID
    service: str
    requirement: str
    safety: str


HANDED_IN = Query(
    sa.select(
        col(DocumentRow.case_id),
        col(CaseRow.service),
        col(DocumentRow.requirement),
        col(DocumentRow.safety),
    )
    .join(CaseRow, col(CaseRow.id) == col(DocumentRow.case_id))
    .where(col(DocumentRow.id) == bindparam("document")),
    HandedIn,
)
#: How many documents of a person's case are being checked.
CHECKING = Query(
    select(func.count())
    .select_from(DocumentRow)
    .join(CaseRow, col(CaseRow.id) == col(DocumentRow.case_id))
    .where(
        CaseRow.reference == bindparam("reference"),
        CaseRow.resident_id == bindparam("person"),
        col(DocumentRow.replaced_at).is_(None),
        DocumentRow.safety == Safety.QUARANTINED.value,
    ),
    int,
)


_IS_NAMED = col(DocumentRow.id) == bindparam("document")
_IS_OF_CASE = col(DocumentRow.case_id) == bindparam("case")
_STANDS = col(DocumentRow.replaced_at).is_(None)
_BY_ID = locking(DocumentRow, _IS_NAMED)
_OF_CASE = locking(DocumentRow, _IS_NAMED, _IS_OF_CASE, _STANDS)
_REPLACED = Query(
    sa.update(DocumentRow)
    .where(_IS_OF_CASE, _STANDS, col(DocumentRow.requirement) == bindparam("requirement"))
    .values(replaced_at=bindparam("replaced"))
    .returning(col(DocumentRow.id)),
    lambda of: of,
)


@dataclass(frozen=True, slots=True)
class DocumentRepository:
    """Documents, always of a case that the caller was shown."""

    session: AsyncSession

    async def current(self, case: CaseRow) -> Sequence[DocumentRow]:
        """Return the documents that stand now, one for each requirement at most."""
        query = select(DocumentRow).where(
            DocumentRow.case_id == case.id, col(DocumentRow.replaced_at).is_(None)
        )
        return (await self.session.exec(query)).all()

    async def of_case(self, case: CaseRow, document_id: UUID, *, lock: bool = False) -> DocumentRow:
        """Return one current document of `case`.

        Raises:
            NotFound: no such document in this case, or another has replaced it.
        """
        row = await hold(self.session, _OF_CASE[lock].about(case=case.id, document=document_id))
        if row is None:
            raise NotFound(document=document_id)
        return row

    async def get(self, document_id: UUID, *, lock: bool = False) -> DocumentRow | None:
        """Return a document by id, for jobs."""
        return await hold(self.session, _BY_ID[lock].about(document=document_id))

    async def quarantined_among(self, ids: Sequence[UUID]) -> set[UUID]:
        """Return which of these ids are documents that wait for their check, or are evidence."""
        query = select(DocumentRow.id).where(
            col(DocumentRow.id).in_(ids),
            or_(
                col(DocumentRow.safety) == Safety.QUARANTINED.value,
                col(DocumentRow.refusal) == INFECTED,
            ),
        )
        return set((await self.session.exec(query)).all())

    async def not_refused_among(self, ids: Sequence[UUID]) -> set[UUID]:
        """Return which of these ids are documents that can be opened, or may be one day."""
        query = select(DocumentRow.id).where(
            col(DocumentRow.id).in_(ids), DocumentRow.safety != Safety.REFUSED.value
        )
        return set((await self.session.exec(query)).all())

    async def waiting_since(self, moment: datetime) -> Sequence[UUID]:
        """Return the documents that came before a moment and were not checked yet."""
        query = select(DocumentRow.id).where(
            DocumentRow.safety == Safety.QUARANTINED.value, DocumentRow.uploaded_at < moment
        )
        return (await self.session.exec(query)).all()

    async def safe(self) -> Sequence[tuple[UUID, str]]:
        """Return every document that may be opened, with the content type of its safe copy."""
        query = select(DocumentRow.id, DocumentRow.content_type).where(
            DocumentRow.safety == Safety.SAFE.value
        )
        return (await self.session.exec(query)).all()

    async def replace(self, document: DocumentRow, now: datetime) -> None:
        """Let `document` stand for its requirement in place of the one before it."""
        before = _REPLACED.about(
            case=document.case_id, requirement=document.requirement, replaced=now
        )
        await ask(self.session, before)
        self.session.add(document)
