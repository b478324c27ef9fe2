"""What another site's page has a browser send is refused: forms, uploads, the websocket."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
import pytest

from app import routes
from app.domain.identity import Role
from app.usecases.announcing import Announced, begin
from tests.factories import Person, Town, photo
from tests.support.access import ROWS, Row
from tests.support.asking import asking
from tests.support.running import Loket

CHANGING = [row for row in ROWS if row.changes]
_HANDSHAKE = {
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
}
_EVENTS = f"/_event/?token={uuid4()}&EIO=4&transport=websocket"


@dataclass(frozen=True)
class Stage:
    """A resident with a case and an upload, an officer, and what fills the addresses."""

    resident: Person
    officer: Person
    parts: Mapping[str, str]

    def rows_of(self, person: Person) -> list[Row]:
        """Return the changing addresses that are tried as `person`: all, of the two together."""
        is_residents = person is self.resident
        return [row for row in CHANGING if ("resident" in row.answers) == is_residents]


@pytest.fixture(scope="module")
async def stage(people: Town) -> Stage:
    resident, officer = await people.resident(), await people.staff(Role.OFFICER)
    number = await people.sent(resident)
    told = Announced("ktp", "ktp.jpg", len(photo()), service="domisili", form_key=uuid4())
    upload = await begin(people.parts, resident.actor, told)
    document = str((await people.document(number, "ktp")).id)
    session = await people.session_name(await people.signed_in(resident.subject))
    parts = {"reference": number, "key": "sku", "document": document, "upload": str(upload.id)}
    parts["session"] = session
    return Stage(resident, officer, parts)


def senders(loket: Loket) -> dict[str, dict[str, str]]:
    """Return how a browser words that a request is not this site's own."""
    here = urlsplit(loket.url)
    assert here.port
    return {
        "another site": {"origin": "https://jahat.example"},
        "a page without an address": {"origin": "null"},
        "a host that looks alike": {"origin": f"http://{here.netloc}.jahat.example"},
        "a name of ours in front": {"origin": f"http://localhost@jahat.example:{here.port}"},
        "another scheme": {"origin": f"https://{here.netloc}"},
        "another port": {"origin": f"http://{here.hostname}:{here.port + 1}"},
        "no port": {"origin": f"http://{here.hostname}"},
        "no origin, another site": {"sec-fetch-site": "cross-site"},
        "no origin, a neighbour": {"sec-fetch-site": "same-site"},
        "no origin, a page elsewhere": {"referer": f"https://jahat.example/{here.netloc}/"},
        "nobody at all": {},
    }


async def test_no_changing_address_takes_what_another_site_sends(
    loket: Loket, people: Town, stage: Stage
):
    before = await _whole(people, stage)
    taken: list[tuple[str, str, int]] = []
    for person in (stage.resident, stage.officer):
        async with asking(loket, person) as client:
            del client.headers["origin"]
            for row in stage.rows_of(person):
                for name, sender in senders(loket).items():
                    for language in ("id", "en"):
                        answer = await _asked(client, stage, row, language, sender)
                        if answer.status_code != 403 or "set-cookie" in answer.headers:
                            taken.append((f"{row.method} {row.route}", name, answer.status_code))
    assert taken == []
    assert await _whole(people, stage) == before


@pytest.mark.parametrize("named", ["origin", "sec-fetch-site", "referer"])
async def test_every_changing_address_hears_its_own_pages(loket: Loket, stage: Stage, named: str):
    own = {"origin": loket.url, "sec-fetch-site": "same-origin", "referer": f"{loket.url}/akun"}
    deaf: list[str] = []
    for person in (stage.resident, stage.officer):
        async with asking(loket, person) as client:
            del client.headers["origin"]
            for row in stage.rows_of(person):
                if row.route == routes.SIGN_OUT or row.method == "DELETE":
                    continue  # they end what the others need
                answer = await _asked(client, stage, row, "id", {named: own[named]})
                if answer.status_code == 403:
                    deaf.append(f"{row.method} {row.route}")
    assert deaf == []


async def test_who_is_refused_reads_what_to_do_in_their_language(loket: Loket, stage: Stage):
    async with asking(loket, stage.resident) as client:
        client.headers["origin"] = "https://jahat.example"
        for path, said in (("/keluar", "Tidak ada yang berubah"), ("/en/keluar", "Nothing was")):
            answer = await client.post(path)
            assert (answer.status_code, said in answer.text) == (403, True)
            assert "<script" not in answer.text


async def test_only_this_sites_pages_open_a_websocket(loket: Loket, stage: Stage):
    async with asking(loket, stage.resident) as client:
        del client.headers["origin"]
        for name, sender in senders(loket).items():
            # A handshake is judged by its Origin alone, which no browser leaves out.
            answer = await client.get(_EVENTS, headers={**_HANDSHAKE, **sender})
            assert answer.status_code == 403, name


async def test_there_is_no_other_way_to_the_events_than_a_websocket(loket: Loket, stage: Stage):
    address = _EVENTS.replace("websocket", "polling")
    async with asking(loket, stage.resident) as client:
        for method in ("GET", "POST"):
            answer = await client.request(method, address)
            assert answer.status_code == 400
            assert "access-control-allow-origin" not in answer.headers


async def _whole(people: Town, stage: Stage) -> tuple[object, ...]:
    case = await people.case(stage.parts["reference"])
    mine = [one.reference for one in await people.drafts(stage.resident)]
    return case.changed_at, len(await people.history(case.reference)), mine


async def _asked(
    client: httpx2.AsyncClient, stage: Stage, row: Row, language: str, sender: Mapping[str, str]
) -> httpx2.Response:
    return await client.request(
        row.method,
        row.address(language, stage.parts),
        data=row.sent(stage.parts),
        headers={**row.headers, **sender},
    )
