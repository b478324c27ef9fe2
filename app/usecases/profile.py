"""Who the resident is: asked once, kept encrypted, shown masked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from app.adapters.phones import read_phone, show_phone
from app.adapters.regions import is_region
from app.db.tables import PersonRow
from app.domain.capacity import AsResident
from app.domain.identity import Actor
from app.domain.nik import NikReading, read_nik
from app.texts import say
from app.usecases.parts import Parts
from app.usecases.present.forms import input_id
from app.views import Input, Problem, ProfileForm

_LONGEST_NAME = 100
_LONGEST_NIK = 24  # with the spaces or dots that people type between its digits
_LONGEST = 200
_INPUTS = ("nik", "name", "phone")


@dataclass(frozen=True, slots=True)
class _Reading:
    """A typed profile, read."""

    nik: NikReading
    name: str
    phone: str | None
    problems: dict[str, str]  # input name to message key

    @property
    def is_complete(self) -> bool:
        return not self.problems and self.nik.nik is not None and self.phone is not None


async def form(parts: Parts, actor: Actor, *, back: str, checked: bool) -> ProfileForm:
    """Return the profile's form: as it was typed last, or as far as the account knows.

    Args:
        parts: the ports.
        actor: the resident.
        back: the page to return to.
        checked: it was sent before: say what is wrong and what looks odd.
    """
    async with parts.open_work(AsResident(actor)) as work:
        person = await work.people.get(actor.person)
    typed = _typed(parts, person)
    reading = _read(parts, typed)
    problems = reading.problems if checked else {}
    inputs = [_input(name, typed.get(name, ""), problems.get(name, "")) for name in _INPUTS]
    return ProfileForm(
        inputs=inputs,
        problems=[Problem(f"{i.label}: {i.problem}", f"#{i.id}") for i in inputs if i.problem],
        warnings=[say(key) for key in reading.nik.warnings] if checked else [],
        back=back,
    )


async def keep(parts: Parts, actor: Actor, typed: Mapping[str, str], *, confirmed: bool) -> bool:
    """Keep what was typed, then take it as the profile when it can be read.

    A NIK that looks odd is taken once the resident confirms it: it never changes, so a
    region or birth date that does not match proves nothing.

    Returns:
        Whether the profile is complete now.
    """
    kept = _to_keep(typed)
    reading = _read(parts, kept)
    async with parts.open_work(AsResident(actor), "profile.keep") as work:
        person = await work.people.get(actor.person, lock=True)
        person.profile_typed = _sealed(parts, kept)
        nik = reading.nik.nik
        if not reading.is_complete or nik is None or (reading.nik.warnings and not confirmed):
            return False
        person.nik = parts.seal.close(nik.digits)
        person.nik_hash = parts.seal.fingerprint(nik.digits)
        person.name, person.phone = reading.name, reading.phone or ""
        person.profile_at, person.profile_typed = parts.now(), None
        return True


async def keep_typed(parts: Parts, actor: Actor, typed: Mapping[str, str]) -> None:
    """Keep what was typed so far, as it is, for the next time the form is shown."""
    async with parts.open_work(AsResident(actor), "profile.keep_typed") as work:
        person = await work.people.get(actor.person, lock=True)
        person.profile_typed = _sealed(parts, _to_keep(typed))


def _to_keep(typed: Mapping[str, str]) -> dict[str, str]:
    return {name: typed.get(name, "").strip()[:_LONGEST] for name in _INPUTS}


def _sealed(parts: Parts, kept: Mapping[str, str]) -> bytes:
    return parts.seal.close(json.dumps(kept))


def _typed(parts: Parts, person: PersonRow) -> dict[str, str]:
    if person.profile_typed:
        return json.loads(parts.seal.open(person.profile_typed))
    nik = parts.seal.open(person.nik) if person.nik else ""
    return {"nik": nik, "name": person.name, "phone": show_phone(person.phone)}


def _read(parts: Parts, typed: Mapping[str, str]) -> _Reading:
    problems: dict[str, str] = {}
    nik = read_nik(typed["nik"], known_region=is_region, birth_date=None, today=parts.today())
    if not typed["nik"]:
        problems["nik"] = "problem.required"
    elif nik.problem:
        problems["nik"] = nik.problem
    name = " ".join(typed["name"].split())
    if not name or len(name) > _LONGEST_NAME:
        problems["name"] = "problem.name"
    phone = read_phone(typed["phone"])
    if phone is None:
        problems["phone"] = "problem.phone" if typed["phone"] else "problem.required"
    return _Reading(nik, name, phone, problems)


def _input(name: str, value: str, problem: str) -> Input:
    return Input(
        name=name,
        id=input_id(name),
        kind="number" if name == "nik" else "text",
        label=say(f"profile.{name}"),
        hint=say(f"profile.{name}_hint"),
        required=True,
        value=value,
        problem=say(problem) if problem else "",
        max_length=_LONGEST_NIK if name == "nik" else _LONGEST_NAME,
        autocomplete={"name": "name", "phone": "tel"}.get(name, "off"),
    )
