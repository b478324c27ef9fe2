"""Pages that are open show what happens, without being loaded again."""

import pytest
from playwright.async_api import BrowserContext, Page, expect

from app.domain.identity import Role
from app.domain.workflow import Step
from tests.e2e.steps import expect_status
from tests.factories import Town
from tests.support.people import become
from tests.support.running import Loket
from tests.support.waiting import until

#: What a page shows when it has been read, and when all of it is alive.
_WATCH = """
const shown = () => document.getElementById('rx-root').innerHTML;
addEventListener('DOMContentLoaded', () => { window.read = shown(); });
addEventListener('rx:hydrated', () => { window.alive = shown(); });
"""


@pytest.mark.parametrize(
    "path", ["/permohonan/{}", "/petugas/{}", "/petugas", "/petugas/tanda-tangan"]
)
async def test_a_page_comes_alive_without_a_change_to_what_is_read(
    phone: BrowserContext, loket: Loket, town: Town, path: str
):
    office = await town.office()
    resident, officer = await town.resident(), await town.staff(Role.OFFICER, office)
    number = await town.taken(resident, officer, office=office)
    await become(phone, loket, resident if path.startswith("/permohonan") else officer)
    page = await phone.new_page()
    await page.add_init_script(_WATCH)
    await page.goto(path.format(number))

    async def is_alive() -> bool:
        return await page.evaluate("'alive' in window")

    await until(is_alive)
    assert await page.evaluate("alive === read")


async def test_the_residents_page_follows_every_step_to_the_letter(
    phone: BrowserContext, loket: Loket, town: Town
):
    resident, officer = await town.resident(), await town.staff(Role.OFFICER)
    number = await town.sent(resident)
    await become(phone, loket, resident)
    page = await phone.new_page()
    await page.goto(f"/permohonan/{number}")
    await _mark(page)
    await expect_status(page, "submitted")

    await town.step(officer, number, Step.TAKE)
    await expect_status(page, "in_review")
    await expect(page.get_by_text(officer.actor.name).first).to_be_visible()
    await town.accept_all(officer, number)
    await town.step(officer, number, Step.FORWARD)
    await expect_status(page, "awaiting_signature")
    for role in (Role.SECTION_HEAD, Role.SECRETARY):
        official = await town.staff(role, name=f"Ibu {role.value}")
        await town.step(official, number, Step.INITIAL)
        await expect(page.get_by_test_id("timeline")).to_contain_text(f"Ibu {role.value}")
    await town.step(await town.staff(Role.HEAD), number, Step.SIGN)
    await expect_status(page, "done")
    await expect(page.get_by_role("link", name="Unduh surat")).to_be_visible()
    assert await _is_marked(page)


async def test_the_queue_shows_new_cases_and_lets_go_of_taken_ones(
    desk: BrowserContext, loket: Loket, town: Town
):
    office = await town.office()
    officer = await town.staff(Role.OFFICER, office)
    await become(desk, loket, officer)
    page = await desk.new_page()
    await page.goto("/petugas")
    await _mark(page)
    await expect(page.get_by_test_id("empty")).to_be_visible()

    number = await town.sent(await town.resident(), office=office)
    rows = page.get_by_test_id("queue-row")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text(number)
    await town.step(officer, number, Step.TAKE)
    await expect(rows).to_have_count(0)
    assert await _is_marked(page)


async def test_the_list_of_what_waits_for_a_signature_fills_by_itself(
    desk: BrowserContext, loket: Loket, town: Town
):
    office = await town.office()
    await become(desk, loket, await town.staff(Role.HEAD, office))
    page = await desk.new_page()
    await page.goto("/petugas/tanda-tangan")
    await _mark(page)
    await expect(page.get_by_test_id("empty")).to_be_visible()
    officer = await town.staff(Role.OFFICER, office)
    number = await town.at_signature(await town.resident(), officer, office=office)
    await expect(page.get_by_role("checkbox", name=number)).to_be_visible()
    assert await _is_marked(page)


async def _mark(page: Page) -> None:
    """Leave a mark in the page that loading it again would take away."""
    await page.evaluate("window.marked = true")


async def _is_marked(page: Page) -> bool:
    return await page.evaluate("window.marked === true")
