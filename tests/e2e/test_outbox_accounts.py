"""What waits on a phone is its sender's: through sign-out, and beside other accounts."""

import re

from playwright.async_api import Page, expect

from tests.e2e.line_phone import LinePhone
from tests.e2e.outboxing import (
    FORM,
    SEND,
    Application,
    application,
    arrived_once,
    expect_nothing_waits,
    expect_state,
    fill,
    listed,
    note,
    open_ready,
)
from tests.e2e.steps import press
from tests.factories import Person, Town
from tests.support.asking import asking
from tests.support.people import become


async def test_a_session_that_ended_is_asked_for_again_and_then_it_goes(
    line_phone: LinePhone, town: Town
):
    resident, sent = await town.resident(), application()
    page = await line_phone.signed_in(resident)
    await open_ready(page)
    await fill(page, sent)
    await expect(page.locator("[data-document]")).to_have_count(4)
    await line_phone.context.clear_cookies()
    await page.get_by_role("button", name=SEND).click()
    await expect_state(note(page), "login")
    asked = note(page).get_by_role("link", name="Masuk untuk mengirim")
    await expect(asked).to_have_attribute("href", re.compile("kembali=%2Flayanan%2Fsktm%2Fajukan"))
    await become(line_phone.context, line_phone.loket, await town.signed_in(resident.subject))
    await page.goto(FORM)
    await expect(page).to_have_url(re.compile(r"/permohonan/[\w-]+$"))
    await arrived_once(town, resident, sent)
    await expect_nothing_waits(page)


async def test_another_account_sees_and_sends_nothing_of_it(line_phone: LinePhone, town: Town):
    tuti, neneng, sent = await town.resident(), await town.resident("Neneng"), application()
    page = await _with_waiting(line_phone, tuti, sent)
    page = await line_phone.signed_in(neneng)
    for path in ("/permohonan", FORM, "/luring"):
        await page.goto(path)
        await expect(page.locator("main h1")).to_be_visible()
        await page.evaluate("dispatchEvent(new Event('online'))")
        await expect(listed(page).or_(note(page))).to_have_count(0)
        await expect(page.locator("[data-waits][data-waiting]")).to_have_count(0)
    await expect(page.get_by_label("Keperluan")).to_have_count(0)
    assert [*await town.cases(tuti), *await town.cases(neneng)] == []
    await page.goto("/")
    await press(page, "Keluar")
    await expect(page.get_by_test_id("flash")).to_have_text("Anda sudah keluar.")
    page = await line_phone.signed_in(tuti)
    await arrived_once(town, tuti, sent)
    await expect_nothing_waits(page)


async def test_who_signs_out_is_asked_before_what_waits_is_removed(
    line_phone: LinePhone, town: Town
):
    page = await _with_waiting(line_phone, await town.resident(), application())
    await page.goto("/permohonan")
    await page.get_by_role("button", name="Keluar").click()
    question = page.get_by_role("dialog")
    await expect(question).to_contain_text("Ada 1 permohonan di HP ini yang belum terkirim")
    await question.get_by_role("button", name="Tetap masuk").click()
    await expect(question).to_have_count(0)
    await expect_state(listed(page), "waiting")
    await page.get_by_role("button", name="Keluar").click()
    await question.get_by_role("button", name="Hapus dan keluar").click()
    left = page.get_by_test_id("network-left")
    await expect(left).to_be_visible()
    await expect_nothing_waits(page)
    line_phone.line.mend()
    await left.get_by_role("button", name="Tutup sekarang").click()
    await expect(page.get_by_test_id("network-left-now")).to_be_visible()


async def test_signing_out_without_a_network_ends_the_session_when_there_is_one(
    line_phone: LinePhone, town: Town
):
    resident = await town.resident()
    page = await line_phone.signed_in(resident)
    await page.goto("/permohonan")
    other = await line_phone.context.new_page()
    await other.goto(FORM)
    line_phone.line.cut()
    await page.get_by_role("button", name="Keluar").click()
    left = page.get_by_test_id("network-left")
    await expect(left).to_contain_text("sesi Anda di server belum ditutup")
    await expect(other.get_by_test_id("network-left")).to_be_visible()
    await expect(other.locator("form[data-form]")).to_have_count(0)
    await other.close()
    await page.goto("/permohonan")
    await expect(left).to_be_visible()
    async with asking(line_phone.loket, resident) as client:
        assert (await client.get("/akun")).status_code == 200
    line_phone.line.mend()
    await page.goto("/permohonan")
    await expect(page).to_have_url(re.compile("masuk"))
    async with asking(line_phone.loket, resident) as client:
        assert (await client.get("/akun")).status_code == 302


async def test_who_signs_out_leaves_all_tabs(line_phone: LinePhone, town: Town):
    page = await line_phone.signed_in(await town.resident())
    form, service = [await line_phone.context.new_page() for _ in range(2)]
    await form.goto(FORM)
    await form.get_by_label("Keperluan").fill("Beasiswa anak pertama")
    await service.goto("/layanan/sktm")
    await page.goto("/")
    await press(page, "Keluar")
    await expect(page.get_by_test_id("flash")).to_have_text("Anda sudah keluar.")
    await expect(form.get_by_label("Kata sandi")).to_be_visible()
    await expect(service.get_by_role("link", name="Masuk")).to_be_visible()
    await expect(service).to_have_url(re.compile("/layanan/sktm$"))
    for tab in (form, service):
        await tab.close()


async def _with_waiting(phone: LinePhone, resident: Person, sent: Application) -> Page:
    """Return a page without a network, on whose phone an application waits."""
    page = await phone.signed_in(resident)
    await page.goto("/permohonan")
    await open_ready(page)
    phone.line.cut()
    await fill(page, sent)
    await page.get_by_role("button", name=SEND).click()
    await expect_state(note(page), "waiting")
    return page
