"""People and the roles granted to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.holding import hold
from app.db.reading import Query, entity
from app.db.tables import PersonRow, RoleGrantRow
from app.domain.identity import Role

_PERSON = select(PersonRow).where(col(PersonRow.id) == bindparam("person"))
PERSON = Query(_PERSON, entity(PersonRow))
_LOCKED = Query(_PERSON.with_for_update(key_share=True), entity(PersonRow))


@dataclass(frozen=True, slots=True)
class PersonRepository:
    """People who have signed in, and grants by the provider's subject."""

    session: AsyncSession

    async def signed_in(
        self, issuer: str, subject: str, *, name: str, phone: str, now: datetime
    ) -> PersonRow:
        """Return the person of this subject, made at the first sign-in.

        Two first sign-ins at once make one person. What a person later told Loket
        about themselves is kept, whatever the provider says.
        """
        made = insert(PersonRow).values(
            id=uuid4(),
            issuer=issuer,
            subject=subject,
            name=name,
            phone=phone,
            title="",
            official_id="",
            created_at=now,
        )
        await self.session.exec(made.on_conflict_do_nothing())
        query = select(PersonRow).where(PersonRow.issuer == issuer, PersonRow.subject == subject)
        return (await self.session.exec(query)).one()

    async def get(self, person: UUID, *, lock: bool = False) -> PersonRow:
        """Return one person, row-locked until commit when `lock`.

        The lock leaves the key alone: whoever holds a case and writes its history refers to
        this row, and must not have to wait for one who holds it and waits for the case.
        """
        row = await hold(self.session, (_LOCKED if lock else PERSON).about(person=person))
        if row is None:
            raise LookupError(person)
        return row

    async def grant(
        self, issuer: str, subject: str, role: Role, office_id: str, now: datetime
    ) -> bool:
        """Grant `role` at an office; return whether it is new: granting twice changes nothing."""
        granted = insert(RoleGrantRow).values(
            issuer=issuer, subject=subject, role=role.value, office_id=office_id, granted_at=now
        )
        made = granted.on_conflict_do_nothing().returning(col(RoleGrantRow.id))
        return (await self.session.exec(made)).first() is not None

    async def revoke(self, issuer: str, subject: str, role: Role, office_id: str) -> bool:
        """Take a grant back; return whether there was one."""
        query = delete(RoleGrantRow).where(
            col(RoleGrantRow.issuer) == issuer,
            col(RoleGrantRow.subject) == subject,
            col(RoleGrantRow.role) == role.value,
            col(RoleGrantRow.office_id) == office_id,
        )
        taken = await self.session.exec(query.returning(col(RoleGrantRow.id)))
        return taken.first() is not None

    async def grants(self) -> Sequence[RoleGrantRow]:
        """Return every grant, by office, role and subject."""
        query = select(RoleGrantRow).order_by(
            RoleGrantRow.office_id, RoleGrantRow.role, RoleGrantRow.subject
        )
        return (await self.session.exec(query)).all()
