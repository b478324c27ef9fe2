"""The trail as it is written: ends that rows are bound to, anchors, changes of roles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import CaseRow, HistoryRow
from app.db.trail_tables import AnchorRow, RoleChangeRow
from app.domain.errors import Unavailable
from app.domain.trail import BEGINNING, Anchored
from app.domain.workflow import Step

#: Any number will do, as long as all Lokets use the same: one changes roles at a time.
_ROLES_LOCK: Final = 5_650_539


@dataclass(frozen=True, slots=True)
class End:
    """What the next row of a case's history is bound to.

    Attributes:
        digest: of the row before it.
        anchor: the last that there is; None before the first.
    """

    digest: bytes
    anchor: Anchored | None


def _end() -> Any:
    moves: Any = sa.inspect(HistoryRow).local_table
    anchors: Any = sa.inspect(AnchorRow).local_table
    last = (
        sa.select(moves.c.id, moves.c.digest)
        .where(moves.c.case_id == sa.bindparam("case"))
        .order_by(moves.c.id.desc())
        .limit(1)
        .subquery()
    )
    newest = sa.select(anchors.c.number, anchors.c.digest)
    newest = newest.order_by(anchors.c.number.desc()).limit(1).subquery()
    always = sa.select(sa.literal(1).label("always")).subquery()
    found = always.outerjoin(last, sa.true()).outerjoin(newest, sa.true())
    return sa.select(last.c.id, last.c.digest, newest.c.number, newest.c.digest).select_from(found)


#: Made once: a statement that is made for each move costs more than its answer.
_END: Final = _end()


@dataclass(frozen=True, slots=True)
class VouchedRow:
    """A row with a mac: by what it is known, and for a case's first the NIK that it vouches for."""

    key: int
    digest: bytes | None
    mac: bytes | None
    nik: bytes | None = None


#: The tables whose rows have a mac, by what their rows are in the plural.
VOUCHED: Final[Mapping[str, type[HistoryRow | AnchorRow | RoleChangeRow]]] = {
    "moves": HistoryRow,
    "anchors": AnchorRow,
    "changes of roles": RoleChangeRow,
}


@dataclass(frozen=True, slots=True)
class TrailRepository:
    """Rows that are bound to the row before them."""

    session: AsyncSession

    async def end(self, case: CaseRow) -> End:
        """Return to what the next move of a locked case is bound, in one small query.

        Raises:
            Unavailable: its history is of before the upgrade, and not adopted yet.
        """
        connection = await self.session.connection()
        found = await connection.execute(_END, {"case": case.id})
        move, digest, number, anchored = tuple(found.one())
        if move is not None and digest is None:
            raise Unavailable
        cited = None if number is None else Anchored(number, anchored.hex())
        return End(digest or BEGINNING, cited)

    async def anchor(self, row: AnchorRow) -> bool:
        """Add an anchor; return whether nobody else has added that number meanwhile."""
        made = insert(AnchorRow).values(row.model_dump()).on_conflict_do_nothing()
        done = await self.session.exec(made.returning(col(AnchorRow.number)))
        return done.first() is not None

    async def last_role_change(self) -> RoleChangeRow | None:
        """Return the last change of a role; nobody else makes one until commit."""
        connection = await self.session.connection()
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ROLES_LOCK)))
        query = select(RoleChangeRow).order_by(col(RoleChangeRow.number).desc()).limit(1)
        return (await self.session.exec(query)).first()

    async def change_role(self, row: RoleChangeRow) -> None:
        """Add a change of a role, its number being the next."""
        self.session.add(row)
        await self.session.flush()

    async def vouched_after(self, of: str, last: int, *, limit: int) -> Sequence[VouchedRow]:
        """Return the rows of a table of `VOUCHED` that follow one, in their order."""
        table = VOUCHED[of]
        if table is HistoryRow:
            is_first = col(HistoryRow.step) == Step.SUBMIT.value
            nik = sa.case((is_first, col(CaseRow.applicant_nik)), else_=sa.null())
            columns = (col(HistoryRow.id), col(HistoryRow.digest), col(HistoryRow.mac), nik)
            query = sa.select(*columns).outerjoin(CaseRow, col(CaseRow.id) == HistoryRow.case_id)
        else:
            query = sa.select(*(sa.inspect(table).columns[n] for n in ("number", "digest", "mac")))
        key = _key(table)
        some = query.where(key > last).order_by(key).limit(limit)
        found = await (await self.session.connection()).execute(some)
        return [VouchedRow(*row) for row in found]

    async def vouch(self, of: str, macs: Mapping[int, bytes]) -> None:
        """Give rows of a table of `VOUCHED` other macs."""
        table: Any = sa.inspect(VOUCHED[of]).local_table
        (key,) = table.primary_key
        query = sa.update(table).where(key == sa.bindparam("row"))
        told = [{"row": row, "new": mac} for row, mac in macs.items()]
        await self._each(query.values(mac=sa.bindparam("new")), told)

    async def adopt(self, rows: Sequence[HistoryRow]) -> None:
        """Keep what binds rows of before the upgrade, where they have none yet."""
        table: Any = sa.inspect(HistoryRow).local_table
        query = (
            sa.update(table)
            .where(table.c.id == sa.bindparam("row"), table.c.mac.is_(None))
            .values({name: sa.bindparam(f"new_{name}") for name in ("facts", "digest", "mac")})
        )
        told = [
            {"row": row.id, "new_facts": row.facts, "new_digest": row.digest, "new_mac": row.mac}
            for row in rows
        ]
        await self._each(query, told)

    async def _each(self, query: sa.Update, told: Sequence[Mapping[str, Any]]) -> None:
        if told:
            await (await self.session.connection()).execute(query, [*told])


def _key(table: type[HistoryRow | AnchorRow | RoleChangeRow]) -> Any:
    return sa.inspect(table).primary_key[0]
