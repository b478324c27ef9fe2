"""What belongs to one resident or one office does not exist for anybody else."""

import asyncio
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from playwright.async_api import BrowserContext, Page

from app import routes
from app.domain.identity import Role
from app.domain.workflow import Step
from tests.e2e.conftest import PATIENCE_MS
from tests.e2e.steps import tell_who
from tests.factories import OTHER_OFFICE, Person, Town
from tests.support.asking import asking
from tests.support.people import become
from tests.support.running import Loket


@dataclass(frozen=True)
class Owned:
    """A finished case: whose it is, its number, one of its documents."""

    resident: Person
    officer: Person
    number: str
    document: str

    def asked(self) -> list[tuple[str, str, dict[str, str]]]:
        """Return every address of the case, with what a form would send there."""
        parts = {"reference": self.number, "document": self.document, "page": "1"}
        got = (
            routes.CASE,
            routes.CASE_LETTER,
            routes.CASE_DOCUMENT,
            routes.REVIEW,
            routes.REVIEW_LETTER,
            routes.REVIEW_DOCUMENT,
            routes.REVIEW_DOCUMENT_PAGE,
        )
        steps = [{"step": step.value, "note": "Catatan"} for step in Step]
        judged = {"document": self.document, "reason": "Buram"}
        sent = [
            (routes.CASE, {"action": "submit"}),
            (routes.CASE_MESSAGE, {"text": "Halo"}),
            (routes.CASE_WITHDRAW, {}),
            *((routes.REVIEW_STEP, step) for step in steps),
            (routes.REVIEW_STEP, {"step": "accept_document", **judged}),
            (routes.REVIEW_STEP, {"step": "refuse_document", **judged}),
        ]
        return [
            *(("GET", routes.fill(route, **_needed(route, parts)), {}) for route in got),
            *(("POST", routes.fill(route, reference=self.number), form) for route, form in sent),
        ]


def _needed(route: str, parts: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in parts.items() if f"[{name}]" in route}


@pytest.fixture(scope="module")
async def owned(town: Town) -> Owned:
    resident, officer = await town.resident("Rahasia Pribadi"), await town.staff(Role.OFFICER)
    number = await town.at_signature(resident, officer)
    await town.step(await town.staff(Role.HEAD), number, Step.SIGN)
    await town.settled(number)
    return Owned(resident, officer, number, str((await town.document(number, "ktp")).id))


async def test_the_owner_and_the_office_see_what_strangers_do_not(loket: Loket, owned: Owned):
    for person, prefix in ((owned.resident, "/permohonan"), (owned.officer, "/petugas")):
        async with asking(loket, person) as client:
            for method, path, _ in owned.asked():
                if method == "GET" and path.startswith(prefix):
                    assert (await client.get(path)).status_code in (200, 303), path


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("who", ["another resident", "the officer of another office", "its head"])
async def test_another_ones_case_is_not_found(
    loket: Loket, town: Town, owned: Owned, who: str, language: str
):
    stranger = await _stranger(town, who)
    before = await town.case(owned.number)
    async with asking(loket, stranger) as client:
        for method, path, form in owned.asked():
            answer = await client.request(method, language + path, data=form or None)
            assert answer.status_code == 404, (method, path, form)
            assert "Rahasia" not in answer.text
    assert (await town.case(owned.number)).changed_at == before.changed_at


async def test_a_letter_can_be_downloaded_by_its_link_alone_and_only_as_it_was_sealed(
    loket: Loket, owned: Owned
):
    async with asking(loket, owned.resident) as client:
        answer = await client.get(routes.fill(routes.CASE_LETTER, reference=owned.number))
        link = answer.headers["location"]
    async with asking(loket) as anyone:
        letter = await anyone.get(link)
        assert letter.content.startswith(b"%PDF-")
        assert letter.headers["content-disposition"].startswith("attachment")
        assert (await anyone.get(link[:-1] + ("A" if link[-1] != "A" else "B"))).status_code == 404


async def test_oversight_reads_cases_but_neither_documents_nor_takes_steps(
    loket: Loket, town: Town, owned: Owned
):
    overseer = await town.staff(Role.OVERSIGHT)
    async with asking(loket, overseer) as client:
        assert (await client.get(f"/petugas/{owned.number}")).status_code == 200
        document = routes.fill(
            routes.REVIEW_DOCUMENT, reference=owned.number, document=owned.document
        )
        assert (await client.get(document)).status_code == 404
        assert (await client.get(f"{document}/1")).status_code == 404


