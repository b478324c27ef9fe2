"""What people do on Loket's pages, by the words that they read there."""

import re
from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import BrowserContext, FilePayload, Locator, Page, expect

from tests.support.files import photo
from tests.support.running import Loket

PASSWORD = "loket-demo"
OFFICE_NAME = "Kecamatan Cimahi Selatan"
#: The documents of each service, as its form names them.
DOCUMENTS = {
    "sktm": (
        "SKTM dari desa atau kelurahan",
        "Surat pernyataan bermeterai",
        "KTP",
        "Kartu Keluarga",
    ),
    "sku": ("KTP", "Kartu Keluarga", "Surat pengantar RT/RW", "Foto usaha"),
}


async def sign_in(context: BrowserContext, account: str) -> Page:
    """Sign in through the provider's own page, as everyone does."""
    page = await context.new_page()
    await page.goto("/masuk")
    await tell_who(page, account)
    return page


async def tell_who(page: Page, account: str) -> None:
    """Fill in the provider's form, and come back."""
    await page.get_by_label("Nama pengguna").fill(account)
    await page.get_by_label("Kata sandi").fill(PASSWORD)
    await page.get_by_role("button", name="Masuk").click()
    await page.wait_for_url(lambda address: "/identitas" not in address and "/masuk" not in address)


async def press(page: Page, button: str | Locator) -> None:
    """Press a button that sends a form, and wait for the page that answers."""
    if isinstance(button, str):
        button = page.get_by_role("button", name=button, exact=True).locator("visible=true").first
    async with page.expect_navigation():
        await button.click()


async def open_form(page: Page, service: str) -> None:
    """Come to a service's form from its page."""
    await page.goto(f"/layanan/{service}")
    await page.get_by_role("link", name="Ajukan").first.click()
    await page.wait_for_url(re.compile(f"/layanan/{service}/ajukan"))


async def choose(page: Page, files: Mapping[str, FilePayload]) -> None:
    """Choose a file for each of these documents."""
    for label, file in files.items():
        await slot(page, label).set_input_files(file)


def slot(page: Page, label: str) -> Locator:
    """Return the file input of a document, also where one that came already stands before it."""
    return page.get_by_label(label, exact=True).and_(page.locator(":not([hidden] *)"))


async def send(page: Page) -> str:
    """Send the form; return the number of the case that it made."""
    await press(page, "Kirim permohonan")
    await expect(page).to_have_url(re.compile(r"/permohonan/[\w-]+$"))
    await expect(page.get_by_test_id("flash")).to_be_visible()
    return number_in(page)


def number_in(page: Page) -> str:
    """Return the number of the case whose page is open."""
    found = re.search(r"/(?:permohonan|petugas)/(\d{4}-\w+)", page.url)
    assert found, page.url
    return found[1]


async def choose_office(page: Page, name: str) -> None:
    """Choose the office; few are offered as radio buttons, many as a list."""
    few = page.get_by_role("radio", name=name)
    if await few.count():
        await few.check()
    else:
        await page.get_by_label("Pilih kantor yang mengurus").select_option(name)


async def apply_for(page: Page, service: str, answers: Mapping[str, str]) -> str:
    """Apply at the demo's office with photos for all documents; return the case's number."""
    await open_form(page, service)
    await choose_office(page, OFFICE_NAME)
    for label, text in answers.items():
        await page.get_by_label(label, exact=True).fill(text)
    await choose(page, {label: photo(f"{label}.jpg") for label in DOCUMENTS[service]})
    return await send(page)


def status(page: Page) -> Locator:
    """Return where the case of the open page stands."""
    return page.locator("[data-status]").first


async def expect_status(page: Page, word: str) -> None:
    """Wait until the open page says that its case stands at `word`, without reloading it."""
    await expect(status(page)).to_have_attribute("data-status", word)


async def expect_status_by_reload(page: Page, word: str) -> None:
    """Reload the page until its case stands at `word`; for browsers without scripts."""
    for _ in range(200):
        if await status(page).get_attribute("data-status") == word:
            return
        await page.reload()
    await expect(status(page)).to_have_attribute("data-status", word)


async def accept_all(page: Page) -> None:
    """Accept every document that is not accepted yet."""
    accepts = page.get_by_role("button", name="Terima", exact=True)
    for left in range(await accepts.count(), 0, -1):
        await expect(accepts).to_have_count(left)
        await press(page, accepts.first)


async def act(page: Page, number: str, step: str) -> None:
    """Take one step on a case."""
    await page.goto(f"/petugas/{number}")
    await press(page, step)
    await expect(page.get_by_test_id("flash")).to_be_visible()


async def review_and_forward(page: Page, number: str) -> None:
    """Take a case, accept what was handed in, and pass it on."""
    await act(page, number, "Ambil")
    await accept_all(page)
    await press(page, "Teruskan")


async def download_letter(page: Page, folder: Path) -> Path:
    """Download the letter of the case whose page is open."""
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Unduh surat").first.click()
    found = await download.value
    path = folder / found.suggested_filename
    await found.save_as(path)
    return path


async def verdict_on(page: Page, letter: Path | FilePayload) -> str:
    """Hand a file to the verification page; return its answer."""
    await page.goto("/verifikasi")
    await page.get_by_label("Berkas surat (PDF)").set_input_files(letter)
    await press(page, page.locator("form:has(#surat)").get_by_role("button", name="Periksa"))
    return await shown_verdict(page)


async def shown_verdict(page: Page) -> str:
    """Return the answer that a verification page shows."""
    return await page.get_by_test_id("verification").get_attribute("data-result") or ""


def address(loket: Loket, path: str) -> str:
    """Return a path as a whole address."""
    return loket.url + path
