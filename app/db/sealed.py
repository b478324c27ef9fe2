"""What is kept sealed: columns of rows, whatever else these are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import CaseRow, PersonRow


@dataclass(frozen=True, slots=True)
class Sealing:
    """A table in which something is sealed.

    Attributes:
        of: what its rows are, in the plural.
        table: the table.
        columns: those that are sealed.
        hashes: for columns by which rows are found, the column of their keyed hash.
    """

    of: str
    table: type[PersonRow] | type[CaseRow]
    columns: tuple[str, ...]
    hashes: Mapping[str, str]


SEALED = (
    Sealing("people", PersonRow, ("nik", "profile_typed"), {"nik": "nik_hash"}),
    Sealing("cases", CaseRow, ("applicant_nik",), {}),
)


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A row's id, and by their names its sealed columns and the hashes of such."""

    id: UUID
    values: Mapping[str, bytes | None]


@dataclass(frozen=True, slots=True)
class SealedRepository:
    """Rows in which something is sealed."""

    session: AsyncSession

    async def after(
        self, sealing: Sealing, last: UUID | None, *, limit: int
    ) -> Sequence[SealedRow]:
        """Return those whose ids follow `last`, in their order, row-locked until commit.

        Whoever is changing one of them is waited for, and what they leave is what is read.
        """
        table, names = sealing.table, (*sealing.columns, *sealing.hashes.values())
        columns = sa.inspect(table).columns
        query = sa.select(col(table.id), *(columns[name] for name in names)).where(
            sa.or_(*(columns[name].is_not(None) for name in sealing.columns))
        )
        if last is not None:
            query = query.where(col(table.id) > last)
        locked = query.order_by(col(table.id)).limit(limit).with_for_update(key_share=True)
        found = await (await self.session.connection()).execute(locked)
        return [SealedRow(id_, dict(zip(names, values, strict=True))) for id_, *values in found]

    async def replace(self, sealing: Sealing, row: UUID, values: Mapping[str, bytes]) -> None:
        """Keep these columns of a row anew."""
        query = sa.update(sealing.table).where(col(sealing.table.id) == row).values(dict(values))
        await (await self.session.connection()).execute(query)
