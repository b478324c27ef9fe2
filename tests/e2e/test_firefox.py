"""Firefox does what residents do, though it lacks what Chromium has: Background Sync above all."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Playwright, expect

from app.domain.identity import Role
from app.domain.workflow import Step
from tests.e2e.browser import HERE, PATIENCE_MS, PHONE, firefox_path, launched_firefox
from tests.e2e.line_phone import AT_WORK
from tests.e2e.outboxing import (
    SEND,
    application,
    arrived_once,
    expect_nothing_waits,
    expect_state,
    fill,
    listed,
    note,
    open_ready,
    try_now,
)
from tests.e2e.steps import apply_for, expect_status, sign_in, slot
from tests.e2e.uploading import CARD, arrived_whole, file, progress
from tests.factories import Person, Town
from tests.support.line import Line, line_to
from tests.support.people import become
from tests.support.running import Loket

pytestmark = pytest.mark.skipif(
    not firefox_path(), reason="no Firefox: install firefox-esr, or set LOKET_TEST_FIREFOX"
)


@pytest.fixture(scope="module")
async def line(loket: Loket) -> AsyncIterator[Line]:
    """Over which all of Firefox goes; the address of Loket stays its own."""
    async with line_to(loket.url) as line:
        yield line


@pytest.fixture(scope="module")
async def firefox(
    playwright_: Playwright, line: Line, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Browser]:
    """One browser for all of them."""
    folder = tmp_path_factory.mktemp("firefox")
    browser = await launched_firefox(playwright_, folder, line.proxy_port)
    yield browser
    await browser.close()


@pytest.fixture
async def phone(firefox: Browser, loket: Loket, line: Line) -> AsyncIterator[BrowserContext]:
    """A resident's phone that has seen nothing yet."""
    line.mend()
    context = await firefox.new_context(base_url=loket.url, viewport=PHONE["viewport"], **HERE)
    context.set_default_timeout(PATIENCE_MS)
    yield context
    await context.close()


async def test_a_resident_signs_in_and_applies(phone: BrowserContext):
    page = await sign_in(phone, "warga1")
    await apply_for(page, "sku", {"Nama usaha": "Warung Bu Tuti", "Keperluan": "Pengajuan KUR"})
    await expect(page.get_by_test_id("flash")).to_contain_text("sudah kami terima")
    await expect_status(page, "submitted")


async def test_a_form_sent_without_a_network_waits_visibly_and_goes_when_there_is_one(
    phone: BrowserContext, loket: Loket, line: Line, town: Town
):
    resident, sent = await town.resident(), application()
    page = await _signed_in(phone, loket, resident)
    assert not await page.evaluate("'sync' in ServiceWorkerRegistration.prototype")
    await page.goto("/permohonan")
    await open_ready(page)
    line.cut()
    await fill(page, sent)
    await page.get_by_role("button", name=SEND, exact=True).click()
    await expect_state(note(page), "waiting")
    await page.goto("/permohonan")
    await expect_state(listed(page), "waiting")

    line.mend()
    await try_now(page)
    await expect(page.get_by_test_id("network-sent")).to_be_visible()
    reference = await arrived_once(town, resident, sent)
    await page.get_by_test_id("network-sent").get_by_role("link").click()
    await expect(page).to_have_url(re.compile(reference))
    await expect_nothing_waits(page)


async def test_what_was_seen_is_there_without_a_network(
    phone: BrowserContext, loket: Loket, line: Line, town: Town
):
    resident = await town.resident()
    number = await town.sent(resident)
    page = await _signed_in(phone, loket, resident)
    seen = ["/permohonan", f"/permohonan/{number}"]
    for path in seen:
        await page.goto(path)
        await expect(page.get_by_test_id("network-kept")).to_have_count(0)
    line.cut()
    for path in seen:
        await page.goto(path)
        await expect(page.get_by_test_id("network-kept")).to_be_visible()
        await expect(page.get_by_text(number).first).to_be_visible()
    await page.goto("/layanan/domisili")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tidak ada jaringan")


async def test_an_open_page_shows_what_happens(phone: BrowserContext, loket: Loket, town: Town):
    resident, officer = await town.resident(), await town.staff(Role.OFFICER)
    number = await town.sent(resident)
    page = await _signed_in(phone, loket, resident)
    await page.goto(f"/permohonan/{number}")
    await page.evaluate("window.marked = true")
    await town.step(officer, number, Step.TAKE)
    await expect_status(page, "in_review")
    assert await page.evaluate("window.marked === true")


async def test_a_file_goes_on_where_it_was_when_the_line_comes_back(
    phone: BrowserContext, loket: Loket, line: Line, town: Town
):
    resident, card = await town.resident(), file()
    page = await _signed_in(phone, loket, resident)
    await open_ready(page)
    line.cuts = (b"PATCH /unggah/", 30_000)
    await slot(page, CARD).set_input_files(card)
    await expect(progress(page)).to_contain_text("Jaringan putus")
    before = line.times("POST /unggah")
    line.mend()
    await try_now(page)
    await arrived_whole(page, town, resident, card)
    assert line.times("POST /unggah") == before


async def _signed_in(phone: BrowserContext, loket: Loket, resident: Person) -> Page:
    await become(phone, loket, resident)
    page = await phone.new_page()
    await page.goto("/")
    await page.evaluate(AT_WORK)
    return page
