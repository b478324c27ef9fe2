"""A newer Loket is taken when the resident says so, and takes nothing of theirs along."""

import hashlib
import re
from http import HTTPStatus

import httpx2
from playwright.async_api import Dialog, Page, expect

from app.domain.workflow import Status
from tests.e2e.line_phone import LinePhone
from tests.e2e.outboxing import (
    FORM,
    SEND,
    Application,
    application,
    expect_nothing_waits,
    expect_state,
    fill,
    note,
    open_ready,
    try_now,
)
from tests.e2e.steps import slot
from tests.e2e.uploading import CARD, file, slow_line, some_arrived
from tests.factories import Person, Town
from tests.support.files import scan
from tests.support.waiting import until

OTHER_FORM = "/layanan/sku/ajukan"
_BUILDS = "caches.keys().then((all) => all.filter((name) => name.startsWith('app-')))"
#: A page that was loaded again knows nothing of it.
_MARK, _IS_MARKED = "window.isSame = true", "window.isSame === true"


async def test_a_new_version_waits_for_one_press_and_nothing_is_lost(
    line_phone: LinePhone, town: Town
):
    line, resident, sent = line_phone.line, await town.resident(), application()
    worker = await _worker(line_phone.loket.url)
    page = await line_phone.signed_in(resident, {"GET /sw.js": _earlier(worker)})
    assert await page.evaluate(_BUILDS) == ["app-earlier"]
    await _keep_waiting(line_phone, page, sent)

    await page.goto(OTHER_FORM)
    asked = _asked_by(page)
    await page.evaluate(_MARK)
    await _business(page).fill("Warung Bu Tuti")
    cards = {name: file(f"{name}.jpg") for name in (CARD, "Kartu Keluarga", "Foto usaha")}
    async with slow_line(page):
        for label, card in cards.items():
            await slot(page, label).set_input_files(card)
        await some_arrived(page)
        del line.instead["GET /sw.js"]
        other = await line_phone.context.new_page()
        await other.goto("/layanan")
        await other.evaluate(_MARK)
        for tab in (page, other):
            await expect(_offer(tab)).to_contain_text("Versi baru siap.")
        assert await page.evaluate(_IS_MARKED)
        await _business(page).fill("Warung Bu Tuti dan anak")
        await _offer(page).get_by_role("button", name="Muat ulang").click()
        await expect(page.get_by_test_id("network-draft")).to_be_visible()
    assert not await page.evaluate(_IS_MARKED)
    assert asked == []
    assert await page.evaluate(_BUILDS) == [f"app-{_build_of(worker)}"]
    await expect(_offer(page)).to_have_count(0)
    await expect(_business(page)).to_have_value("Warung Bu Tuti dan anak")
    await _arrived(town, resident, [card["buffer"] for card in cards.values()])

    assert await other.evaluate(_IS_MARKED)
    await _offer(other).get_by_role("button", name="Muat ulang").click()
    await expect(_offer(other)).to_have_count(0)
    await other.close()

    line.instead.clear()
    await try_now(page)
    await expect_nothing_waits(page)
    (case,) = [one for one in await town.cases(resident) if one.status != Status.DRAFT]
    assert case.answers["purpose"] == sent.purpose


async def test_files_that_only_the_server_can_join_are_not_left_without_a_question(
    line_phone: LinePhone, town: Town
):
    line, worker = line_phone.line, await _worker(line_phone.loket.url)
    await line_phone.signed_in(await town.resident())
    page = await line_phone.context.new_page()
    await page.goto(FORM)
    await page.evaluate(_MARK)
    scans = [scan(f"halaman-{n}.pdf", n) for n in (1, 2)]
    await slot(page, "Kartu Keluarga").set_input_files(scans)
    line.instead["GET /sw.js"] = _earlier(worker)
    other = await line_phone.context.new_page()
    await other.goto("/layanan")
    await expect(_offer(page)).to_contain_text("Versi baru siap.")
    await other.close()
    asked: list[str] = []

    async def stay_first(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await (dialog.dismiss() if len(asked) == 1 else dialog.accept())

    page.on("dialog", stay_first)

    async def is_asked() -> bool:
        return asked == ["beforeunload"]

    take = _offer(page).get_by_role("button", name="Muat ulang")
    await take.click()
    await until(is_asked)
    assert await page.evaluate(_IS_MARKED)
    assert await slot(page, "Kartu Keluarga").evaluate("(input) => input.files.length") == len(
        scans
    )
    await take.click()
    await expect(_offer(page)).to_have_count(0)
    assert asked == ["beforeunload"] * 2
    await page.close()


async def _keep_waiting(phone: LinePhone, page: Page, sent: Application) -> None:
    """Send an application to a Loket that is not at its best just now."""
    phone.line.instead[f"POST {FORM}"] = _answer(HTTPStatus.SERVICE_UNAVAILABLE, "text/plain", b"")
    await open_ready(page)
    await fill(page, sent)
    await page.get_by_role("button", name=SEND).click()
    await expect_state(note(page), "waiting")


async def _arrived(town: Town, resident: Person, files: list[bytes]) -> None:
    """Wait until the other form's draft has these files."""
    digests = sorted(hashlib.sha256(data).hexdigest() for data in files)

    async def are_there() -> bool:
        drafts = [one for one in await town.drafts(resident) if one.service == "sku"]
        here = [file.sha256 for one in drafts for file in await town.documents(one.reference)]
        return sorted(here) == digests

    await until(are_there)


def _asked_by(page: Page) -> list[str]:
    """Return what the browser asks before it leaves the page, as it does; it is told to go on."""
    asked: list[str] = []

    async def go_on(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.accept()

    page.on("dialog", go_on)
    return asked


def _offer(page: Page):
    return page.get_by_test_id("network-version")


def _business(page: Page):
    return page.get_by_label("Nama usaha")


async def _worker(url: str) -> str:
    """Return the service worker as Loket serves it now."""
    async with httpx2.AsyncClient(base_url=url) as client:
        return (await client.get("/sw.js")).text


def _build_of(worker: str) -> str:
    found = re.search(r'"build": "(\w+)"', worker)
    assert found
    return found[1]


def _earlier(worker: str) -> bytes:
    """Return the answer of an earlier build, when asked for its worker."""
    text = worker.replace(f'"build": "{_build_of(worker)}"', '"build": "earlier"')
    return _answer(HTTPStatus.OK, "text/javascript", text.encode())


def _answer(status: HTTPStatus, kind: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status} {status.phrase}\r\nContent-Type: {kind}\r\n"
        f"Cache-Control: no-cache\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