async def test_staff_pages_do_not_exist_for_residents(loket: Loket, town: Town):
    async with asking(loket, await town.resident()) as client:
        for path in (routes.QUEUE, routes.SIGNING):
            assert (await client.get(path)).status_code == 404
        assert (await client.post(routes.SIGNING, data={"reference": "x"})).status_code == 404


async def test_who_is_not_signed_in_is_sent_to_do_so(loket: Loket, owned: Owned):
    async with asking(loket) as client:
        for method, path, form in owned.asked():
            answer = await client.request(method, path, data=form or None)
            assert answer.status_code in (302, 303), (method, path)
            place = urlsplit(answer.headers["location"])
            assert place.path == routes.SIGN_IN
            if method == "GET":
                assert parse_qs(place.query)[routes.BACK] == [path]


@pytest.mark.parametrize("path", ["/akun", "/layanan/sku/ajukan", "/en/permohonan"])
async def test_a_stranger_comes_back_after_sign_in_to_the_page_that_asked(
    phone: BrowserContext, path: str
):
    page = await phone.new_page()
    await page.goto(path)
    await tell_who(page, "warga2")
    assert urlsplit(page.url).path == path


async def test_a_page_of_another_site_can_neither_act_nor_listen(
    loket: Loket, town: Town, owned: Owned
):
    foreign = {"origin": "https://jahat.example"}
    async with asking(loket, owned.resident) as client:
        for path in (f"/permohonan/{owned.number}/pesan", "/keluar"):
            assert (
                await client.post(path, data={"text": "Halo"}, headers=foreign)
            ).status_code == 403
        upgrade = {
            **foreign,
            "connection": "Upgrade",
            "upgrade": "websocket",
            "sec-websocket-version": "13",
            "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        answer = await client.get("/_event/?EIO=4&transport=websocket", headers=upgrade)
        assert answer.status_code == 403


@pytest.mark.parametrize("state", ["case", "review"])
async def test_a_websocket_asked_for_another_ones_case_says_nothing_of_it(
    phone: BrowserContext, loket: Loket, town: Town, owned: Owned, state: str
):
    who = "another resident" if state == "case" else "the officer of another office"
    stranger = await _stranger(town, who)
    own = await _open_page_of(town, stranger, state)
    await become(phone, loket, stranger)
    page = await phone.new_page()
    sent = await _first_frame(page, own)
    about_theirs = sent.replace(own.rpartition("/")[2], owned.number)
    assert owned.number in about_theirs

    heard = "".join(await page.evaluate(_LISTEN, [str(uuid4()), version("reflex"), about_theirs]))
    assert f"/{owned.number}" in heard, "the page's handlers were not run"
    assert "Rahasia" not in heard
    assert "Selesai" not in heard
    assert stranger.secret not in heard


async def _stranger(town: Town, who: str) -> Person:
    if who == "another resident":
        return await town.resident()
    role = Role.HEAD if who == "its head" else Role.OFFICER
    return await town.staff(role, OTHER_OFFICE)


async def _open_page_of(town: Town, stranger: Person, state: str) -> str:
    """Return a page of the same kind that is theirs to see."""
    if state == "case":
        return f"/permohonan/{await town.sent(stranger)}"
    number = await town.sent(await town.resident(), office=OTHER_OFFICE)
    return f"/petugas/{number}"


async def _first_frame(page: Page, path: str) -> str:
    """Open a page, and return what its websocket said first: who I am, and where."""
    told = asyncio.get_running_loop().create_future()

    def hear(frame: str | bytes) -> None:
        if not told.done() and str(frame).startswith("40/_event"):
            told.set_result(str(frame))

    page.on("websocket", lambda socket: socket.on("framesent", hear))
    await page.goto(path)
    return await asyncio.wait_for(told, PATIENCE_MS / 1000)


#: Opens a line of its own, says `frame`, and hears all until the page's handlers have run.
_LISTEN = """
([token, version, frame]) => new Promise((done) => {
  const heard = [];
  const socket = new WebSocket(
    `ws://${location.host}/_event/?token=${token}&EIO=4&transport=websocket`, version);
  socket.onmessage = ({ data }) => {
    heard.push(data);
    if (data.startsWith("0")) socket.send(frame);
    if (/"is_hydrated[^"]*":true|_redirect/.test(data)) socket.close();
  };
  socket.onclose = () => done(heard);
})
"""
