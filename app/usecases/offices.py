"""Offices, as an operator writes them down: one TOML file."""

import tomllib
from typing import Any

from app.db.tables import OfficeRow
from app.domain.capacity import AsOperator
from app.usecases.parts import Parts

_REQUIRED = frozenset(
    {"id", "name", "code", "region", "regency", "province", "address", "head_title", "place"}
)
_OPTIONAL = frozenset({"phone", "email"})


class OfficesUnreadable(Exception):
    """The file says something that is no office; the message names it in one line."""


def read_offices(text: str) -> list[OfficeRow]:
    """Read the `[[offices]]` of a TOML file; see `demo.toml` for the keys.

    Raises:
        OfficesUnreadable: not TOML, a key that is missing or unknown, or no text.
    """
    try:
        entries = tomllib.loads(text).get("offices", [])
    except tomllib.TOMLDecodeError as error:
        raise OfficesUnreadable(str(error)) from None
    if not entries:
        raise OfficesUnreadable("there is no [[offices]] in it")
    return [_read_one(number, entry) for number, entry in enumerate(entries, start=1)]


async def save_offices(parts: Parts, offices: list[OfficeRow]) -> None:
    """Add offices, or replace those with the same id."""
    async with parts.open_work(AsOperator(), "offices.save") as work:
        for office in offices:
            await work.offices.save(office)


def _read_one(number: int, entry: dict[str, Any]) -> OfficeRow:
    missing = _REQUIRED - entry.keys()
    unknown = entry.keys() - _REQUIRED - _OPTIONAL
    for keys, what in ((missing, "lacks"), (unknown, "has an unknown")):
        if keys:
            raise OfficesUnreadable(f"office {number} {what} {', '.join(sorted(keys))}")
    wrong = [key for key, value in entry.items() if not isinstance(value, str) or not value]
    if wrong:
        raise OfficesUnreadable(f"office {number}: {', '.join(sorted(wrong))} must be text")
    return OfficeRow(**entry)
