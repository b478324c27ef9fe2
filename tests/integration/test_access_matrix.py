"""Every cell of the access matrix, asked over HTTP and over the websocket."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx2
import pytest

from app import routes
from app.domain.identity import Role
from app.domain.workflow import Step
from app.usecases import letters, profile, track
from app.usecases.announcing import Announced, begin
from tests.factories import Person, Town, new_nik, photo
from tests.support import access
from tests.support.access import HANDLERS, ROLES, ROWS, Row
from tests.support.asking import asking
from tests.support.running import Loket
from tests.support.websocket import told_by

_LANGUAGES = ("id", "en")
#: The part of a queue in which a finished case is; other pages do not mind.
_QUERY = "?tampil=ended"
_FINISHED = '"status":"done"'


@dataclass(frozen=True)
class Stage:
    """One finished case, everybody who asks for it, and what only some may read."""

    people: Mapping[str, Person | None]
    parts: Mapping[str, str]
    secret: str  # a word of the resident's; it stands in their case and their name

    def filled(self, route: str) -> str:
        """Return a route with the scene's own parts."""
        needed = {name: value for name, value in self.parts.items() if f"[{name}]" in route}
        return routes.fill(route, **needed)


@pytest.fixture(scope="module")
async def stage(people: Town) -> Stage:
    office, elsewhere, secret = (
        await people.office(),
        await people.office(),
        f"Rahasia{secrets.token_hex(6)}",
    )
    resident = await people.resident(secret)
    those: dict[str, Person | None] = {"stranger": None, "resident": resident}
    those["other resident"] = await people.resident()
    for role in (Role.OFFICER, *(Role(one) for one in ("kasi", "sekcam", "camat", "pengawas"))):
        those[role.value] = await _staff(people, role, office)
    those["petugas elsewhere"] = await _staff(people, Role.OFFICER, elsewhere)
    those["admin"] = await _staff(people, Role.ADMIN, office)
    officer = those["petugas"]
    assert officer
    number = await people.at_signature(resident, officer, office=office)
    await track.write(people.parts, resident.actor, number, f"Pesan {secret}")
    await people.step(await people.staff(Role.HEAD, office), number, Step.SIGN)
    await people.settled(number)
    case = await people.case(number)
    told = Announced("ktp", "ktp.jpg", len(photo()), service="domisili", form_key=uuid4())
    upload = await begin(people.parts, resident.actor, told)
    other_phone = await people.signed_in(resident.subject)
    parts = {
        "key": "sku",
        "session": await people.session_name(other_phone),
        "reference": number,
        "document": str((await people.document(number, "ktp")).id),
        "page": "1",
        "code": case.tracking_code,
        "upload": str(upload.id),
    }
    return Stage(those, parts, secret)


async def _staff(people: Town, role: Role, office: str) -> Person:
    """Return a member of staff who could also apply, so that nothing else stands in the way."""
    person = await people.staff(role, office)
    typed = {"nik": new_nik(), "name": f"Pegawai {role}", "phone": "081234567899"}
    assert await profile.keep(people.parts, person.actor, typed, confirmed=True)
    return await people.signed_in(person.subject)


@pytest.mark.parametrize("role", ROLES)
async def test_every_handler_tells_of_the_case_whom_it_is_for(
    loket: Loket, stage: Stage, role: str
):
    person = stage.people[role]
    cookie = person.secret if person else ""
    heard = await asyncio.gather(
        *(
            told_by(loket, cookie, name, route, stage.filled(route) + _QUERY)
            for name, (route, _) in HANDLERS.items()
        )
    )
    tells = {
        name: stage.secret in said or _FINISHED in said
        for name, said in zip(HANDLERS, heard, strict=True)
    }
    assert tells == {name: role in told for name, (_, told) in HANDLERS.items()}


@pytest.mark.parametrize("role", ROLES)
async def test_every_address_answers_whom_it_is_for(
    loket: Loket, people: Town, stage: Stage, role: str
):
    before, wrong = await _whole(people, stage), list[str]()
    async with asking(loket, stage.people[role]) as client:
        for row in ROWS:
            # What the resident ends is ended below, and a session when all else was asked.
            if row.route == routes.SIGN_OUT or (row.method == "DELETE" and role == "resident"):
                continue
            for language in _LANGUAGES:
                answer = await _asked(client, people, stage, row, language)
                wanted, got = row.expected(role), _read(answer)
                # The resident's own name stands on every page of theirs.
                tells = role != "resident" and stage.secret in answer.text
                if got != wanted or (got != access.ANSWERS and tells):
                    wrong.append(f"{row.method} {row.route} {language}: {got}, not {wanted}")
    assert wrong == []
    assert await _whole(people, stage) == before


async def test_whoever_signs_out_and_whoever_gives_an_upload_up_is_answered(
    loket: Loket, people: Town, stage: Stage
):
    last = [row for row in ROWS if row.route == routes.SIGN_OUT or row.method == "DELETE"]
    resident = stage.people["resident"]
    assert resident
    again = await people.signed_in(resident.subject)
    async with asking(loket, again) as client, asking(loket) as stranger:
        for row in last:
            assert _read(await _asked(client, people, stage, row, "id")) == row.expected("resident")
        for row in last:
            assert _read(await _asked(client, people, stage, row, "id")) == row.expected("stranger")
            assert _read(await _asked(stranger, people, stage, row, "id")) == row.expected(
                "stranger"
            )


async def _whole(people: Town, stage: Stage) -> tuple[object, ...]:
    """Return what nobody who only asks may change."""
    case = await people.case(stage.parts["reference"])
    return case.changed_at, case.status, len(await people.history(case.reference))


async def _asked(
    client: httpx2.AsyncClient, people: Town, stage: Stage, row: Row, language: str
) -> httpx2.Response:
    resident = stage.people["resident"]
    assert resident
    parts = dict(stage.parts)
    parts["token"] = await letters.link_for_resident(
        people.parts, resident.actor, parts["reference"], resident.session
    )
    return await client.request(
        row.method, row.address(language, parts), data=row.sent(parts), headers=row.headers
    )


def _read(answer: httpx2.Response) -> str:
    """Return what an answer says of whether there is anything."""
    if answer.status_code in (401, 404):
        return str(answer.status_code)
    place = urlsplit(answer.headers.get("location", ""))
    if place.path.removeprefix("/en") == routes.SIGN_IN:
        why = parse_qs(place.query).get("masalah", ["session"])
        return access.SIGN_IN if why == ["session"] else access.ANSWERS
    return access.ANSWERS if answer.status_code < 500 else str(answer.status_code)
