"""Roles as they are granted and taken: the grant, and the row of the trail that says so."""

from datetime import datetime

from app.adapters.seal import Seal
from app.db.trail_tables import RoleChangeRow
from app.db.work import Work
from app.domain.identity import Role
from app.domain.trail import BEGINNING, following
from app.usecases.facts import ROLE_CHANGE
from app.usecases.parts import Parts


async def give(
    parts: Parts, work: Work, issuer: str, subject: str, role: Role, office_id: str
) -> bool:
    """Grant a role at an office; return whether it is new: granting twice changes nothing."""
    now = parts.now()
    if not await work.people.grant(issuer, subject, role, office_id, now):
        return False
    await note_change(parts.seal, work, (issuer, subject, role.value, office_id), now)
    return True


async def take(
    parts: Parts, work: Work, issuer: str, subject: str, role: Role, office_id: str
) -> bool:
    """Take a grant back; return whether there was one."""
    if not await work.people.revoke(issuer, subject, role, office_id):
        return False
    whose = (issuer, subject, role.value, office_id)
    await note_change(parts.seal, work, whose, parts.now(), is_granted=False)
    return True


async def note_change(
    seal: Seal,
    work: Work,
    whose: tuple[str, str, str, str],
    at: datetime,
    *,
    is_granted: bool = True,
) -> None:
    """Add what became of the role of (issuer, subject, role, office) to the trail."""
    last = await work.trail.last_role_change()
    issuer, subject, role, office_id = whose
    row = RoleChangeRow(
        number=last.number + 1 if last else 1,
        at=at,
        issuer=issuer,
        subject=subject,
        role=role,
        office_id=office_id,
        is_granted=is_granted,
        digest=BEGINNING,
        mac=BEGINNING,
    )
    row.digest = digest_of(row, last.digest if last else BEGINNING)
    row.mac = seal.vouch(ROLE_CHANGE, row.digest)
    await work.trail.change_role(row)


def digest_of(row: RoleChangeRow, before: bytes) -> bytes:
    """Return the digest of a change that follows a row with another."""
    whose = (row.issuer, row.subject, row.role, row.office_id)
    return following(before, row.number, row.at, *whose, row.is_granted)
