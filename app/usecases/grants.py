"""Roles of staff: granted in Loket, never taken from the provider."""

from app.domain.capacity import AsOperator
from app.domain.errors import NotFound
from app.domain.identity import STAFF, Role
from app.usecases.parts import Parts

#: Roles that can be granted.
GRANTABLE = (*sorted(STAFF), Role.OVERSIGHT, Role.ADMIN)


async def grant(parts: Parts, issuer: str, subject: str, role: Role, office_id: str) -> None:
    """Grant `role` at an office to a subject of the provider, signed in before or not.

    Raises:
        NotFound: no such office.
        ValueError: a role that is nobody's to grant.
    """
    if role not in GRANTABLE:
        raise ValueError(f"the role {role} cannot be granted")
    async with parts.open_work(AsOperator(), "grants.grant") as work:
        office = await work.offices.get(office_id)
        await work.people.grant(issuer, subject, role, office.id, parts.now())


async def revoke(parts: Parts, issuer: str, subject: str, role: Role, office_id: str) -> None:
    """Take a grant back; it counts from the person's next request.

    Raises:
        NotFound: there is no such grant.
    """
    async with parts.open_work(AsOperator(), "grants.revoke") as work:
        if not await work.people.revoke(issuer, subject, role, office_id):
            raise NotFound(grant=f"{subject} {role} {office_id}")


async def offices(parts: Parts) -> list[tuple[str, str]]:
    """Return the id and the name of every office."""
    async with parts.open_work(AsOperator()) as work:
        return [(office.id, office.name) for office in await work.offices.all()]
