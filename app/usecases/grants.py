"""Roles of staff: granted in Loket, never taken from the provider. And the sessions of anybody."""

from app import audit
from app.db.work import Work
from app.domain.capacity import AsOperator
from app.domain.errors import NotFound
from app.domain.identity import STAFF, Role
from app.usecases import roles
from app.usecases.parts import Parts, session_topic

#: Roles that can be granted.
GRANTABLE = (*sorted(STAFF), Role.OVERSIGHT, Role.ADMIN)


async def grant(parts: Parts, issuer: str, subject: str, role: Role, office_id: str) -> None:
    """Grant `role` at an office to a subject of the provider, signed in before or not.

    Whoever is signed in signs in anew: no session of less goes on with more.

    Raises:
        NotFound: no such office.
        ValueError: a role that is nobody's to grant.
    """
    if role not in GRANTABLE:
        raise ValueError(f"the role {role} cannot be granted")
    async with parts.open_work(AsOperator(), "grants.grant") as work:
        office = await work.offices.get(office_id)
        if await roles.give(parts, work, issuer, subject, role, office.id):
            await _end_sessions(parts, work, issuer, subject)
    audit.note("role granted", subject=subject, role=role.value, office=office_id)


async def revoke(parts: Parts, issuer: str, subject: str, role: Role, office_id: str) -> None:
    """Take a grant back; the person's sessions end at once, with every page that is open.

    Raises:
        NotFound: there is no such grant.
    """
    async with parts.open_work(AsOperator(), "grants.revoke") as work:
        if not await roles.take(parts, work, issuer, subject, role, office_id):
            raise NotFound(grant=f"{subject} {role} {office_id}")
        await _end_sessions(parts, work, issuer, subject)
    audit.note("role taken", subject=subject, role=role.value, office=office_id)


async def sign_out(parts: Parts, issuer: str, subject: str = "") -> int:
    """End every session of a subject, or of everybody; return how many there were."""
    async with parts.open_work(AsOperator(), "grants.sign_out") as work:
        if subject:
            ended = await work.sessions.end_all_of(issuer, subject, parts.now())
        else:
            ended = await work.sessions.end_all(parts.now())
        for id_hash in ended:
            work.announce(session_topic(id_hash))
    audit.note("sessions ended", subject=subject or "everybody")
    return len(ended)


async def _end_sessions(parts: Parts, work: Work, issuer: str, subject: str) -> None:
    for id_hash in await work.sessions.end_all_of(issuer, subject, parts.now()):
        work.announce(session_topic(id_hash))


async def offices(parts: Parts) -> list[tuple[str, str]]:
    """Return the id and the name of every office."""
    async with parts.open_work(AsOperator()) as work:
        return [(office.id, office.name) for office in await work.offices.all()]
