"""Processes may die or hang at any moment; residents hardly notice, or read what still works."""

import asyncio
import contextlib
import hashlib
import re
import signal
import time
from collections.abc import Iterator

import httpx2
import psutil
import pytest
from playwright.async_api import BrowserContext, Page, expect
from sqlalchemy import text
from sqlmodel import select

from app.db.tables import DocumentRow
from app.domain.identity import Role
from app.domain.workflow import Step
from tests.e2e.shape import faults_of_shape, has_no_barrier
from tests.e2e.steps import DOCUMENTS, choose, expect_status, open_form, send, sign_in, slot
from tests.e2e.uploading import CARD, file, place, progress, slow_line, some_arrived
from tests.factories import OFFICE, Town
from tests.support.asking import asking, form_key
from tests.support.files import photo
from tests.support.people import become, town_of
from tests.support.running import Loket, shared_loket
from tests.support.waiting import until

_BACK_SECONDS = 30
_AWAY = 'data-testid="away"'
#: What makes a page another one where scripts run, or fetches it again where none do.
_SCRIPTING = re.compile(
    r"<script.*?</script>|</?noscript>|<meta http-equiv=.refresh[^>]*>", re.DOTALL
)
#: A web process listens so long for a worker before it says that there is none, and looks twice.
_NOTICED_SECONDS = 60


@pytest.fixture(scope="module")
def loket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loket]:
    """A Loket of its own: others would notice."""
    with shared_loket(tmp_path_factory.mktemp("alone")) as loket:
        yield loket


async def test_what_does_not_work_is_said_where_it_matters_until_it_works_again(
    phone: BrowserContext, loket: Loket
):
    async with town_of(loket) as town, asking(loket) as stranger:
        resident, officer = await town.resident(), await town.staff(Role.OFFICER)
        head, sent = await town.staff(Role.HEAD), await town.ready_to_sign(resident)
        draft = await town.draft(resident)
        before = await stranger.get("/layanan/sktm")
        assert _AWAY not in before.text
        with _hanging(_workers(loket)):
            await town.left_to_jobs().attach(resident, draft, "ktp")
            await town.step(head, sent, Step.SIGN)
            await _minute_goes_by(town)
            with _hanging(_stores(loket)):
                await until(lambda: _says_so(stranger, "/layanan/sktm"), _NOTICED_SECONDS)
                known = {"if-none-match": before.headers["etag"]}
                assert (await stranger.get("/layanan/sktm", headers=known)).status_code == 200
                async with asking(loket, resident) as client:
                    await until(
                        lambda: _says_both(client, "/layanan/sktm/ajukan"), _NOTICED_SECONDS
                    )
                    typed = {"purpose": "Beasiswa", "office": OFFICE, "action": "save"}
                    typed["form_key"] = await form_key(client, "sktm")
                    kept = await client.post("/layanan/sktm/ajukan", data=typed)
                    assert kept.cookies["loket-kabar"] == "saved", "drafts are still kept"
                page = await phone.new_page()
                await become(phone, loket, resident)
                await page.emulate_media(color_scheme="dark")
                await _reads(page, "/layanan/sktm", "Berkas belum bisa diterima")
                await page.emulate_media(color_scheme="light")
                await _reads(
                    page, "/layanan/sktm/ajukan", "Berkas belum bisa diterima", "Pemeriksaannya"
                )
                await _reads(page, f"/permohonan/{sent}", "Pembuatan surat lebih lama")
                await _reads(page, f"/en/permohonan/{sent}", "Making the letter takes longer")
                await become(phone, loket, officer)
                for path in ("/petugas", "/petugas/tanda-tangan", f"/petugas/{sent}"):
                    await _reads(page, path, "belum bisa dibuka", "pembuatan surat tertunda")
        async with asking(loket, resident) as client:
            await until(lambda: _says_nothing(client, "/layanan/sktm/ajukan"))
            await town.settled(sent)
        assert await _says_nothing(stranger, "/layanan/sktm")
        await until(lambda: _is_as_before(stranger, "/layanan/sktm", known))


async def test_a_resident_goes_on_while_the_renderer_is_killed_again_and_again(
    phone: BrowserContext, loket: Loket
):
    page = await sign_in(phone, "warga1")
    await open_form(page, "sktm")
    await page.get_by_label("Keperluan").fill("Keringanan biaya sekolah")
    await choose(page, {label: photo() for label in DOCUMENTS["sktm"]})
    await _kill(loket)
    number = await send(page)
    await expect(page.get_by_text(number).first).to_be_visible()
    await expect_status(page, "submitted")

    await _kill(loket)
    await page.goto("/permohonan")
    await expect(page.get_by_test_id("case-card")).to_have_count(1)
    await _drawn_by_the_server_again(loket)


