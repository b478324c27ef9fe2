"""Offices."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.holding import hold
from app.db.reading import Query, entity
from app.db.tables import OfficeRow
from app.domain.errors import NotFound

_BY_NAME = select(OfficeRow).order_by(OfficeRow.name)
ALL_OFFICES = Query(_BY_NAME, entity(OfficeRow))
_BY_ID = Query(select(OfficeRow).where(OfficeRow.id == bindparam("office")), entity(OfficeRow))


@dataclass(frozen=True, slots=True)
class OfficeRepository:
    """Offices; everybody may know them."""

    session: AsyncSession

    async def all(self) -> Sequence[OfficeRow]:
        """Return every office by name."""
        return (await self.session.exec(_BY_NAME)).all()

    async def get(self, office_id: str) -> OfficeRow:
        """Return one office.

        Raises:
            NotFound: no such office.
        """
        row = await hold(self.session, _BY_ID.about(office=office_id))
        if row is None:
            raise NotFound(office=office_id)
        return row

    async def save(self, office: OfficeRow) -> None:
        """Add an office, or replace the one with the same id."""
        await self.session.merge(office)
