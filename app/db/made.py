"""What one resident has made lately, counted in their own rows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import CaseRow, DocumentRow, MessageRow
from app.domain.identity import Actor


@dataclass(frozen=True, slots=True)
class MadeRepository:
    """Counts of a person's files, cases and messages since a moment."""

    session: AsyncSession

    async def files(self, actor: Actor, since: datetime) -> tuple[int, int]:
        """Return how many files they handed in, those that were replaced too, and their bytes."""
        size = func.coalesce(func.sum(DocumentRow.size), 0)
        query = (
            select(func.count(), size)
            .select_from(DocumentRow)
            .join(CaseRow, col(CaseRow.id) == col(DocumentRow.case_id))
            .where(CaseRow.resident_id == actor.person, DocumentRow.uploaded_at > since)
        )
        return (await self.session.exec(query)).one()

    async def sent(self, actor: Actor, since: datetime) -> int:
        """Return how many cases they sent for the first time."""
        query = select(func.count()).where(
            CaseRow.resident_id == actor.person, col(CaseRow.submitted_at) > since
        )
        return (await self.session.exec(query)).one()

    async def messages(self, actor: Actor, since: datetime) -> int:
        """Return how many messages they wrote on their own cases."""
        query = select(func.count()).where(
            MessageRow.author_id == actor.person, MessageRow.at > since
        )
        return (await self.session.exec(query)).one()
