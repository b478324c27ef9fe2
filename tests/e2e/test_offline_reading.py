"""Without a network a resident reads what they last saw, and nobody else does."""

import re

from playwright.async_api import Page, expect

from tests.e2e.line_phone import LinePhone
from tests.e2e.steps import press
from tests.factories import Town
from tests.support.people import become

_KEPT = """(async () => {
  if ((await indexedDB.databases()).length === 0) return [];
  const of = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const opened = await of(indexedDB.open('loket'));
  const all = await of(opened.transaction('pages').objectStore('pages').getAll());
  opened.close();
  return all;
})()"""
_FILL = """(count) => new Promise((resolve, reject) => {
  const opening = indexedDB.open('loket');
  opening.onsuccess = () => {
    const change = opening.result.transaction(['pages', 'texts'], 'readwrite');
    for (let n = 1; n <= count; n++) {
      const path = `/lama/${n}`;
      const page = { path, account: '', title: 'x', at: '', turn: -n, bytes: 10 };
      change.objectStore('pages').put(page);
      change.objectStore('texts').put({ path, html: 'x', headers: [] });
    }
    change.oncomplete = () => { opening.result.close(); resolve(); };
  };
})"""


async def test_what_was_seen_is_shown_with_its_time_also_after_a_restart(
    line_phone: LinePhone, town: Town
):
    resident = await town.resident()
    number = await town.sent(resident)
    page = await line_phone.signed_in(resident)
    case = f"/permohonan/{number}"
    seen = ["/layanan", "/layanan/sktm", "/layanan/sku/ajukan", "/permohonan", case]
    for path in seen:
        await page.goto(path)
        await expect(page.get_by_test_id("network-kept")).to_have_count(0)
    line_phone.line.cut()
    page = await line_phone.restart()
    # The phone's own clock is years behind; what is shown goes by the server's.
    await page.add_init_script("Date.now = () => 0")
    for path in seen:
        await page.goto(path)
        await _expect_kept(page)
    await expect(page.get_by_text(number).first).to_be_visible()
    await page.goto("/layanan/domisili")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tidak ada jaringan")
    shelf = page.get_by_test_id("kept-pages")
    await expect(shelf.get_by_role("link").filter(has_text="Permohonan saya")).to_be_visible()
    await expect(shelf.get_by_text("2026").first).to_be_visible()
    line_phone.line.mend()
    await page.goto("/permohonan")
    await expect(page.get_by_test_id("network-kept")).to_have_count(0)


async def test_a_silent_network_is_waited_for_and_then_the_copy_is_shown(
    line_phone: LinePhone, town: Town
):
    page = await line_phone.signed_in(await town.resident())
    await page.goto("/permohonan")
    line_phone.line.is_silent = True
    await page.goto("/permohonan")
    slow = page.get_by_test_id("network-slow")
    await expect(slow).to_be_visible()
    await expect(slow.get_by_role("link", name="Muat ulang")).to_be_visible()


async def test_copies_are_for_the_account_that_saw_them_and_go_when_it_signs_out(
    line_phone: LinePhone, town: Town
):
    tuti, neneng = await town.resident("Tuti Alawiyah"), await town.resident("Neneng Hasanah")
    page = await line_phone.signed_in(tuti)
    await page.goto("/permohonan")
    await page.goto("/akun")
    assert await _paths(page) <= {"/", "/permohonan"}

    await become(line_phone.context, line_phone.loket, neneng)
    await page.goto("/permohonan")
    await page.goto("/layanan/sktm")
    assert await _accounts(page) == 1
    line_phone.line.cut()
    await page.goto("/permohonan")
    await _expect_kept(page)
    await expect(page.get_by_text("Tuti")).to_have_count(0)

    line_phone.line.mend()
    await page.goto("/")
    await press(page, "Keluar")
    await expect(page.get_by_test_id("flash")).to_have_text("Anda sudah keluar.")
    await line_phone.at_work(page)
    assert await _accounts(page) == 0
    line_phone.line.cut()
    await page.goto("/permohonan")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tidak ada jaringan")


async def test_who_has_just_signed_in_is_shown_nobodys_copies(line_phone: LinePhone, town: Town):
    page = await line_phone.signed_in(await town.resident())
    await page.goto("/permohonan")
    line_phone.line.loses = b"GET /masuk/selesai"  # whoever that would have been
    await page.goto("/masuk/selesai")
    await page.goto("/permohonan")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tidak ada jaringan")


async def test_only_so_much_is_kept_and_the_oldest_goes_first(line_phone: LinePhone, town: Town):
    page = await line_phone.signed_in(await town.resident())
    await page.goto("/permohonan")
    await page.evaluate(_FILL, 200)
    await page.goto("/layanan/sktm")
    await page.goto("/akun")
    kept = await page.evaluate(_KEPT)
    assert len(kept) == 60
    assert {"/permohonan", "/layanan/sktm"} < {one["path"] for one in kept}
    assert sum(one["bytes"] for one in kept) <= 3_000_000


async def _expect_kept(page: Page) -> None:
    notice = page.get_by_test_id("network-kept")
    await expect(notice).to_be_visible()
    moment = re.compile(r"^\w+, \d+ \w+ 2026 pukul \d\d\.\d\d$")
    await expect(notice.locator("time")).to_have_text(moment)


async def _paths(page: Page) -> set[str]:
    """Return what is kept of private pages."""
    return {one["path"] for one in await page.evaluate(_KEPT) if one["account"]}


async def _accounts(page: Page) -> int:
    return len({one["account"] for one in await page.evaluate(_KEPT)} - {""})
