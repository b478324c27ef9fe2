"""The demo office: filled at every start, the same each time."""

import tomllib
from pathlib import Path
from typing import Any

from app.db.tables import PersonRow
from app.db.work import Work
from app.domain.capacity import AsOperator
from app.domain.identity import Role
from app.usecases import roles
from app.usecases.offices import read_offices, save_offices
from app.usecases.parts import Parts

_DATA = Path(__file__).with_name("demo.toml")


async def seed(parts: Parts, issuer: str) -> None:
    """Fill in the demo offices, their staff and the residents whose profile is complete.

    Repeating it changes nothing that people did meanwhile.
    """
    text = _DATA.read_text(encoding="utf-8")
    await save_offices(parts, read_offices(text))
    data = tomllib.loads(text)
    async with parts.open_work(AsOperator(), "demo.seed") as work:
        for resident in data["residents"]:
            person = await _person(parts, work, issuer, resident)
            if person.profile_at is None:
                person.nik = parts.seal.close(resident["nik"])
                person.nik_hash = parts.seal.fingerprint(resident["nik"])
                person.profile_at = parts.now()
        for member in data["staff"]:
            person = await _person(parts, work, issuer, member)
            person.title = member.get("title", "")
            person.official_id = member.get("official_id", "")
            role = Role(member["role"])
            await roles.give(parts, work, issuer, member["subject"], role, member["office"])


async def _person(parts: Parts, work: Work, issuer: str, told: dict[str, Any]) -> PersonRow:
    return await work.people.signed_in(
        issuer, told["subject"], name=told["name"], phone=told.get("phone", ""), now=parts.now()
    )
