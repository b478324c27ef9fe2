"""The first sign-in asks who one is, once, and loses nothing over a slip."""

import re
import secrets

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.e2e.conftest import NewContext
from tests.e2e.steps import press, sign_in
from tests.factories import Town, new_nik
from tests.support.people import become
from tests.support.running import Loket


async def test_who_signs_in_for_the_first_time_is_asked_before_applying(phone: BrowserContext):
    page = await sign_in(phone, "warga-baru")
    await page.goto("/layanan/sktm")
    await page.get_by_role("link", name="Ajukan").first.click()
    await expect(page).to_have_url(re.compile("/akun/lengkapi"))
    await expect(page.get_by_label("Nama lengkap")).to_have_value("Neneng Kurniasih")


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_slips_are_told_and_nothing_typed_is_lost(
    new_phone: NewContext, loket: Loket, town: Town, scripts: bool
):
    phone = await new_phone(java_script_enabled=scripts)
    await become(phone, loket, await town.signed_in(f"baru-{secrets.token_hex(6)}", "Neneng"))
    page = await phone.new_page()
    await page.goto("/layanan/sktm/ajukan")
    await expect(page).to_have_url(re.compile("/akun/lengkapi"))

    month_13 = "3277011513900001"
    await _fill(page, month_13, "Neneng Kurniasih", "081")
    await expect(page.get_by_role("alert")).to_contain_text("Tanggal lahir di dalam NIK ini")
    await expect(page.get_by_role("alert")).to_contain_text("Nomor HP ini tidak bisa dihubungi")
    await expect(page.get_by_label("NIK")).to_have_value(month_13)
    await expect(page.get_by_label("NIK")).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("Nama lengkap")).to_have_value("Neneng Kurniasih")
    await expect(page.get_by_label("Nomor HP")).to_have_value("081")

    odd_region = new_nik("990101")
    await _fill(page, odd_region, "Neneng Kurniasih", "0812 3456 7890")
    await expect(page.get_by_text("Angka wilayah di awal NIK tidak kami kenal")).to_be_visible()
    await expect(page.get_by_label("NIK")).to_have_value(odd_region)
    await page.get_by_label("Data di atas sudah sesuai KTP saya").check()
    await press(page, "Simpan dan lanjutkan")

    await expect(page).to_have_url("/layanan/sktm/ajukan")
    await expect(page.get_by_text(f"{odd_region[:4]}••••••••{odd_region[-4:]}")).to_be_visible()
    assert odd_region not in await page.content()


async def _fill(page: Page, nik: str, name: str, phone: str) -> None:
    await page.get_by_label("NIK").fill(nik)
    await page.get_by_label("Nama lengkap").fill(name)
    await page.get_by_label("Nomor HP").fill(phone)
    await press(page, "Simpan dan lanjutkan")
