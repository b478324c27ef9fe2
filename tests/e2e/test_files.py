"""Files as people really hand them in: bad ones are told apart, good ones made harmless."""

import io

from PIL import Image
from playwright.async_api import BrowserContext, FilePayload, Locator, Page, expect

from app import routes
from app.domain.identity import Role
from tests.e2e.steps import act, choose, open_form, press, send, slot
from tests.factories import Person, Town
from tests.support.asking import asking
from tests.support.files import (
    as_large_as_allowed,
    empty,
    one_byte_too_large,
    phone_photo,
    photo,
    png_called_jpg,
    scan,
    text_called_jpg,
)
from tests.support.people import become
from tests.support.running import Loket

VILLAGE, STATEMENT, CARD, FAMILY = (
    "SKTM dari desa atau kelurahan",
    "Surat pernyataan bermeterai",
    "KTP",
    "Kartu Keluarga",
)
PURPOSE = "Keringanan biaya sekolah anak kedua"


async def test_each_bad_file_is_told_beside_its_field_and_nothing_else_is_lost(
    phone: BrowserContext, loket: Loket, town: Town
):
    await become(phone, loket, await town.resident())
    page = await phone.new_page()
    await open_form(page, "sktm")
    await page.get_by_label("Keperluan").fill(PURPOSE)
    bad = {VILLAGE: text_called_jpg(), STATEMENT: empty(), CARD: one_byte_too_large()}
    await choose(page, {**bad, FAMILY: photo("kk-keluarga.jpg")})
    await press(page, "Kirim permohonan")

    told = {
        VILLAGE: "Isi berkas ini bukan",
        STATEMENT: "Berkas ini kosong",
        CARD: "Berkas ini lebih besar dari 10 MB",
    }
    summary = page.get_by_role("alert").filter(has_text="Masih ada yang perlu dilengkapi")
    for label, sentence in told.items():
        await expect(_place(page, label)).to_contain_text(sentence)
        await expect(slot(page, label)).to_have_attribute("aria-invalid", "true")
        await expect(summary).to_contain_text(f"{label}: {sentence}")
    await expect(page.get_by_label("Keperluan")).to_have_value(PURPOSE)
    family = _place(page, FAMILY)
    await expect(family).to_contain_text("kk-keluarga.jpg")
    await expect(family).to_contain_text("Aman, sudah tersimpan")

    # What was wrong is mended one by one; what was right is not asked for again.
    await choose(page, {VILLAGE: png_called_jpg(), STATEMENT: scan(), CARD: as_large_as_allowed()})
    under_way = page.get_by_test_id("upload-progress").locator("visible=true")
    await expect(under_way).to_have_count(0, timeout=60_000)  # ten megabytes in forty pieces
    number = await send(page)
    assert len(await town.documents(number)) == 4
    assert (await town.document(number, "ktp")).size == 10_000_000


async def test_a_file_is_stored_as_soon_as_its_own_button_is_pressed(
    phone_without_javascript: BrowserContext, loket: Loket, town: Town
):
    await become(phone_without_javascript, loket, await town.resident())
    page = await phone_without_javascript.new_page()
    await open_form(page, "sktm")
    await page.get_by_label("Keperluan").fill(PURPOSE)
    place = _place(page, CARD)
    await choose(page, {CARD: photo("ktp-saya.jpg")})
    await press(page, place.get_by_role("button", name="Unggah"))
    await expect(place).to_contain_text("ktp-saya.jpg")
    await expect(place).to_contain_text("Aman, sudah tersimpan")
    await expect(page.get_by_label("Keperluan")).to_have_value(PURPOSE)
    await expect(place.locator("details[open]")).to_have_count(0)
    await _replace(page, place, photo("ktp-baru.jpg"))
    await expect(place).to_contain_text("ktp-baru.jpg")

    # A file that cannot be taken leaves the one before it in its place.
    await _replace(page, place, one_byte_too_large())
    await expect(place).to_contain_text("Berkas ini lebih besar dari 10 MB")
    await expect(place).to_contain_text("ktp-baru.jpg")


