"""Photos of papers are turned, cropped, judged and made light before they leave the phone."""

import io
import re

import pikepdf
from axe_playwright_python.async_playwright import Axe
from PIL import Image
from playwright.async_api import BrowserContext, FilePayload, Locator, Page, expect

from storage import keys
from tests.e2e.steps import choose, open_form, press, send, slot
from tests.e2e.uploading import place
from tests.factories import Town
from tests.support.files import paper, phone_photo, photo, text_called_jpg
from tests.support.people import become
from tests.support.running import Loket

VILLAGE, STATEMENT, CARD, FAMILY = (
    "SKTM dari desa atau kelurahan",
    "Surat pernyataan bermeterai",
    "KTP",
    "Kartu Keluarga",
)


async def _at_form(phone: BrowserContext, loket: Loket, town: Town) -> Page:
    await become(phone, loket, await town.resident())
    page = await phone.new_page()
    await open_form(page, "sktm")
    return page


async def _chosen(page: Page, label: str, *files: FilePayload) -> Locator:
    """Choose photos for a document; return the dialog once it knows what they will weigh."""
    await slot(page, label).set_input_files(list(files))
    await place(page, label).get_by_role("button", name="Atur foto").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text(re.compile("Yang dikirim .* bukan"))).to_be_visible()
    return dialog


async def _do(dialog: Locator, button: str) -> None:
    await dialog.get_by_role("button", name=button, exact=True).click()


async def _original(town: Town, number: str, requirement: str) -> bytes:
    document = await town.document(number, requirement)
    return await town.parts.files.get(keys.original(document.id))


async def test_a_photo_of_12_megapixels_is_turned_and_cropped_and_arrives_light(
    phone: BrowserContext, loket: Loket, town: Town
):
    page = await _at_form(phone, loket, town)
    await page.get_by_label("Keperluan").fill("Keringanan biaya sekolah")
    async with page.expect_response(re.compile(r"/prepare[^/]*\.js$")) as asked:
        async with page.expect_file_chooser() as camera:
            await place(page, CARD).get_by_role("button", name="Ambil foto").click()
        await (await camera.value).set_files(phone_photo())
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("Yang dikirim")).to_be_visible()
    assert (await (await asked.value).request.sizes())["responseBodySize"] < 12_000

    await _do(dialog, "Putar kanan")
    await _drag(page, dialog.get_by_role("button", name="Sudut kiri atas"), right=40, down=0)
    await expect(dialog.get_by_text("Yang dikirim")).to_be_visible()
    await _do(dialog, "Pakai foto ini")
    await expect(dialog).to_have_count(0)
    await choose(page, {label: photo() for label in (VILLAGE, STATEMENT, FAMILY)})
    number = await send(page)
    await town.settled(number)
    document = await town.document(number, "ktp")
    sent = await _original(town, number, "ktp")
    assert (document.size, document.safety) == (len(sent), "safe")
    assert len(sent) <= 400_000
    assert b"Exif" not in sent
    # Upright it was 3024 x 4032; turned, it lies, and a strip of its left is gone.
    picture = Image.open(io.BytesIO(sent))
    assert 1.1 < picture.width / picture.height < 1.3
    assert 1500 < picture.width <= 2100


async def _drag(page: Page, corner: Locator, *, right: int, down: int) -> None:
    await corner.scroll_into_view_if_needed()
    box = await corner.bounding_box()
    assert box
    x, y = box["x"] + 12, box["y"] + 12
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + right, y + down, steps=3)
    await page.mouse.up()


async def test_photos_of_several_pages_become_one_pdf_in_the_order_that_was_given(
    phone: BrowserContext, loket: Loket, town: Town
):
    page = await _at_form(phone, loket, town)
    await page.get_by_label("Keperluan").fill("Keringanan biaya sekolah")
    await choose(page, {label: photo() for label in (VILLAGE, STATEMENT, CARD)})
    dialog = await _chosen(page, FAMILY, paper("satu.jpg"), photo("dua.jpg"))
    await dialog.get_by_label("Tambah halaman").set_input_files(photo("tiga.jpg"))
    await expect(dialog.get_by_role("button", name="Halaman 3 dari 3")).to_be_visible()
    await _do(dialog, "Ke depan")
    await _do(dialog, "Ke depan")
    await _do(dialog, "Halaman 3 dari 3")
    await _do(dialog, "Hapus")
    await _do(dialog, "Pakai foto ini")
    await expect(dialog).to_have_count(0)
    number = await send(page)
    await town.settled(number)
    document = await town.document(number, "kk")
    assert (document.content_type, document.pages) == ("application/pdf", 2)
    with pikepdf.open(io.BytesIO(await _original(town, number, "kk"))) as pdf:
        pictures = [next(iter(one.get_images().values())) for one in pdf.pages]
        widths = [picture.stream_dict.Width for picture in pictures]
    assert widths == [300, 2048]


