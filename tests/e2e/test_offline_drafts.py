"""What is typed stays on the phone until the server has it, and never over what is newer there."""

from playwright.async_api import Page, expect

from tests.e2e.line_phone import LinePhone
from tests.e2e.steps import press, slot
from tests.e2e.uploading import CARD, file, place
from tests.factories import Town

FORM = "/layanan/sktm/ajukan"
ROWS = "/layanan/ahli-waris/ajukan"
_TYPED = """async (words) => {
  const of = (request) => new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
  });
  const late = performance.now() + 10000;
  while (performance.now() < late) {
    const opened = await of(indexedDB.open('loket'));
    const all = await of(opened.transaction('drafts').objectStore('drafts').getAll());
    opened.close();
    if (JSON.stringify(all).includes(words)) return;
  }
  throw new Error(`not kept: ${words}`);
}"""


async def test_what_was_typed_outlives_the_browser_without_a_network(
    line_phone: LinePhone, town: Town
):
    page = await line_phone.signed_in(await town.resident())
    await page.goto(FORM)
    key = await page.locator("[name=form_key]").input_value()
    line_phone.line.cut()
    await _type(page, "Beasiswa anak pertama")
    page = await line_phone.restart()
    await page.goto(FORM)
    restored = page.get_by_test_id("network-draft")
    await expect(restored).to_be_visible()
    await expect(_purpose(page)).to_have_value("Beasiswa anak pertama")
    assert await page.locator("[name=form_key]").input_value() != key

    await restored.get_by_role("button", name="Buang").click()
    await expect(_purpose(page)).to_have_value("")
    await expect(restored).to_have_count(0)


async def test_what_the_server_has_is_not_brought_back_and_newer_is_not_overwritten(
    line_phone: LinePhone, town: Town
):
    resident = await town.resident()
    page = await line_phone.signed_in(resident)
    await page.goto(FORM)
    await _type(page, "Keringanan biaya sekolah")
    await press(page, "Simpan draf")
    await expect(_purpose(page)).to_have_value("Keringanan biaya sekolah")
    await expect(page.get_by_test_id("network-draft")).to_have_count(0)

    await _type(page, "Diketik di HP")
    await town.draft(resident, purpose="Diketik di komputer")
    await line_phone.restart()
    page = await line_phone.signed_in(resident)
    await page.goto(FORM)
    await expect(page.get_by_test_id("network-draft-other")).to_be_visible()
    await expect(_purpose(page)).to_have_value("Diketik di komputer")
    await page.get_by_role("button", name="Pakai isian itu").click()
    await expect(_purpose(page)).to_have_value("Diketik di HP")


async def test_rows_that_were_added_and_typed_into_are_there_after_the_phone_restarts(
    line_phone: LinePhone, town: Town
):
    page = await line_phone.signed_in(await town.resident())
    await page.goto(ROWS)
    for heir in ("Neneng", "Asep"):
        await _heirs(page).last.fill(heir)
        await press(page, page.get_by_role("button", name="Tambah baris").first)
    await expect(_heirs(page)).to_have_count(3)
    await _heirs(page).last.fill("Ujang")
    await page.locator("[name='heirs.2.relation'][value=cucu]").check()
    await page.evaluate(_TYPED, '["heirs.2.relation","cucu"]')
    line_phone.line.cut()
    page = await line_phone.restart()
    await page.goto(ROWS)
    await expect(page.get_by_test_id("network-draft")).to_be_visible()
    names = [await one.input_value() for one in await _heirs(page).all()]
    assert names == ["Neneng", "Asep", "Ujang"]
    await expect(page.locator("[name='heirs.2.relation']:checked")).to_have_value("cucu")


async def test_what_was_typed_is_there_when_a_file_has_begun_the_draft(
    line_phone: LinePhone, town: Town
):
    resident = await town.resident()
    page = await line_phone.signed_in(resident)
    await page.goto(FORM)
    await _type(page, "Beasiswa anak pertama")
    await slot(page, CARD).set_input_files(file())
    await expect(place(page)).to_contain_text("Aman, sudah tersimpan")
    (draft,) = await town.drafts(resident)
    assert draft.typed.get("purpose", "") == ""
    await line_phone.restart()
    page = await line_phone.signed_in(resident)
    await page.goto(FORM)
    await expect(page.get_by_test_id("network-draft")).to_be_visible()
    await expect(_purpose(page)).to_have_value("Beasiswa anak pertama")
    await expect(place(page)).to_contain_text("ktp.jpg")
    await press(page, "Simpan draf")
    (draft,) = await town.drafts(resident)
    assert draft.typed["purpose"] == "Beasiswa anak pertama"


async def _type(page: Page, words: str) -> None:
    """Type, and wait until the phone has it."""
    await _purpose(page).fill(words)
    await page.evaluate(_TYPED, words)


def _purpose(page: Page):
    return page.locator("[name=purpose]")


def _heirs(page: Page):
    return page.locator("[name^='heirs.'][name$='.name']")
