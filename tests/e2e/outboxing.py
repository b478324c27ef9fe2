"""Applications that are sent from a phone with a poor line, and what becomes of them."""

import hashlib
from dataclasses import dataclass
from typing import Any

from playwright.async_api import FilePayload, Locator, Page, expect

from app.domain.workflow import Status
from tests.e2e.steps import choose
from tests.e2e.uploading import file
from tests.factories import Person, Town
from tests.support.waiting import until

FORM = "/layanan/sktm/ajukan"
SEND = "Kirim permohonan"
#: Of the service: what its form calls each document, and what the catalogue does.
KEYS = {
    "SKTM dari desa atau kelurahan": "surat-desa",
    "Surat pernyataan bermeterai": "pernyataan",
    "KTP": "ktp",
    "Kartu Keluarga": "kk",
}
_FULL = 40_000


@dataclass(frozen=True)
class Application:
    """What a resident has filled in."""

    purpose: str
    files: dict[str, FilePayload]


def application(purpose: str = "Beasiswa anak pertama") -> Application:
    """Return an application like no other."""
    return Application(purpose, {label: file(f"{key}.jpg", _FULL) for label, key in KEYS.items()})


async def open_ready(page: Page) -> None:
    """Open the form, and begin to type: all that it takes to do without a line is here then."""
    await page.goto(FORM)
    await page.get_by_label("Keperluan").focus()
    await expect(page.locator("form[data-ready]")).to_have_count(1)


async def fill(page: Page, filled: Application) -> None:
    """Fill a form in, with all its files."""
    await page.get_by_label("Keperluan").fill(filled.purpose)
    await choose(page, filled.files)


def note(page: Page) -> Locator:
    """Return what a form says of its own application."""
    return page.locator("[data-outbox-note] [data-testid=parcel]")


def listed(page: Page) -> Locator:
    """Return what a page lists as waiting."""
    return page.get_by_test_id("outbox").get_by_test_id("parcel")


async def expect_state(parcel: Locator, state: str) -> None:
    """Wait until an application is shown in a state."""
    await expect(parcel).to_have_attribute("data-state", state)


async def try_now(page: Page) -> None:
    """Let a page know that there is a line, before it asks again by itself."""
    await page.evaluate("dispatchEvent(new Event('online'))")


async def expect_nothing_waits(page: Page) -> None:
    """Wait until this browser keeps nothing that was to be sent."""

    async def is_empty() -> bool:
        return await kept(page) == []

    await until(is_empty)


async def kept(page: Page) -> list[dict[str, Any]]:
    """Return what this browser keeps to be sent, of the account whose page it is."""
    return await page.evaluate(_KEPT)


async def arrived_once(town: Town, resident: Person, sent: Application) -> str:
    """Wait until the office has an application; check that it is the one that was sent, once."""

    async def is_there() -> bool:
        return bool(await _submitted(town, resident))

    await until(is_there)
    (reference,) = await _submitted(town, resident)
    case = await town.case(reference)
    assert case.answers["purpose"] == sent.purpose
    for label, key in KEYS.items():
        document = await town.document(reference, key)
        whole = hashlib.sha256(sent.files[label]["buffer"]).hexdigest()
        assert document.sha256 == whole, label
    assert [row.step for row in await town.history(reference)] == ["submit"]
    return reference


async def _submitted(town: Town, resident: Person) -> list[str]:
    cases = await town.cases(resident)
    assert len(cases) <= 1
    return [one.reference for one in cases if one.status != Status.DRAFT]


_KEPT = """(async () => {
  if (!(await indexedDB.databases()).some(({ name }) => name === 'loket')) return [];
  const { account } = document.querySelector("[data-words]").dataset;
  const isOurs = (one) => !account || one.account === account;
  const of = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const opened = await of(indexedDB.open('loket'));
  const all = await of(opened.transaction("outbox").objectStore("outbox").getAll());
  opened.close();
  return all.filter(isOurs);
})()"""
