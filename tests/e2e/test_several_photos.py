"""Several photos of one paper become one document, also where nothing runs."""

from playwright.async_api import BrowserContext, expect

from tests.e2e.steps import open_form, press, slot
from tests.factories import Town
from tests.support.files import photo
from tests.support.people import become
from tests.support.running import Loket


async def test_two_photos_chosen_at_once_become_one_pdf_without_scripts(
    phone_without_javascript: BrowserContext, loket: Loket, town: Town
):
    resident = await town.resident()
    await become(phone_without_javascript, loket, resident)
    page = await phone_without_javascript.new_page()
    await open_form(page, "sktm")
    family = page.get_by_test_id("upload").filter(has_text="Kartu Keluarga")
    await slot(page, "Kartu Keluarga").set_input_files([photo("kk-1.jpg"), photo("kk-2.jpg")])
    await press(page, family.get_by_role("button", name="Unggah"))
    await expect(family).to_contain_text("kk-1.jpg, kk-2.jpg")
    await expect(family).to_contain_text("Aman, sudah tersimpan")
    async with town.open_all() as work:
        case = await work.cases.draft("sktm", resident.actor)
        assert case
    document = await town.document(case.reference, "kk")
    assert (document.content_type, document.pages) == ("application/pdf", 2)
