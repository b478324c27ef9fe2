"""What open pages cost the server, and what it gives back when they are closed."""

import time
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserContext

from tests.bench.machine import family, resident_kb
from tests.bench.phone import phone
from tests.support.running import Loket

TABS = 20
_WARM = 5
_RETURN_SECONDS = 60
_LOOK_MS = 2_000
_SETTLE_MS = 10_000
_STILL_KB = 100


@dataclass(frozen=True, slots=True)
class Tabs:
    """Kilobytes for each open live page; the part of them that came back, and after how long."""

    kb_each: float
    returned: float
    after_seconds: float


async def open_and_close(browser: Browser, loket: Loket, url: str, cookies: dict[str, str]) -> Tabs:
    """Open live pages until each has its websocket, close them, and watch the web processes."""
    warm = await _opened(browser, url, cookies, _WARM)
    await warm.close()
    # What the first pages made for all later ones is not theirs; their own must be gone.
    waiting = await browser.new_context()
    page = await waiting.new_page()
    before = _web_kb(loket)
    for _ in range(_RETURN_SECONDS * 1000 // _SETTLE_MS):
        await page.wait_for_timeout(_SETTLE_MS)
        last, before = before, _web_kb(loket)
        if abs(last - before) < _STILL_KB:
            break
    many = await _opened(browser, url, cookies, TABS)
    await page.wait_for_timeout(_LOOK_MS)
    opened = _web_kb(loket)
    await many.close()
    began, left = time.monotonic(), opened
    while time.monotonic() - began < _RETURN_SECONDS and left - before > (opened - before) / 10:
        await page.wait_for_timeout(_LOOK_MS)
        left = min(left, _web_kb(loket))
    await waiting.close()
    grown = max(opened - before, 1.0)
    returned = min((opened - left) / grown, 1.0)
    return Tabs(grown / TABS, returned, time.monotonic() - began)


async def _opened(
    browser: Browser, url: str, cookies: dict[str, str], count: int
) -> BrowserContext:
    context = await phone(browser, url, cookies)
    for _ in range(count):
        page = await context.new_page()
        async with page.expect_websocket() as socket:
            await page.goto(url)
        await (await socket.value).wait_for_event("framereceived")
    return context


def _web_kb(loket: Loket) -> float:
    """Return what the web processes and their renderers hold."""
    first = next(p for p in loket.processes("web") if "web" in p.cmdline()[-1:])
    return resident_kb(family(first.pid))
