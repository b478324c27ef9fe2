"""What a page may weigh, on a line that is paid for by the megabyte: sizes and counts."""

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.factories import Person, Town
from tests.support.files import photo
from tests.support.people import become
from tests.support.running import Loket
from tests.support.seeding import resident_with_cases
from tests.support.waiting import until
from tests.support.weight import Scale, Weight

#: HTML and CSS of a first visit.
CONTENT_BYTES = 20_000
#: Over a whole visit, of a page that follows its case.
SCRIPT_BYTES = 28_500
#: Of a form, with all that sending its files takes.
FORM_SCRIPT_BYTES = 30_000
REQUESTS = 20
CASES = 20
PAGES = ("/", "/layanan", "/layanan/sktm", "/permohonan", "case")


@pytest.fixture(scope="module")
async def owner(town: Town) -> tuple[Person, str]:
    """A resident with a full list, and the number of a case that waits at the office."""
    return await resident_with_cases(town, CASES)


async def _address(
    which: str, phone: BrowserContext, loket: Loket, owner: tuple[Person, str]
) -> str:
    """Return a page's address; where it is private, the phone is signed in."""
    person, reference = owner
    if which in ("/permohonan", "case"):
        await become(phone, loket, person)
    return f"/permohonan/{reference}" if which == "case" else which


async def _arrive(page: Page, address: str) -> Weight:
    scale = await Scale.under(page)
    await page.goto(address, wait_until="load")
    await page.wait_for_load_state("networkidle")
    return scale.weight


@pytest.mark.parametrize("which", PAGES)
async def test_a_first_visit_is_light_and_needs_no_script(
    phone_without_javascript: BrowserContext, loket: Loket, owner: tuple[Person, str], which: str
):
    phone = phone_without_javascript
    address = await _address(which, phone, loket, owner)
    page = await phone.new_page()
    weight = await _arrive(page, address)
    await expect(page.locator("main h1")).to_be_visible()
    assert weight.content <= CONTENT_BYTES, weight
    assert weight.requests["Script"] == 0, weight
    assert weight.requests["Document"] == 1, weight
    assert weight.requests["Stylesheet"] <= 2, weight
    if which == "/permohonan":
        await expect(page.get_by_test_id("case-card")).to_have_count(CASES)


@pytest.mark.parametrize("which", PAGES)
async def test_a_whole_visit_fetches_little_script(
    phone: BrowserContext, loket: Loket, owner: tuple[Person, str], which: str
):
    address = await _address(which, phone, loket, owner)
    page = await phone.new_page()
    weight = await _arrive(page, address)
    assert weight.scripts <= SCRIPT_BYTES, weight
    assert weight.content <= CONTENT_BYTES, weight
    assert sum(weight.requests.values()) <= REQUESTS, weight


async def test_a_case_comes_alive_within_the_same_weight(
    phone: BrowserContext, loket: Loket, owner: tuple[Person, str]
):
    address = await _address("case", phone, loket, owner)
    page = await phone.new_page()
    await page.add_init_script("addEventListener('rx:hydrated', () => { window.isAlive = true; })")
    scale = await Scale.under(page)
    async with page.expect_websocket():
        await page.goto(address)
        # Who just looks at it and leaves has fetched none of that.
        assert scale.weight.scripts <= SCRIPT_BYTES / 10, scale.weight

    async def is_alive() -> bool:
        return await page.evaluate("'isAlive' in window")

    await until(is_alive)
    assert scale.weight.sockets == 1
    assert 0 < scale.weight.scripts <= SCRIPT_BYTES, scale.weight


async def test_a_page_without_anything_live_opens_no_line(phone: BrowserContext):
    page = await phone.new_page()
    weight = await _arrive(page, "/layanan/sktm")
    assert weight.sockets == 0


async def test_a_forms_script_is_fetched_once_and_kept_for_good(
    phone: BrowserContext, loket: Loket, owner: tuple[Person, str]
):
    await become(phone, loket, owner[0])
    page = await phone.new_page()
    async with page.expect_response("**/assets/scripts/*/form.js") as fetched:
        await page.goto("/layanan/sku/ajukan")
    script = await fetched.value
    headers = await script.all_headers()
    assert "immutable" in headers["cache-control"]
    assert headers["content-encoding"] == "br"


async def test_a_form_with_a_file_on_its_way_fetches_little_script(
    phone: BrowserContext, loket: Loket, town: Town
):
    await become(phone, loket, await town.resident())
    page = await phone.new_page()
    scale = await Scale.under(page)
    await page.goto("/layanan/sktm/ajukan", wait_until="networkidle")
    assert scale.weight.scripts <= FORM_SCRIPT_BYTES / 5, scale.weight
    await page.get_by_label("KTP", exact=True).set_input_files(photo())
    await expect(page.get_by_text("Aman, sudah tersimpan")).to_be_visible()
    assert scale.weight.scripts <= FORM_SCRIPT_BYTES, scale.weight