async def test_the_officer_sees_pictures_of_every_page_and_downloads_harmless_copies(
    phone: BrowserContext, desk: BrowserContext, loket: Loket, town: Town
):
    resident, officer = await town.resident(), await town.staff(Role.OFFICER)
    await become(phone, loket, resident)
    page = await phone.new_page()
    await open_form(page, "sktm")
    await page.get_by_label("Keperluan").fill(PURPOSE)
    files = {VILLAGE: photo(), STATEMENT: photo(), CARD: phone_photo(), FAMILY: scan(pages=3)}
    await choose(page, files)
    number = await send(page)
    await town.settled(number)

    await become(desk, loket, officer)
    review = await desk.new_page()
    await act(review, number, "Ambil")
    await _shows_sheets(review, FAMILY, 3)
    await _shows_sheets(review, CARD, 1)
    await _is_served_harmless(loket, town, resident, officer, number)


async def _replace(page: Page, place: Locator, file: FilePayload) -> None:
    """Send another file in place of the one that came, without a script."""
    await place.get_by_text("Ganti berkas").click()
    await choose(page, {CARD: file})
    await press(page, place.get_by_role("button", name="Ganti"))


async def _shows_sheets(review: Page, label: str, count: int) -> None:
    sheets = _place(review, label).get_by_role("img")
    await expect(sheets).to_have_count(count)
    for sheet in await sheets.all():
        await sheet.scroll_into_view_if_needed()
        await expect(sheet).to_have_js_property("complete", value=True)
        assert await sheet.evaluate("picture => picture.naturalWidth") > 300


async def _is_served_harmless(
    loket: Loket, town: Town, resident: Person, officer: Person, number: str
) -> None:
    card, family = await town.document(number, "ktp"), await town.document(number, "kk")
    for person, route in ((resident, routes.CASE_DOCUMENT), (officer, routes.REVIEW_DOCUMENT)):
        async with asking(loket, person) as client:
            for document, kind in ((card, "image/jpeg"), (family, "application/pdf")):
                path = routes.fill(route, reference=number, document=str(document.id))
                answer = await client.get(path)
                assert answer.headers["content-type"] == kind
                assert answer.headers["content-disposition"].startswith("attachment")
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert "sandbox" in answer.headers["content-security-policy"]
                assert b"Exif" not in answer.content
                if kind == "image/jpeg":
                    _stands_upright_without_notes(answer.content)
    async with asking(loket, officer) as client:
        sheet = routes.fill(
            routes.REVIEW_DOCUMENT_PAGE, reference=number, document=str(family.id), page="3"
        )
        assert (await client.get(sheet)).headers["content-type"] == "image/jpeg"
        assert (await client.get(sheet.removesuffix("3") + "4")).status_code == 404


def _stands_upright_without_notes(jpeg: bytes) -> None:
    picture = Image.open(io.BytesIO(jpeg))
    assert not picture.getexif()
    assert picture.height > picture.width


async def test_a_page_called_a_photo_is_never_served(loket: Loket, town: Town):
    resident = await town.resident()
    number = await town.draft(resident)
    await town.attach(resident, number, "ktp", b"<!DOCTYPE html><script>alert(1)</script>")
    await town.settled(number)
    document = await town.document(number, "ktp")
    async with asking(loket, resident) as client:
        path = routes.fill(routes.CASE_DOCUMENT, reference=number, document=str(document.id))
        assert (await client.get(path)).status_code == 404
        form = await client.get("/layanan/sktm/ajukan?periksa=1")
    assert "Isi berkas ini bukan" in form.text


def _place(page: Page, label: str) -> Locator:
    """Return the part of a form or a review that is about one document."""
    named = page.locator("label, h3").get_by_text(label, exact=True)
    return page.get_by_test_id("upload").filter(has=named)
