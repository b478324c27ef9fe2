"""Signed-in browsers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.reading import Query
from app.db.tables import PersonRow, RoleGrantRow, SessionRow


class SignedIn(NamedTuple):
    """A session that was not ended, with its person and what was granted to them."""

    seen_at: datetime
    created_at: datetime
    person: UUID
    name: str
    phone: str
    nik: bytes | None
    profile_at: datetime | None
    #: Role and office of each grant; None without any.
    granted: list[tuple[str, str]] | None


def _signed_in() -> Query[SignedIn]:
    grant = sa.func.jsonb_build_array(RoleGrantRow.role, RoleGrantRow.office_id)
    granted = (
        select(sa.func.jsonb_agg(grant))
        .where(RoleGrantRow.issuer == PersonRow.issuer, RoleGrantRow.subject == PersonRow.subject)
        .scalar_subquery()
    )
    session = (col(SessionRow.seen_at), col(SessionRow.created_at))
    person = (PersonRow.id, PersonRow.name, PersonRow.phone, PersonRow.nik, PersonRow.profile_at)
    statement = (
        sa.select(*session, *(col(one) for one in person), granted)
        .join(PersonRow, col(PersonRow.id) == col(SessionRow.person_id))
        .where(
            col(SessionRow.id_hash) == sa.bindparam("id_hash"), col(SessionRow.ended_at).is_(None)
        )
    )
    return Query(statement, SignedIn)


SIGNED_IN = _signed_in()


@dataclass(frozen=True, slots=True)
class SessionRepository:
    """Sessions by the SHA-256 of the secret in their cookie."""

    session: AsyncSession

    async def add(self, row: SessionRow) -> None:
        """Begin a session."""
        self.session.add(row)

    async def of(self, person: UUID, *, used: datetime, begun: datetime) -> Sequence[SessionRow]:
        """Return a person's open sessions used and begun after these, last used first."""
        query = (
            select(SessionRow)
            .where(
                SessionRow.person_id == person,
                col(SessionRow.ended_at).is_(None),
                SessionRow.seen_at > used,
                SessionRow.created_at > begun,
            )
            .order_by(col(SessionRow.seen_at).desc())
        )
        return (await self.session.exec(query)).all()

    async def seen(self, id_hash: bytes, now: datetime) -> None:
        """Note that a session is in use."""
        query = update(SessionRow).where(col(SessionRow.id_hash) == id_hash)
        await self.session.exec(query.values(seen_at=now))

    async def has_other(self, person: UUID, own: bytes, name: UUID) -> bool:
        """Return whether a person has or had another session of this name than their `own`."""
        query = select(SessionRow.name).where(*_other(person, own), SessionRow.name == name)
        return (await self.session.exec(query)).first() is not None

    async def end_others(
        self, person: UUID, own: bytes, name: UUID | None, now: datetime
    ) -> Sequence[bytes]:
        """End a person's other sessions, or the named one of them; return their hashes."""
        named = () if name is None else (col(SessionRow.name) == name,)
        return await self._end_all(now, *_other(person, own), *named)

    async def end_all_of(self, issuer: str, subject: str, now: datetime) -> Sequence[bytes]:
        """End every session of a subject of the provider; return their hashes."""
        person = select(PersonRow.id).where(
            PersonRow.issuer == issuer, PersonRow.subject == subject
        )
        return await self._end_all(now, col(SessionRow.person_id).in_(person))

    async def end_all(self, now: datetime) -> Sequence[bytes]:
        """End everybody's sessions; return their hashes."""
        return await self._end_all(now)

    async def _end_all(self, now: datetime, *whose: sa.ColumnElement[bool]) -> Sequence[bytes]:
        ended = update(SessionRow).where(col(SessionRow.ended_at).is_(None), *whose)
        query = ended.values(ended_at=now).returning(col(SessionRow.id_hash))
        return list((await self.session.exec(query)).scalars())

    async def end(self, id_hash: bytes, now: datetime) -> None:
        """End a session for good."""
        query = update(SessionRow).where(col(SessionRow.id_hash) == id_hash)
        await self.session.exec(query.values(ended_at=now))

    async def forget_begun_before(self, moment: datetime, *, limit: int) -> int:
        """Delete sessions that began before a moment, at most `limit`; return how many."""
        old = select(SessionRow.id_hash).where(SessionRow.created_at < moment)
        some = old.order_by(col(SessionRow.created_at)).limit(limit)
        query = delete(SessionRow).where(col(SessionRow.id_hash).in_(some))
        forgotten = await self.session.exec(query.returning(col(SessionRow.id_hash)))
        return len(forgotten.all())


def _other(person: UUID, own: bytes) -> tuple[sa.ColumnElement[bool], ...]:
    return col(SessionRow.person_id) == person, col(SessionRow.id_hash) != own
