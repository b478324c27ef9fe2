"""What is typed stays text, wherever it is shown: nothing runs, nothing is asked for."""

import itertools
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from playwright.async_api import BrowserContext, Page

from app.domain.identity import Role
from app.domain.typed import seen
from app.usecases import apply
from tests.factories import OFFICE, TYPED, Person, Town
from tests.support.asking import asking, form_key
from tests.support.files import photo
from tests.support.payloads import ALARM, PAYLOADS
from tests.support.people import become
from tests.support.running import Loket

_ALL = "\n".join(PAYLOADS)
#: A message holds 2,000 characters.
_PIECES = [_ALL[at : at + 1_900] for at in range(0, len(_ALL), 1_900)]
_WATCH = f"""
window.{ALARM} = () => {{ window.ran = (window.ran ?? 0) + 1; }};
window.refused = [];
addEventListener('securitypolicyviolation', (e) => refused.push(e.violatedDirective));
"""


def test_there_are_as_many_as_were_promised():
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 200


@pytest.fixture(scope="module")
async def typed(loket: Loket, town: Town) -> Mapping[str, tuple[Person, list[str]]]:
    """Type all of it everywhere; return who sees it where."""
    resident, officer = await town.resident(), await town.staff(Role.OFFICER)
    endless = itertools.cycle(PAYLOADS)
    pages: list[str] = ["/permohonan", "/akun", "/akun/lengkapi?periksa=1"]
    async with asking(loket, resident) as client:
        for service in town.parts.catalogue.services:
            page = f"/layanan/{service.key}/ajukan"
            key = await form_key(client, service.key)
            answers = {field.name: next(endless) for field in service.fields}
            form = {**answers, "office": OFFICE, "form_key": key, "action": "save"}
            assert (await client.post(page, data=form)).status_code == 303, service.key
            pages.append(f"{page}?periksa=1")
        reference = await _sent(town, resident)
        async with asking(loket, officer) as desk:
            await desk.post(f"/petugas/{reference}/langkah", data={"step": "take"})
            for piece in _PIECES:
                for who, path in ((client, "permohonan"), (desk, "petugas")):
                    answer = await who.post(f"/{path}/{reference}/pesan", data={"text": piece})
                    assert answer.status_code == 303
        file = {"document-ktp": ('"><img src=x onerror=kena(1)>.jpg', photo()["buffer"])}
        page = "/layanan/sku/ajukan"
        again = {"form_key": await form_key(client, "sku"), "action": "save", "office": OFFICE}
        assert (await client.post(page, data=again, files=file)).status_code == 303
        profile = {"name": PAYLOADS[0] + _unseen(), "nik": PAYLOADS[4], "phone": PAYLOADS[8]}
        await client.post("/akun/lengkapi", data={**profile, "confirm": "1"})
    pages.append(f"/permohonan/{reference}")
    looked_for = [f"/petugas?cari={quote(one)}" for one in (PAYLOADS[0], "%", "a\0b", "' OR 1=1")]
    return {
        "resident": (resident, pages),
        "officer": (officer, [f"/petugas/{reference}", *looked_for]),
    }


def _unseen() -> str:
    return "\u202e\u200b\0"


async def _sent(town: Town, resident: Person) -> str:
    """Return the number of a sent case whose purpose is made of payloads."""
    reference = await town.filled(resident)
    purpose = "".join(one for one in PAYLOADS[:6] if "\n" not in one)[:150]
    form = {**TYPED["sktm"], "office": OFFICE, "purpose": purpose}
    async with town.open_all() as work:
        case = await work.cases.own(reference, resident.actor, lock=True)
        case.typed = {**case.typed, **form}
    assert await apply.send(town.parts, resident.actor, reference) == []
    return reference


