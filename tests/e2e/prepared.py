"""What pages show once their scripts have had something to do: each a way to bring a page there.

All of it goes as a resident's own phone goes; only what Loket answers to a form is given here.
"""

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from playwright.async_api import Page, Route, expect

from tests.e2e.line_phone import AT_WORK

Prepare = Callable[[Page], Awaitable[None]]

_FORM = "/layanan/sktm/ajukan"
_FORMS = "**/layanan/*/ajukan"
_UNTIL_THE_END_MS = 26 * 60_000
_SHORT_OF = {"to": f"{_FORM}?periksa=1#masalah", "news": ""}
#: As in browsers without Background Sync: what the worker asks would not be answered here.
_NO_SYNC = "delete globalThis.ServiceWorkerRegistration?.prototype.sync"
#: The same worker by another name is a newer version to a browser.
_NEWER = "navigator.serviceWorker.register('/sw.js?lain').then(() => true)"


def with_waiting(status: HTTPStatus, state: str) -> Prepare:
    """Have an application wait on the phone, to which Loket answers `status`."""

    async def prepare(page: Page) -> None:
        here = page.url
        await answer_forms(page, HTTPStatus.SERVICE_UNAVAILABLE)
        if not await page.evaluate("localStorage.getItem('loket-menunggu')"):
            await _send(page)
        # Whatever is under way on a page ends with it, and leads nowhere; the next tries at once.
        await page.goto("about:blank")
        await answer_forms(page, status)
        await page.goto(here)
        await expect(page.get_by_test_id("parcel")).to_have_attribute("data-state", state)

    return prepare


async def leaving(page: Page) -> None:
    """Have somebody sign out while something waits."""
    await with_waiting(HTTPStatus.SERVICE_UNAVAILABLE, "waiting")(page)
    await page.locator("[data-sign-out] button").click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def without_a_network(page: Page) -> None:
    """Have something wait that is shown on the page for no network, which is nobody's."""
    here = page.url
    await page.goto("/layanan")
    await page.evaluate(AT_WORK)
    await page.goto(here)
    await with_waiting(HTTPStatus.SERVICE_UNAVAILABLE, "waiting")(page)


async def idle(page: Page) -> None:
    """Let most of a session pass without a word."""
    await page.clock.install()
    await page.reload()
    await page.clock.fast_forward(_UNTIL_THE_END_MS)
    await expect(page.get_by_test_id("network-idle")).to_be_visible()


async def outdated(page: Page) -> None:
    """Let a newer version be there."""
    await page.evaluate(AT_WORK)
    await page.reload()
    await page.evaluate(_NEWER)
    await expect(page.get_by_test_id("network-version")).to_be_visible()


async def _send(page: Page) -> None:
    await page.add_init_script(_NO_SYNC)
    await page.goto(_FORM)
    await page.get_by_label("Keperluan").fill("Keringanan biaya sekolah")
    await page.get_by_role("button", name="Kirim permohonan").click()
    await expect(page.get_by_test_id("parcel")).to_have_attribute("data-state", "waiting")


async def answer_forms(page: Page, status: HTTPStatus) -> None:
    """Have the forms that a page sends answered with `status`, in Loket's place."""

    async def answer(route: Route) -> None:
        if route.request.method != "POST":
            return await route.fallback()
        body = json.dumps(_SHORT_OF if status == HTTPStatus.OK else {})
        return await route.fulfill(status=status, body=body, content_type="application/json")

    await page.route(_FORMS, answer)