@pytest.mark.parametrize(
    ("path", "told", "heading"),
    [
        ("/permohonan", "Halaman ini sebentar lagi tampil", "Permohonan saya"),
        ("/en/permohonan", "This page will be here in a moment", "My cases"),
    ],
)
async def test_who_has_no_scripts_reads_why_nothing_is_drawn_and_then_what_was_asked_for(
    phone: BrowserContext,
    phone_without_javascript: BrowserContext,
    loket: Loket,
    path: str,
    told: str,
    heading: str,
):
    async with town_of(loket) as town:
        await become(phone_without_javascript, loket, await town.resident())
    page, still = await phone_without_javascript.new_page(), await phone.new_page()
    with _hanging(loket.processes("renderer.js")):
        answer = await page.goto(path)
        assert answer
        assert (answer.status, answer.headers["retry-after"]) == (503, "2")
        await expect(page.get_by_role("heading")).to_have_text([told])
        await expect(page.get_by_role("contentinfo")).to_have_count(0)  # nor an empty frame
        await _shows(still, path, _SCRIPTING.sub("", await answer.text()))
        await has_no_barrier(still)  # which needs scripts itself
        assert await faults_of_shape(still) == []
    await expect(page.get_by_role("heading", level=1)).to_have_text(heading)


async def _shows(page: Page, path: str, html: str) -> None:
    """Open a page that is answered with `html`."""
    await page.route(f"**{path}", lambda route: route.fulfill(body=html, content_type="text/html"))
    await page.goto(path)


async def test_a_file_goes_on_while_the_web_process_is_killed_and_comes_back(
    phone: BrowserContext, loket: Loket
):
    page = await sign_in(phone, "warga2")
    await open_form(page, "sku")
    card = file()
    async with slow_line(page):
        await slot(page, CARD).set_input_files(card)
        await some_arrived(page)
        command = ["-m", "app", "web"]
        for process in [one for one in loket.processes("web") if one.cmdline()[1:] == command]:
            process.send_signal(signal.SIGKILL)
        await expect(progress(page)).to_contain_text("Jaringan putus")
    await expect(place(page)).to_contain_text("Aman, sudah tersimpan", timeout=60_000)
    async with town_of(loket) as town, town.open_all() as work:
        digest = hashlib.sha256(card["buffer"]).hexdigest()
        found = await work.session.exec(select(DocumentRow).where(DocumentRow.sha256 == digest))
        assert found.one().size == len(card["buffer"])


async def _says_so(client: httpx2.AsyncClient, path: str) -> bool:
    return _AWAY in (await client.get(path)).text


async def _says_both(client: httpx2.AsyncClient, path: str) -> bool:
    return (await client.get(path)).text.count(_AWAY) == 2


async def _says_nothing(client: httpx2.AsyncClient, path: str) -> bool:
    return not await _says_so(client, path)


async def _is_as_before(client: httpx2.AsyncClient, path: str, known: dict[str, str]) -> bool:
    return (await client.get(path, headers=known)).status_code == 304


async def _reads(page: Page, path: str, *sentences: str) -> None:
    """Open a page: it says each of these, can be read by all, and no copy of it says them."""
    await page.goto(path)
    notices = page.get_by_test_id("away")
    await expect(notices).to_contain_text(list(sentences))
    await has_no_barrier(page)
    assert await faults_of_shape(page) == [], path
    await page.evaluate("document.documentElement.dataset.kept = ''")
    await expect(notices.first).to_be_hidden()


@contextlib.contextmanager
def _hanging(processes: list[psutil.Process]) -> Iterator[None]:
    """Have processes stand still, as on a machine that hangs."""
    assert processes
    for one in processes:
        one.suspend()
    try:
        yield
    finally:
        for one in processes:
            one.resume()


def _workers(loket: Loket) -> list[psutil.Process]:
    command = ["-m", "app", "worker"]
    return [one for one in loket.processes("worker") if one.cmdline()[1:] == command]


def _stores(loket: Loket) -> list[psutil.Process]:
    return [one for one in loket.processes("weed") if "mini" in one.cmdline()]


async def _minute_goes_by(town: Town) -> None:
    """Have the worker's last sign of life be a minute old."""
    async with town.open_all() as work:
        past = text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '60 s'")
        await (await work.session.connection()).execute(past)


async def _kill(loket: Loket) -> None:
    """Kill the renderer as the kernel would."""
    for process in loket.processes("renderer.js"):
        process.send_signal(signal.SIGKILL)


async def _drawn_by_the_server_again(loket: Loket) -> None:
    late = time.monotonic() + _BACK_SECONDS
    async with httpx2.AsyncClient(base_url=loket.url) as client:
        while True:
            answer = await client.get("/layanan")
            by_server = answer.headers["x-rendered-by"] == "server"
            assert answer.status_code == (200 if by_server else 503)
            if by_server:
                break
            assert time.monotonic() < late, "the renderer is not back in time"
            await asyncio.sleep(0.05)
        assert (await client.get("/readyz")).json()["parts"]["renderer"] == "ok"