class Running(HTMLParser):
    """Everything in a page that a browser would run or go to because of what was typed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self._script = told.get("type", "text/javascript") if tag == "script" else ""
        for name, value in told.items():
            leads = name in ("href", "src", "action", "formaction", "srcdoc", "data")
            bad = value.strip().lower().startswith(("javascript:", "data:text", "vbscript:"))
            if name.startswith("on") or name == "style" or (leads and bad):
                self.found.append(f"<{tag} {name}={value[:60]}>")
            if tag in ("iframe", "object", "embed", "base") or (tag == "img" and value == "x"):
                self.found.append(f"<{tag}>")

    def handle_data(self, data: str) -> None:
        if self._script and self._script != "application/json" and ALARM in data:
            self.found.append(f"script: {data[:60]}")
        self._script = ""


async def test_no_page_holds_what_was_typed_as_anything_but_text(
    loket: Loket, typed: Mapping[str, tuple[Person, list[str]]]
):
    found: dict[str, list[str]] = {}
    for person, pages in typed.values():
        async with asking(loket, person) as client:
            for path in (*pages, *_for_anyone()):
                answer = await client.get(path)
                assert answer.status_code in (200, 404), path
                assert ALARM not in str(answer.headers), path
                if running := Running(answer.text).found:
                    found[path] = running
                # An address is repeated as it was asked, in the link to the other language.
                hidden = set("\u202e\u2066\u200b\0\x1b") & set(answer.text)
                assert path not in pages or not hidden, path
    assert found == {}


def _for_anyone() -> Iterator[str]:
    for text in (PAYLOADS[0], PAYLOADS[4], PAYLOADS[40], "a\r\nSet-Cookie: kena=1", "\0"):
        odd = quote(text, safe="")
        yield from (f"/layanan?cari={odd}", f"/lacak?kode={odd}", f"/verifikasi?kode={odd}")
        yield from (f"/lacak/{odd}", f"/verifikasi/{odd}", f"/verifikasi?hasil={odd}")
        yield from (f"/permohonan/{odd}", f"/permohonan/{odd}/surat", f"/tidak/{odd}")


async def test_where_sign_in_leads_back_is_a_page_of_this_site(loket: Loket):
    async with asking(loket) as client:
        for back in ("//jahat.example", "https://jahat.example", "/\\jahat.example", *PAYLOADS[:4]):
            answer = await client.get("/masuk", params={"kembali": back, "masalah": "refused"})
            assert Running(answer.text).found == [], back
            begun = await client.get("/masuk/mulai", params={"kembali": back})
            assert begun.headers["location"].startswith(f"{loket.url}/identitas/")


async def test_a_browser_runs_none_of_it(
    desk: BrowserContext, loket: Loket, typed: Mapping[str, tuple[Person, list[str]]]
):
    page = await desk.new_page()
    await page.add_init_script(_WATCH)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("dialog", lambda one: asked.append(f"dialog {one.message}"))
    for person, pages in typed.values():
        await become(desk, loket, person)
        shown = [one for one in pages if one.startswith(("/permohonan", "/petugas"))]
        shown += [one for one in pages if "/layanan/" in one][::4]
        for path in shown:
            await page.goto(path)
            assert await _quiet(page) == (0, []), path
    strange = [one for one in asked if not one.startswith((loket.url, "data:", "blob:"))]
    assert strange == []
    assert [one for one in asked if one.endswith("/x")] == []


async def _quiet(page: Page) -> tuple[int, list[str]]:
    """Return how often the alarm rang, and what the page's policy had to refuse."""
    return tuple(await page.evaluate("[window.ran ?? 0, window.refused]"))


def test_what_cannot_be_seen_is_taken_out_and_the_rest_stays():
    assert seen("Budi\u202egnp.exe \0\u200bSiti\n\tX\r\n") == "Budignp.exe Siti\n\tX\r\n"
    assert seen("👨‍👩‍👧 José 'O\"Neil <b> & %_\\") == "👨‍👩‍👧 José 'O\"Neil <b> & %_\\"
