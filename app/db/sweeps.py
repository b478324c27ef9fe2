"""What sweeps did and found."""

from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import SweepRow


@dataclass(frozen=True, slots=True)
class SweepRepository:
    """The sweeps that came to their end."""

    session: AsyncSession

    async def add(self, sweep: SweepRow) -> None:
        """Keep what a sweep did."""
        self.session.add(sweep)
