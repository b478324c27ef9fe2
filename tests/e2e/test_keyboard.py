"""Everything can be done with a keyboard alone, and one always sees where one is."""

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import BrowserContext, Page, expect

from app.domain.identity import Role
from tests.e2e.conftest import NewContext
from tests.e2e.keyboard import enter, here, reach, tab, walk
from tests.e2e.steps import DOCUMENTS, OFFICE_NAME, PASSWORD, choose, expect_status
from tests.factories import Person, Town
from tests.support.files import photo
from tests.support.people import become
from tests.support.running import Loket

_TABBABLE = """[...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]")].filter((e) =>
  e.tabIndex >= 0 && !e.disabled && e.checkVisibility({ checkVisibilityCSS: true })
  && (e.type !== "radio" || e.checked || !document.querySelector(`[name="${e.name}"]:checked`)))"""


@pytest.fixture(scope="module")
async def resident(town: Town) -> tuple[Person, str]:
    """A resident, and the number of the case that the office sent."""
    person = await town.resident()
    return person, await town.sent(person)


@pytest.mark.parametrize("height", [800, 300], ids=["a phone", "a window at 400 per cent"])
@pytest.mark.parametrize("path", ["/", "/layanan/domisili/ajukan?periksa=1", "case", "/verifikasi"])
async def test_the_focus_goes_everywhere_in_order_and_is_never_hidden(
    new_context: NewContext, loket: Loket, resident: tuple[Person, str], path: str, height: int
):
    context = await new_context(viewport={"width": 320, "height": height})
    person, number = resident
    await become(context, loket, person)
    page = await context.new_page()
    await page.goto(f"/permohonan/{number}" if path == "case" else path)
    stops = await walk(page)
    places = await page.evaluate(
        f"(() => {{ const all = [...document.body.querySelectorAll('*')]; "
        f"return {_TABBABLE}.map((e) => all.indexOf(e)); }})()"
    )
    assert [stop.place for stop in stops] == places


async def test_the_first_stop_skips_to_the_content(phone: BrowserContext):
    page = await phone.new_page()
    await page.goto("/layanan")
    first = await tab(page)
    assert first
    assert "Langsung ke isi halaman" in first.name
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    assert (await tab(page) or first).name == "input cari"


async def test_a_resident_applies_and_follows_with_the_keyboard(phone: BrowserContext):
    page = await phone.new_page()
    await page.goto("/layanan/sku")
    await enter(page, page.get_by_role("link", name="Ajukan"))
    await _sign_in(page, "warga2")
    await page.wait_for_url(re.compile("/layanan/sku/ajukan"))
    await _choose_office(page)
    await reach(page, page.get_by_label("Nama usaha"))
    await page.keyboard.type("Warung Bu Siti")
    await reach(page, page.get_by_label("Keperluan"))
    await page.keyboard.type("Pengajuan KUR")
    await enter(page, page.get_by_role("button", name="Kirim permohonan"))

    # Refused for want of documents: the focus is where that is said, and leads to each.
    await expect(page.locator("#masalah")).to_be_focused()
    await tab(page)
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("KTP", exact=True)).to_be_focused()
    seen = await here(page)
    assert seen
    assert seen.seen
    assert seen.outlined
    # The window in which files are chosen is the phone's own.
    await choose(page, {label: photo(f"{label}.jpg") for label in DOCUMENTS["sku"]})
    await enter(page, page.get_by_role("button", name="Kirim permohonan"))
    await expect_status(page, "submitted")
    await enter(page, page.locator("main a.code"))
    await expect(page).to_have_url(re.compile("/lacak/"))
    await expect_status(page, "submitted")


async def test_an_officer_works_the_queue_with_the_keyboard(
    desk: BrowserContext, loket: Loket, town: Town
):
    office = await town.office()
    numbers = [await town.sent(await town.resident(), office=office) for _ in range(2)]
    await become(desk, loket, await town.staff(Role.OFFICER, office))
    page = await desk.new_page()
    await page.goto("/petugas?tampil=new")
    rows = page.get_by_test_id("queue-row").get_by_role("link")
    await expect(rows).to_have_count(2)
    await reach(page, rows.first)
    for key, at in (("j", 1), ("ArrowDown", 1), ("k", 0), ("End", 1), ("ArrowUp", 0)):
        await page.keyboard.press(key)
        await expect(rows.nth(at)).to_be_focused()
    await enter(page, rows.first)
    assert any(number in page.url for number in numbers)
    for button in ("Ambil", "Semua berkas sesuai", "Teruskan"):
        await enter(page, page.get_by_role("button", name=button, exact=True))
    await expect(page).to_have_url(re.compile("/petugas$"))


async def test_the_head_signs_with_the_keyboard(desk: BrowserContext, loket: Loket, town: Town):
    office = await town.office()
    number = await town.ready_to_sign(await town.resident(), office)
    await become(desk, loket, await town.staff(Role.HEAD, office))
    page = await desk.new_page()
    await page.goto("/petugas/tanda-tangan")
    await reach(page, page.get_by_role("checkbox", name=number))
    await page.keyboard.press("Space")
    await enter(page, page.get_by_role("button", name="Tanda tangani"))
    await expect(page.get_by_test_id("flash")).to_contain_text("sudah diproses")


async def test_a_first_sign_in_with_gaps_leads_to_what_is_missing(
    phone: BrowserContext, loket: Loket, town: Town
):
    await become(phone, loket, await town.signed_in("baru-dengan-papan-ketik", "Neneng"))
    page = await phone.new_page()
    await page.goto("/akun/lengkapi")
    await enter(page, page.get_by_role("button", name="Simpan dan lanjutkan"))
    await expect(page.locator("#masalah")).to_be_focused()


async def _sign_in(page: Page, account: str) -> None:
    await expect(page.get_by_label("Nama pengguna")).to_be_focused()
    assert (await Axe().run(page)).violations_count == 0
    await page.keyboard.type(account)
    await tab(page)
    await expect(page.get_by_label("Kata sandi")).to_be_focused()
    await page.keyboard.type(PASSWORD)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def _choose_office(page: Page) -> None:
    """Choose the demo's office: few are radio buttons, many a list."""
    few = page.get_by_role("radio", name=OFFICE_NAME)
    if not await few.count():
        await reach(page, page.get_by_label("Pilih kantor yang mengurus"))
        await page.keyboard.type(OFFICE_NAME)
    elif not await few.is_checked():
        await reach(page, page.get_by_role("radio", checked=True).or_(few).first)
        await page.keyboard.press("Space")
