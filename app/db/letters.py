"""Letters and their numbers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import LetterCounterRow, LetterRow


@dataclass(frozen=True, slots=True)
class LetterRepository:
    """Letters; whoever sees the case sees its letter, and anyone may check one."""

    session: AsyncSession

    async def next_number(self, office_id: str, year: int) -> int:
        """Draw the next number of an office and year, from 1.

        The counter's row stays locked until commit, and a rolled-back draw gives its
        number back: hence neither gaps nor doubles.
        """
        first = insert(LetterCounterRow).values(office_id=office_id, year=year, last=1)
        drawn = first.on_conflict_do_update(
            index_elements=["office_id", "year"], set_={"last": LetterCounterRow.last + 1}
        ).returning(col(LetterCounterRow.last))
        return (await self.session.exec(drawn)).scalar_one()

    async def add(self, letter: LetterRow) -> None:
        """Keep a new letter."""
        self.session.add(letter)

    async def of_case(self, case_id: UUID) -> LetterRow | None:
        """Return the letter of a case, issued or still being made."""
        query = select(LetterRow).where(LetterRow.case_id == case_id)
        return (await self.session.exec(query)).first()

    async def get(self, letter_id: UUID, *, lock: bool = False) -> LetterRow | None:
        """Return one letter, row-locked until commit when `lock`."""
        query = select(LetterRow).where(LetterRow.id == letter_id)
        return (await self.session.exec(query.with_for_update() if lock else query)).first()

    async def waiting_since(self, moment: datetime) -> Sequence[UUID]:
        """Return the letters that were numbered before a moment and are not made yet."""
        query = select(LetterRow.id).where(
            col(LetterRow.issued_at).is_(None), LetterRow.numbered_at < moment
        )
        return (await self.session.exec(query)).all()

    async def issued(self) -> Sequence[tuple[UUID, str]]:
        """Return every letter that was made, with what its row says of its file."""
        query = select(LetterRow.id, LetterRow.file).where(col(LetterRow.issued_at).is_not(None))
        return (await self.session.exec(query)).all()

    async def issued_among(self, ids: Collection[UUID]) -> Sequence[tuple[UUID, str]]:
        """Return those of these letters that were made, as `issued` does."""
        query = select(LetterRow.id, LetterRow.file).where(
            col(LetterRow.id).in_(ids), col(LetterRow.issued_at).is_not(None)
        )
        return (await self.session.exec(query)).all()

    async def by_code(self, code: str) -> LetterRow | None:
        """Return the letter with this verification code."""
        return (await self.session.exec(select(LetterRow).where(LetterRow.code == code))).first()

    async def by_sha256(self, sha256: str) -> LetterRow | None:
        """Return the letter whose stored file has this SHA-256."""
        query = select(LetterRow).where(LetterRow.sha256 == sha256)
        return (await self.session.exec(query)).first()