async def test_a_blurred_or_dark_photo_is_warned_of_and_the_dialog_is_open_to_all(
    phone: BrowserContext, loket: Loket, town: Town
):
    page = await _at_form(phone, loket, town)
    dialog = await _chosen(page, FAMILY, paper(blur=8), paper(light=0.12))
    await expect(place(page, FAMILY)).to_contain_text("tampak buram")
    warning = dialog.get_by_role("status").filter(has_text="petugas")
    await expect(warning).to_contain_text("tampak buram")
    await dialog.get_by_text("Potong tepi").click()
    found = await Axe().run(page, context=".photo")
    assert found.response["violations"] == [], found.generate_report()
    await _do(dialog, "Pakai saja")
    await expect(warning).to_have_count(0)
    await _do(dialog, "Halaman 2 dari 2")
    await expect(warning).to_contain_text("terlalu gelap")
    await dialog.get_by_label("Foto lagi").set_input_files(paper())
    await expect(warning).to_have_count(0)
    await _do(dialog, "Batal")
    await expect(place(page, FAMILY)).to_contain_text("Aman, sudah tersimpan")


async def test_a_photo_is_mended_with_the_keyboard_alone(
    desk: BrowserContext, loket: Loket, town: Town
):
    page = await _at_form(desk, loket, town)
    await slot(page, CARD).set_input_files(paper())
    await expect(place(page, CARD).get_by_role("button", name="Atur foto")).to_be_visible()
    await slot(page, CARD).focus()
    await _tab_to(page, "Atur foto")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("Yang dikirim")).to_be_visible()
    frame = dialog.locator("[data-part=frame]")
    await expect(frame).to_be_visible()
    before = await frame.bounding_box()
    await _tab_to(page, "Sudut kanan bawah")
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp"):
        await page.keyboard.press(key)
    after = await frame.bounding_box()
    assert before
    assert after
    assert (after["width"], after["height"]) < (before["width"], before["height"])
    await _tab_to(page, "Putar kiri")
    await page.keyboard.press("Enter")
    await _tab_to(page, "Potong tepi")
    await page.keyboard.press("Enter")
    await _tab_to(page, "Bawah")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_text("Yang dikirim")).to_be_visible()
    await _tab_to(page, "Pakai foto ini")
    await page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(page.locator(":focus")).to_have_text("Atur foto")


async def _tab_to(page: Page, name: str) -> None:
    for _ in range(30):
        await page.keyboard.press("Tab")
        focused = page.locator(":focus")
        said = await focused.get_attribute("aria-label") or await focused.inner_text()
        if said.startswith(name):
            return
    raise AssertionError(f"no way by Tab to {name}")


async def test_a_form_that_is_sent_at_once_takes_its_photo_along_made_light(
    phone: BrowserContext, loket: Loket, town: Town
):
    page = await _at_form(phone, loket, town)
    await page.get_by_label("Keperluan").fill("Keringanan biaya sekolah")
    await choose(page, {label: photo() for label in (VILLAGE, STATEMENT, FAMILY)})
    await choose(page, {CARD: phone_photo()})
    number = await send(page)
    await town.settled(number)
    sent = await _original(town, number, "ktp")
    assert len(sent) <= 500_000
    assert b"Exif" not in sent


async def test_what_no_phone_can_open_goes_on_as_it_was_chosen(
    phone: BrowserContext, loket: Loket, town: Town
):
    page = await _at_form(phone, loket, town)
    await slot(page, CARD).set_input_files(text_called_jpg("catatan.jpg"))
    await expect(place(page, CARD)).to_contain_text("Isi berkas ini bukan")


async def test_two_photos_chosen_at_once_become_one_pdf_without_scripts(
    phone_without_javascript: BrowserContext, loket: Loket, town: Town
):
    resident = await town.resident()
    await become(phone_without_javascript, loket, resident)
    page = await phone_without_javascript.new_page()
    await open_form(page, "sktm")
    family = page.get_by_test_id("upload").filter(has_text="Kartu Keluarga")
    await slot(page, FAMILY).set_input_files([photo("kk-1.jpg"), photo("kk-2.jpg")])
    await press(page, family.get_by_role("button", name="Unggah"))
    await expect(family).to_contain_text("kk-1.jpg, kk-2.jpg")
    await expect(family).to_contain_text("Aman, sudah tersimpan")
    async with town.open_all() as work:
        case = await work.cases.draft("sktm", resident.actor)
        assert case
    document = await town.document(case.reference, "kk")
    assert (document.content_type, document.pages) == ("application/pdf", 2)
