"""What a person just did is said once, and nobody else can have it said."""

import pytest
from playwright.async_api import BrowserContext, Page, expect

from app.domain.identity import Role
from tests.e2e.conftest import NewContext
from tests.e2e.steps import press
from tests.factories import Town
from tests.support.people import become
from tests.support.running import Loket


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_a_sentence_about_what_was_done_is_not_said_again(
    new_phone: NewContext, loket: Loket, town: Town, scripts: bool
):
    phone = await new_phone(java_script_enabled=scripts)
    await become(phone, loket, await town.resident())
    page = await phone.new_page()
    await page.goto("/layanan/sktm/ajukan")
    await press(page, "Simpan draf")
    await expect(page.get_by_test_id("flash")).to_have_text("Draf tersimpan.")
    assert "?" not in page.url
    await page.reload()
    await expect(page.locator("main h1")).to_be_visible()
    await expect(page.get_by_test_id("flash")).to_have_count(0)


async def test_the_sentence_stays_when_the_page_comes_alive_and_when_it_changes(
    desk: BrowserContext, loket: Loket, town: Town
):
    officer = await town.staff(Role.OFFICER)
    number = await town.sent(await town.resident())
    await become(desk, loket, officer)
    page = await desk.new_page()
    await page.goto(f"/petugas/{number}")
    async with page.expect_websocket():
        await press(page, "Ambil")
    await expect(page.get_by_test_id("flash")).to_contain_text("sekarang Anda periksa")
    await town.accept_all(officer, number)
    await expect(page.get_by_role("button", name="Teruskan")).to_be_visible()
    await expect(page.get_by_test_id("flash")).to_contain_text("sekarang Anda periksa")
    await _is_silent_after_reload(page)


async def test_what_a_script_fetches_does_not_use_the_sentence_up(
    phone: BrowserContext, loket: Loket, town: Town
):
    await become(phone, loket, await town.resident())
    page = await phone.new_page()
    await page.goto("/layanan/sktm/ajukan")
    answer = await page.evaluate("""async () => {
        const body = new FormData(document.querySelector("form[data-form]"));
        body.set("action", "save");
        return (await fetch(location.pathname, { method: "POST", body })).url;
    }""")
    await page.goto(answer)
    await expect(page.get_by_test_id("flash")).to_have_text("Draf tersimpan.")
    await _is_silent_after_reload(page)


async def test_no_link_can_have_a_sentence_said(phone: BrowserContext):
    page = await phone.new_page()
    await page.goto("/?kabar=signed_out")
    await expect(page.locator("main h1")).to_be_visible()
    await expect(page.get_by_test_id("flash")).to_have_count(0)


async def _is_silent_after_reload(page: Page) -> None:
    await page.reload()
    await expect(page.locator("main h1")).to_be_visible()
    await expect(page.get_by_test_id("flash")).to_have_count(0)
