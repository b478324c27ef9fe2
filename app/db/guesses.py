"""Wrong guesses, by a keyed hash of where they came from."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import GuessRow


@dataclass(frozen=True, slots=True)
class GuessRepository:
    """Wrong guesses of the last while."""

    session: AsyncSession

    async def wait_turn(self, source: bytes) -> None:
        """Let one guess from a source be judged at a time, until this transaction ends."""
        number = int.from_bytes(source[:8], signed=True)
        await self.session.exec(select(func.pg_advisory_xact_lock(number)))

    async def count(self, kind: str, source: bytes, since: datetime) -> tuple[int, int]:
        """Return how many there were since, from this source and in all."""
        alone = func.count().filter(col(GuessRow.source) == source)
        query = select(alone, func.count()).where(GuessRow.kind == kind, GuessRow.at > since)
        return (await self.session.exec(query)).one()

    async def add(self, guess: GuessRow) -> None:
        """Keep that a guess was wrong."""
        self.session.add(guess)

    async def forget_before(self, moment: datetime) -> None:
        """Forget those that count no more."""
        await self.session.exec(delete(GuessRow).where(col(GuessRow.at) < moment))
