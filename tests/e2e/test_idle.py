"""Who long did nothing is told before they are signed out, and can stay with one press."""

import re
from datetime import timedelta

from playwright.async_api import BrowserContext, Page, expect
from sqlalchemy import text

from app.usecases.sessions import IDLE
from tests.factories import Person, Town
from tests.support.people import become
from tests.support.running import Loket
from tests.support.waiting import until

_MOMENT = timedelta(minutes=1)
_AGO = text("UPDATE session SET seen_at = now() - interval '20 minutes' WHERE person_id = :person")
_IDLE = text("SELECT now() - seen_at FROM session WHERE person_id = :person")


async def test_who_is_about_to_be_signed_out_is_told_and_stays_with_one_press(
    phone: BrowserContext, loket: Loket, town: Town
):
    resident = await town.resident()
    page = await _opened(phone, loket, resident)
    warning = page.get_by_test_id("network-idle")
    await _wait(page, IDLE - timedelta(minutes=7))
    await expect(warning).to_have_count(0)
    await _wait(page, 3 * _MOMENT)
    await expect(warning).to_contain_text("Anda akan keluar sendiri sebentar lagi")
    async with town.open_all() as work:
        await (await work.session.connection()).execute(_AGO, {"person": resident.actor.person})
    await warning.get_by_role("button", name="Tetap masuk").click()
    await expect(warning).to_have_count(0)

    async def is_used() -> bool:
        async with town.open_all() as work:
            connection = await work.session.connection()
            found = await connection.execute(_IDLE, {"person": resident.actor.person})
        return any(unused < timedelta(minutes=19) for unused in found.scalars())

    await until(is_used)


async def test_a_session_that_ended_by_itself_is_said_with_the_way_back(
    phone: BrowserContext, loket: Loket, town: Town
):
    page = await _opened(phone, loket, await town.resident())
    await _wait(page, IDLE + _MOMENT)
    again = page.get_by_test_id("network-ended").get_by_role("link", name="Masuk lagi")
    await expect(again).to_have_attribute("href", re.compile(r"/masuk\?kembali=%2Fpermohonan$"))


async def test_what_is_done_in_another_tab_keeps_this_one_quiet(
    phone: BrowserContext, loket: Loket, town: Town
):
    page = await _opened(phone, loket, await town.resident())
    await _wait(page, IDLE - 3 * _MOMENT)
    await expect(page.get_by_test_id("network-idle")).to_be_visible()
    other = await phone.new_page()
    await other.goto("/")
    await expect(page.get_by_test_id("network-idle")).to_have_count(0)


async def _opened(phone: BrowserContext, loket: Loket, resident: Person) -> Page:
    await become(phone, loket, resident)
    await phone.clock.install()
    page = await phone.new_page()
    await page.goto("/permohonan")
    return page


async def _wait(page: Page, spell: timedelta) -> None:
    await page.clock.fast_forward(int(spell.total_seconds() * 1000))
