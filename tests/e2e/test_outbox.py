"""A form that is sent on a poor line, or on none, waits on the phone and arrives once."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from tests.e2e.conftest import NewContext
from tests.e2e.line_phone import LinePhone
from tests.e2e.outboxing import (
    FORM,
    SEND,
    application,
    arrived_once,
    expect_nothing_waits,
    expect_state,
    fill,
    kept,
    listed,
    note,
    open_ready,
    try_now,
)
from tests.e2e.prepared import answer_forms
from tests.e2e.steps import number_in
from tests.factories import Town
from tests.support.people import become
from tests.support.running import Loket
from tests.support.waiting import until

_CASE = re.compile(r"/permohonan/[\w-]+$")
#: Notes when a page sends a form, by its own clock.
_WATCH_SENDING = """
window.sentAt = [];
const ask = window.fetch;
window.fetch = (address, how) => {
  if (how?.method === 'POST') sentAt.push(performance.now());
  return ask(address, how);
};
"""
_PAUSE_MS = 5_000


async def test_on_a_good_line_a_form_is_sent_as_ever(line_phone: LinePhone, town: Town):
    resident, sent = await town.resident(), application()
    page = await line_phone.signed_in(resident)
    await page.goto(FORM)
    await _send(page)
    await expect(page.locator("#masalah")).to_be_visible()
    assert page.url.endswith(f"{FORM}?periksa=1#masalah")
    await _send(page)
    await expect(page.locator("#masalah")).to_be_visible()
    await fill(page, sent)
    await _send(page)
    await expect(page).to_have_url(_CASE)
    await expect(page.get_by_test_id("flash")).to_contain_text("sudah kami terima")
    assert number_in(page) == await arrived_once(town, resident, sent)
    await expect_nothing_waits(page)


async def test_a_form_sent_without_a_network_waits_visibly_and_goes_when_there_is_one(
    line_phone: LinePhone, town: Town
):
    resident, sent = await town.resident(), application()
    page = await line_phone.signed_in(resident)
    await page.goto("/permohonan")
    await open_ready(page)
    line_phone.line.cut()
    await fill(page, sent)
    await _send(page)
    await expect_state(note(page), "waiting")
    await page.goto("/permohonan")
    await expect_state(listed(page), "waiting")
    await expect(listed(page)).to_contain_text("4 berkas")
    await expect(page.locator("[data-waits]").first).to_have_attribute("data-waiting", "1")

    line_phone.line.mend()
    await try_now(page)
    await expect(page.get_by_test_id("network-sent")).to_be_visible()
    await expect(listed(page)).to_have_count(0)
    reference = await arrived_once(town, resident, sent)
    await page.get_by_test_id("network-sent").get_by_role("link").click()
    await expect(page).to_have_url(re.compile(reference))
    await expect_nothing_waits(page)


async def test_what_waits_outlives_the_browser_and_goes_at_the_next_page(
    line_phone: LinePhone, town: Town
):
    resident, sent = await town.resident(), application()
    page = await line_phone.signed_in(resident)
    await open_ready(page)
    line_phone.line.cut()
    await fill(page, sent)
    await _send(page)
    await expect_state(note(page), "waiting")
    page = await line_phone.restart()
    await page.goto(FORM)
    await expect_state(note(page), "waiting")
    await expect(page.get_by_label("Keperluan")).to_have_value(sent.purpose)
    # The browser forgets who is signed in, the phone does not forget what was promised.
    page = await line_phone.restart()
    line_phone.line.mend()
    await page.goto("/layanan")
    asked = page.get_by_test_id("network-login").get_by_role("link")
    await expect(asked).to_have_attribute("href", re.compile("kembali=%2Flayanan$"))
    page = await line_phone.signed_in(resident)
    await arrived_once(town, resident, sent)
    await expect_nothing_waits(page)


async def test_an_answer_that_is_lost_makes_no_second_case(line_phone: LinePhone, town: Town):
    resident, sent = await town.resident(), application()
    page = await line_phone.signed_in(resident)
    await page.goto(FORM)
    await fill(page, sent)
    line_phone.line.loses = b"POST " + FORM.encode()
    await _send(page)
    await expect_state(note(page), "waiting")
    reference = await arrived_once(town, resident, sent)
    line_phone.line.mend()
    await try_now(page)
    await expect(page).to_have_url(_CASE)
    assert number_in(page) == reference == await arrived_once(town, resident, sent)
    await expect_nothing_waits(page)


async def test_a_line_that_breaks_while_sending_loses_nothing(line_phone: LinePhone, town: Town):
    resident, sent = await town.resident(), application()
    page = await line_phone.signed_in(resident)
    await open_ready(page)
    line_phone.line.cuts = (b"PATCH /unggah/", 10_000)
    await fill(page, sent)
    await _send(page)
    await expect_state(note(page), "waiting")
    line_phone.line.mend()
    line_phone.line.cuts = (b"POST " + FORM.encode(), 100)
    before = line_phone.line.times(f"POST {FORM}")
    await try_now(page)

    async def is_cut() -> bool:
        return line_phone.line.times(f"POST {FORM}") > before

    await until(is_cut)
    await expect_state(note(page), "waiting")
    line_phone.line.mend()
    await try_now(page)
    await expect(page).to_have_url(_CASE)
    await arrived_once(town, resident, sent)
    await expect_nothing_waits(page)


async def test_what_cannot_go_is_tried_once_and_again_after_a_pause(
    line_phone: LinePhone, town: Town
):
    busy = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
    page = await line_phone.signed_in(await town.resident(), {f"POST {FORM}": busy})
    await page.add_init_script(_WATCH_SENDING)
    before = line_phone.line.times(f"POST {FORM}")
    await open_ready(page)
    await page.get_by_label("Keperluan").fill("Beasiswa anak pertama")
    await _send(page)

    async def is_tried_again() -> bool:
        return await page.evaluate("sentAt.length > 1")

    await until(is_tried_again)
    first, second = (await page.evaluate("sentAt"))[:2]
    assert second - first >= _PAUSE_MS
    # Nor has the worker, which the browser wakes as there is a line.
    assert line_phone.line.times(f"POST {FORM}") - before <= 2


async def test_two_tabs_send_it_once(line_phone: LinePhone, town: Town):
    resident, sent = await town.resident(), application()
    page = await line_phone.signed_in(resident)
    await page.goto("/permohonan")
    other = await line_phone.context.new_page()
    await other.goto("/permohonan")
    await open_ready(page)
    line_phone.line.cut()
    await fill(page, sent)
    await _send(page)
    await expect_state(note(page), "waiting")
    await other.reload()
    await expect_state(listed(other), "waiting")
    before = line_phone.line.times(f"POST {FORM}")
    line_phone.line.mend()
    for tab in (page, other):
        await tab.evaluate("dispatchEvent(new Event('online'))")
    await expect(page).to_have_url(_CASE)
    await expect(other.get_by_test_id("network-sent")).to_be_visible()
    await expect(listed(other)).to_have_count(0)
    await arrived_once(town, resident, sent)
    assert line_phone.line.times(f"POST {FORM}") == before + 1
    await other.close()
    await expect_nothing_waits(page)


@pytest.mark.parametrize("clock", [0, 4_102_444_800_000], ids=["in 1970", "in 2100"])
async def test_a_wrong_clock_changes_nothing(line_phone: LinePhone, town: Town, clock: int):
    resident, sent = await town.resident(), application()
    page = await line_phone.signed_in(resident)
    await open_ready(page)
    line_phone.line.cut()
    await fill(page, sent)
    await _send(page)
    await expect_state(note(page), "waiting")
    page = await line_phone.restart()
    await page.add_init_script(f"Date.now = () => {clock}")
    page = await line_phone.signed_in(resident)
    await arrived_once(town, resident, sent)
    await expect_nothing_waits(page)


async def test_a_full_phone_is_told_at_once_and_the_page_keeps_it_all(
    line_phone: LinePhone, town: Town
):
    resident, sent = await town.resident(), application()
    await line_phone.signed_in(resident)
    # The browser looks at its room now and then only, and first when it starts.
    page = await line_phone.restart()
    await become(line_phone.context, line_phone.loket, resident)
    async with _full_store(page, line_phone.loket.url):
        await open_ready(page)
        line_phone.line.cut()
        await fill(page, sent)
        await _send(page)
        await expect_state(note(page), "full")
        await expect(note(page)).to_contain_text("jangan tutup halaman ini")
        await expect(page.get_by_label("Keperluan")).to_have_value(sent.purpose)
        line_phone.line.mend()
        await try_now(page)
        await expect(page).to_have_url(_CASE)
    await arrived_once(town, resident, sent)


async def test_it_is_the_same_form_in_the_other_language(line_phone: LinePhone, town: Town):
    resident, sent = await town.resident(), application()
    page = await line_phone.signed_in(resident)
    await page.goto(f"/en{FORM}")
    await open_ready(page)
    line_phone.line.cut()
    await fill(page, sent)
    await _send(page)
    await expect_state(note(page), "waiting")
    await page.goto(f"/en{FORM}")
    await expect(note(page)).to_contain_text("Waiting for a network")
    await expect(page.get_by_label("Purpose")).to_have_value(sent.purpose)
    line_phone.line.mend()
    await try_now(page)
    await expect(page).to_have_url(_CASE)
    await arrived_once(town, resident, sent)
    await expect_nothing_waits(page)


async def test_what_must_be_corrected_says_so_and_leads_there(line_phone: LinePhone, town: Town):
    resident, sent = await town.resident(), application()
    page = await line_phone.signed_in(resident)
    await page.goto("/permohonan")
    await open_ready(page)
    line_phone.line.cut()
    await page.get_by_label("Keperluan").fill(sent.purpose)
    await _send(page)
    await expect_state(note(page), "waiting")
    await page.goto("/permohonan")
    line_phone.line.mend()
    await try_now(page)
    await expect_state(listed(page), "attention")
    await listed(page).get_by_role("link", name="Perbaiki").click()
    await expect(page.locator("#masalah")).to_be_visible()
    await expect(page.get_by_label("Keperluan")).to_have_value(sent.purpose)
    await fill(page, sent)
    await _send(page)
    await expect(page).to_have_url(_CASE)
    await arrived_once(town, resident, sent)
    await expect_nothing_waits(page)


async def test_what_became_of_it_while_its_form_got_ready_is_said_there(
    new_phone: NewContext, loket: Loket, town: Town
):
    phone = await new_phone(service_workers="block")
    await become(phone, loket, await town.resident())
    page = await _answered(phone, HTTPStatus.SERVICE_UNAVAILABLE)
    await open_ready(page)
    await page.get_by_label("Keperluan").fill("Beasiswa anak pertama")
    await _send(page)
    await expect_state(note(page), "waiting")
    await page.close()

    page, is_open = await _answered(phone, HTTPStatus.UNAUTHORIZED), asyncio.Event()

    async def keep_back(route: Route) -> None:
        await is_open.wait()
        await route.continue_()

    await page.route("**/submit-*.js", keep_back)
    await page.goto(FORM, wait_until="commit")

    async def is_judged() -> bool:
        return [one["state"] for one in await kept(page)] == ["login"]

    await until(is_judged)
    is_open.set()
    await expect_state(note(page), "login")


@asynccontextmanager
async def _full_store(page: Page, origin: str) -> AsyncIterator[None]:
    """Leave a site no room on the phone while the block runs."""
    browser = await page.context.new_cdp_session(page)
    await browser.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1})
    try:
        yield
    finally:
        await browser.send("Storage.overrideQuotaForOrigin", {"origin": origin})


async def _answered(phone: BrowserContext, status: HTTPStatus) -> Page:
    """Return a page whose form, when it is sent, is answered so."""
    page = await phone.new_page()
    await answer_forms(page, status)
    return page


async def _send(page: Page) -> None:
    await page.get_by_role("button", name=SEND).click()
