"""Who signs out is out: everywhere, at once."""

import asyncio

from playwright.async_api import BrowserContext, Page, expect

from tests.e2e.conftest import PATIENCE_MS, NewContext
from tests.e2e.steps import press, sign_in, tell_who
from tests.factories import Person, Town
from tests.support.asking import asking
from tests.support.people import become
from tests.support.running import Loket


async def test_after_signing_out_neither_cookie_nor_open_page_works(
    phone: BrowserContext, loket: Loket, town: Town
):
    page = await sign_in(phone, "warga1")
    (cookie,) = [one for one in await phone.cookies() if one.get("name") == "loket"]
    assert cookie.get("httpOnly")
    assert cookie.get("sameSite") == "Lax"
    old = await town.signed_in("warga1")
    seen = Person(old.actor, cookie.get("value", ""), "warga1")
    number = await town.draft(seen)
    async with asking(loket, seen) as client:
        assert (await client.get("/akun")).status_code == 200

    watching = await phone.new_page()
    closed = _line_closed(watching)
    async with watching.expect_websocket():
        await watching.goto(f"/permohonan/{number}")
    await page.goto("/akun")
    await press(page, "Keluar")
    await expect(page.get_by_test_id("flash")).to_have_text("Anda sudah keluar.")
    assert not [one for one in await phone.cookies() if one.get("name") == "loket"]
    await asyncio.wait_for(closed, PATIENCE_MS / 1000)
    async with asking(loket, seen) as client:
        answer = await client.get("/akun")
        assert (answer.status_code, answer.headers["location"]) == (302, "/masuk?kembali=%2Fakun")
    async with asking(loket, old) as client:  # another device stays signed in
        assert (await client.get("/akun")).status_code == 200


async def test_who_signs_out_is_asked_again_and_comes_back(phone: BrowserContext):
    page = await sign_in(phone, "petugas")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Antrean")
    await page.goto("/akun")
    await press(page, "Keluar")
    await page.goto("/petugas?tampil=ended")
    await tell_who(page, "petugas")
    await expect(page).to_have_url("/petugas?tampil=ended")


async def test_a_lost_phone_is_signed_out_from_another_one(
    new_phone: NewContext, loket: Loket, town: Town
):
    person = await town.resident()
    lost = await town.signed_in(person.subject)
    here, away = await new_phone(java_script_enabled=False), await new_phone()
    await become(here, loket, person)
    await become(away, loket, lost)
    watching = await away.new_page()
    closed = _line_closed(watching)
    number = await town.draft(lost)
    async with watching.expect_websocket():
        await watching.goto(f"/permohonan/{number}")

    page = await here.new_page()
    await page.goto("/akun")
    everywhere = page.get_by_role("button", name="Akhiri semua yang lain")
    await expect(everywhere).to_be_visible()
    name = await town.session_name(lost)
    await press(page, page.locator(f"form[action$='{name}']").get_by_role("button"))
    await expect(page.get_by_test_id("flash")).to_have_text(
        "Perangkat itu sudah keluar dari akun Anda."
    )
    await asyncio.wait_for(closed, PATIENCE_MS / 1000)
    await watching.goto("/akun")
    await expect(watching.get_by_label("Kata sandi")).to_be_visible()

    await town.signed_in(person.subject)
    await page.reload()
    await press(page, everywhere)
    await expect(page.get_by_test_id("flash")).to_have_text(
        "Semua perangkat lain sudah keluar dari akun Anda."
    )
    await expect(page.get_by_role("button", name="Akhiri")).to_have_count(0)
    await expect(page.get_by_text("perangkat ini")).to_be_visible()


def _line_closed(page: Page) -> "asyncio.Future[None]":
    """Return what is done when a websocket of the page has been opened and closed again."""
    closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def end(_: object) -> None:
        if not closed.done():
            closed.set_result(None)

    page.on("websocket", lambda socket: socket.on("close", end))
    return closed
