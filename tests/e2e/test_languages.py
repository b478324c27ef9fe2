"""The language changes where one stands, and takes along what was typed."""

import pytest
from playwright.async_api import BrowserContext, expect

from tests.e2e.conftest import NewContext
from tests.e2e.steps import press
from tests.factories import Town
from tests.support.people import become
from tests.support.running import Loket


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_a_form_goes_on_in_the_other_language(
    new_phone: NewContext, loket: Loket, town: Town, scripts: bool
):
    phone = await new_phone(java_script_enabled=scripts)
    await become(phone, loket, await town.resident())
    page = await phone.new_page()
    await page.goto("/layanan/sktm/ajukan")
    await page.get_by_label("Keperluan").fill("Berobat")
    await press(page, "English")
    await expect(page).to_have_url(f"{loket.url}/en/layanan/sktm/ajukan")
    await expect(page.get_by_test_id("flash")).to_have_text("Draft saved.")
    await expect(page.locator("[name=purpose]")).to_have_value("Berobat")
    await press(page, "Bahasa Indonesia")
    await expect(page.get_by_label("Keperluan")).to_have_value("Berobat")


async def test_the_first_questions_go_on_in_the_other_language(
    phone: BrowserContext, loket: Loket, town: Town
):
    await become(phone, loket, await town.signed_in("baru-berganti-bahasa", "Neneng"))
    page = await phone.new_page()
    await page.goto("/akun/lengkapi?kembali=/permohonan")
    await page.get_by_label("Nomor HP").fill("0812 3456")
    await press(page, "English")
    await expect(page.get_by_label("Mobile number")).to_have_value("0812 3456")
    await expect(page.locator("[name=kembali]")).to_have_value("/permohonan")


async def test_a_page_without_a_form_is_the_same_page_in_the_other_language(
    phone: BrowserContext, loket: Loket
):
    page = await phone.new_page()
    for path, there in (
        ("/", "/en"),
        ("/layanan/sktm", "/en/layanan/sktm"),
        ("/layanan?cari=warung+nasi", "/en/layanan?cari=warung+nasi"),
    ):
        await page.goto(path)
        await page.get_by_role("link", name="English").click()
        await expect(page).to_have_url(loket.url + there)
        await page.get_by_role("link", name="Bahasa Indonesia").click()
        await expect(page).to_have_url(loket.url + path)
