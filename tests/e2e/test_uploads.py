"""Files that go up as soon as they are chosen, on lines and phones as they are."""

import re
from pathlib import Path

from playwright.async_api import BrowserContext, Page, expect

from app.usecases import sessions
from tests.e2e.steps import number_in, open_form, press, slot
from tests.e2e.uploading import (
    CARD,
    FAMILY,
    SLOW,
    arrived_whole,
    file,
    place,
    progress,
    set_line,
    slow_line,
    some_arrived,
)
from tests.factories import Person, Town
from tests.support.people import become
from tests.support.running import Loket


async def form_of(phone: BrowserContext, loket: Loket, resident: Person) -> Page:
    await become(phone, loket, resident)
    page = await phone.new_page()
    await open_form(page, "sktm")
    return page


async def test_a_chosen_file_goes_up_at_once_and_what_was_typed_stays(
    phone: BrowserContext, loket: Loket, town: Town
):
    resident = await town.resident()
    page = await form_of(phone, loket, resident)
    await page.get_by_label("Keperluan").fill("Beasiswa")
    card, family = file(), file("kk.jpg")
    async with slow_line(page):
        await slot(page, CARD).set_input_files(card)
        await slot(page, FAMILY).set_input_files(family)
        await some_arrived(page)
        await expect(progress(page).get_by_role("progressbar")).to_be_visible()
        await expect(progress(page).get_by_role("status")).to_contain_text("ktp.jpg")
    await arrived_whole(page, town, resident, card)
    await arrived_whole(page, town, resident, family, FAMILY)
    await expect(page.get_by_label("Keperluan")).to_have_value("Beasiswa")
    await expect(slot(page, CARD)).to_have_js_property("value", "")


async def test_a_file_goes_on_where_it_was_when_the_line_comes_back(
    phone: BrowserContext, loket: Loket, town: Town
):
    resident = await town.resident()
    page = await form_of(phone, loket, resident)
    card = file()
    async with slow_line(page) as line:
        await slot(page, CARD).set_input_files(card)
        await some_arrived(page)
        await set_line(line, SLOW, is_cut=True)
        await expect(progress(page)).to_contain_text("Jaringan putus")
        await set_line(line, SLOW)
    await arrived_whole(page, town, resident, card)


async def test_a_file_goes_on_by_itself_after_its_page_was_closed(
    phone: BrowserContext, loket: Loket, town: Town
):
    resident = await town.resident()
    page = await form_of(phone, loket, resident)
    card = file()
    async with slow_line(page):
        await slot(page, CARD).set_input_files(card)
        await some_arrived(page)
        await page.close()
    page = await phone.new_page()
    await open_form(page, "sktm")
    await arrived_whole(page, town, resident, card)
    await page.reload()
    await expect(progress(page)).to_be_hidden()


async def test_a_file_that_the_phone_could_not_keep_goes_on_when_it_is_chosen_again(
    phone: BrowserContext, loket: Loket, town: Town
):
    resident = await town.resident()
    page = await form_of(phone, loket, resident)
    card = file()
    async with slow_line(page):
        await slot(page, CARD).set_input_files(card)
        await some_arrived(page)
        await page.close()
    page = await phone.new_page()
    await page.goto("/layanan/sktm")
    await page.evaluate(_FORGET_BYTES)
    await open_form(page, "sktm")
    await expect(progress(page)).to_contain_text("Pilih berkas yang sama untuk melanjutkan")
    async with page.expect_request(lambda r: r.method == "PATCH" and _offset(r) > 0):
        await slot(page, CARD).set_input_files({**card, "name": "ktp-lagi.jpg"})
    await arrived_whole(page, town, resident, card)


def _offset(request: object) -> int:
    return int(getattr(request, "headers", {}).get("upload-offset", 0))


_FORGET_BYTES = """() => new Promise((done) => {
  indexedDB.open("loket").onsuccess = ({ target: { result: database } }) => {
    const files = database.transaction("outbox", "readwrite").objectStore("outbox");
    files.getAll().onsuccess = ({ target: { result: [kept] } }) => {
      files.put({ ...kept, file: null }).onsuccess = done;
    };
  };
})"""


