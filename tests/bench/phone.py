"""A slow phone, played by Chromium, on a slow line, which is a proxy."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urljoin

from playwright.async_api import Browser, BrowserContext, Playwright

from tests.e2e.browser import launched, led_over
from tests.support.slow_line import SlowLine
from tests.support.weight import Scale, Weight

_TIMES_SLOWER = 4
#: Slow 3G as WebPageTest means it: kbit/s each way, and seconds of a round trip.
_SLOW_3G = (400, 0.4)
_PATIENCE_MS = 60_000
#: A page that awaits news comes alive when idle, five seconds after it was loaded at the latest.
_COMES_ALIVE_MS = 5_500
_WATCH = """selector => {
  const look = () => {
    const found = document.querySelector(selector);
    if (found?.innerText.trim() && found.getBoundingClientRect().height)
      requestAnimationFrame(() => { window.seenAt ??= performance.now() });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


@dataclass(frozen=True, slots=True)
class Visits:
    """When the content could be seen, in milliseconds: the first time, and the next."""

    first: float
    second: float


@asynccontextmanager
async def on_slow_line(playwright: Playwright, *urls: str) -> AsyncIterator[Browser]:
    """Give a browser all of whose connections to these servers share one slow line."""
    async with SlowLine.of(*_SLOW_3G).to(*urls) as line:
        browser = await launched(playwright, led_over(line.ends))
        yield browser
        await browser.close()


async def phone(browser: Browser, url: str, cookies: dict[str, str]) -> BrowserContext:
    """Return a phone that has seen nothing yet."""
    context = await browser.new_context(
        viewport={"width": 360, "height": 800},
        is_mobile=True,
        has_touch=True,
        # What it fetches in the background for later is not this visit's.
        service_workers="block",
    )
    site = urljoin(url, "/")
    await context.add_cookies([{"name": n, "value": v, "url": site} for n, v in cookies.items()])
    return context


async def visits(browser: Browser, url: str, selector: str, cookies: dict[str, str]) -> Visits:
    """Visit twice on a slow phone, until `selector` shows words."""
    context = await phone(browser, url, cookies)
    page = await context.new_page()
    processor = await context.new_cdp_session(page)
    await processor.send("Emulation.setCPUThrottlingRate", {"rate": _TIMES_SLOWER})
    await page.add_init_script(f"({_WATCH})({selector!r})")
    seen = []
    for _ in range(2):
        await page.goto(url, wait_until="load", timeout=_PATIENCE_MS)
        await page.wait_for_function("window.seenAt", timeout=_PATIENCE_MS)
        seen.append(float(await page.evaluate("window.seenAt")))
    await context.close()
    return Visits(*seen)


async def weigh(
    browser: Browser, url: str, cookies: dict[str, str]
) -> tuple[Weight, dict[str, str]]:
    """Return what a whole first visit weighs, and the paths that it asked for by kind."""
    context = await phone(browser, url, cookies)
    page = await context.new_page()
    asked: dict[str, str] = {}
    page.on("request", lambda one: asked.update({one.url: one.resource_type}))
    scale = await Scale.under(page)
    await page.goto(url, wait_until="load")
    await page.wait_for_timeout(_COMES_ALIVE_MS)
    await page.wait_for_load_state("networkidle")
    await context.close()
    return scale.weight, asked
