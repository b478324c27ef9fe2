"""The processes that draw and serve pages may die at any moment; residents hardly notice."""

import asyncio
import hashlib
import signal
import time
from collections.abc import Iterator

import httpx2
import pytest
from playwright.async_api import BrowserContext, expect
from sqlmodel import select

from app.db.tables import DocumentRow
from tests.e2e.steps import DOCUMENTS, choose, expect_status, open_form, send, sign_in, slot
from tests.e2e.uploading import CARD, file, place, progress, slow_line, some_arrived
from tests.support.files import photo
from tests.support.people import town_of
from tests.support.running import Loket, shared_loket

_BACK_SECONDS = 30


@pytest.fixture(scope="module")
def loket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loket]:
    """A Loket of its own: others would notice."""
    with shared_loket(tmp_path_factory.mktemp("alone")) as loket:
        yield loket


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


async def _kill(loket: Loket) -> None:
    """Kill the renderer as the kernel would."""
    for process in loket.processes("renderer.js"):
        process.send_signal(signal.SIGKILL)


async def _drawn_by_the_server_again(loket: Loket) -> None:
    late = time.monotonic() + _BACK_SECONDS
    async with httpx2.AsyncClient(base_url=loket.url) as client:
        while True:
            answer = await client.get("/layanan")
            assert answer.status_code == 200
            if answer.headers["x-rendered-by"] == "server":
                break
            assert time.monotonic() < late, "the renderer is not back in time"
            await asyncio.sleep(0.05)
        assert (await client.get("/readyz")).json()["parts"]["renderer"] == "ok"