async def test_a_file_can_be_paused_taken_up_again_and_taken_back(
    phone: BrowserContext, loket: Loket, town: Town
):
    resident = await town.resident()
    page = await form_of(phone, loket, resident)
    card = file()
    async with slow_line(page):
        await slot(page, CARD).set_input_files(card)
        await some_arrived(page)
        await page.get_by_role("button", name="Jeda").click()
        await expect(progress(page)).to_contain_text("Dijeda")
        await page.get_by_role("button", name="Batalkan").click()
        await expect(progress(page)).to_be_hidden()
        await slot(page, CARD).set_input_files(card)
        await some_arrived(page)
        await page.get_by_role("button", name="Jeda").click()
        await page.get_by_role("button", name="Lanjutkan").click()
    await arrived_whole(page, town, resident, card)


async def test_a_form_that_is_sent_waits_for_its_files_and_says_so(
    phone: BrowserContext, loket: Loket, town: Town
):
    resident = await town.resident()
    reference = await town.filled(resident)
    page = await form_of(phone, loket, resident)
    card = file()
    async with slow_line(page):
        await slot(page, CARD).set_input_files(card)
        await some_arrived(page)
        await page.get_by_role("button", name="Kirim permohonan").click()
        await expect(page.get_by_text("Menunggu 1 berkas")).to_be_visible()
        await page.wait_for_url(f"**/permohonan/{reference}*")
    assert number_in(page) == reference
    assert (await town.document(reference, "ktp")).filename == "ktp.jpg"


async def test_keeping_the_form_goes_at_once_and_its_files_go_on(
    phone: BrowserContext, loket: Loket, town: Town
):
    resident = await town.resident()
    page = await form_of(phone, loket, resident)
    await page.get_by_label("Keperluan").fill("Beasiswa")
    card = file()
    async with slow_line(page):
        await slot(page, CARD).set_input_files(card)
        await some_arrived(page)
        await press(page, "Simpan draf")
        await expect(page.get_by_label("Keperluan")).to_have_value("Beasiswa")
        await some_arrived(page)
    await arrived_whole(page, town, resident, card)


async def test_a_session_that_ended_is_said_and_the_file_goes_on_after_signing_in(
    phone: BrowserContext, loket: Loket, town: Town
):
    resident = await town.resident()
    page = await form_of(phone, loket, resident)
    card = file()
    async with slow_line(page):
        await slot(page, CARD).set_input_files(card)
        await some_arrived(page)
        await sessions.end(town.parts, resident.secret)
        await expect(progress(page)).to_contain_text("Sesi Anda sudah berakhir")
        sign_in = progress(page).get_by_role("link", name="Masuk lagi")
        await expect(sign_in).to_have_attribute("href", re.compile(r"kembali=%2Flayanan%2Fsktm"))
    await become(phone, loket, await town.signed_in(resident.subject))
    await page.reload()
    await arrived_whole(page, town, resident, card)


async def test_nothing_of_a_file_stays_on_a_lent_phone(
    phone: BrowserContext, loket: Loket, town: Town
):
    page = await form_of(phone, loket, await town.resident())
    async with slow_line(page):
        await slot(page, CARD).set_input_files(file())
        await some_arrived(page)
        await press(page, "Keluar")
    assert await page.evaluate("indexedDB.databases()") == []
    await become(phone, loket, await town.resident())
    await open_form(page, "sktm")
    await expect(progress(page)).to_be_hidden()
    await expect(slot(page, CARD)).to_be_visible()


async def test_a_file_that_can_never_be_taken_is_refused_before_it_is_sent(
    phone: BrowserContext, loket: Loket, town: Town, tmp_path: Path
):
    page = await form_of(phone, loket, await town.resident())
    (tmp_path / "film.jpg").write_bytes(bytes(10_000_001))
    sent = 0

    def weigh(request: object) -> None:
        nonlocal sent
        sent += len(getattr(request, "post_data_buffer", b"") or b"")

    page.on("request", weigh)
    await slot(page, CARD).set_input_files(tmp_path / "film.jpg")
    await expect(place(page)).to_contain_text("Berkas ini lebih besar dari 10 MB")
    await expect(slot(page, CARD)).to_have_js_property("value", "")
    assert sent == 0
