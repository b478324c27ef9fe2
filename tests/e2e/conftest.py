"""A phone, a desk, and people to use them on one whole Loket."""

import asyncio
import contextlib
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, BrowserContext, Playwright, async_playwright, expect

from tests.e2e.browser import HERE, PATIENCE_MS, PHONE, launched
from tests.e2e.line_phone import LinePhone
from tests.factories import Town
from tests.support.line import line_to
from tests.support.running import Loket

NewContext = Callable[..., Awaitable[BrowserContext]]


@pytest.fixture(scope="session")
def town(people: Town) -> Town:
    """The residents and staff of the whole Loket."""
    return people


@pytest.fixture(scope="session")
async def playwright_() -> AsyncIterator[Playwright]:
    """What drives the browsers of one process of the tests."""
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
async def chrome(playwright_: Playwright) -> AsyncIterator[Browser]:
    """One browser for each process of the tests."""
    browser = await launched(playwright_)
    yield browser
    await browser.close()


@pytest.fixture
async def new_context(chrome: Browser, loket: Loket) -> AsyncIterator[NewContext]:
    """Open any number of browsers that know nothing of each other."""
    async with contextlib.AsyncExitStack() as closing:

        async def opened(**options: object) -> BrowserContext:
            context = await chrome.new_context(base_url=loket.url, **HERE, **options)
            context.set_default_timeout(PATIENCE_MS)
            closing.push_async_callback(_closed, context)
            return context

        yield opened


async def _closed(context: BrowserContext) -> None:
    """Close a browser. Once, Chromium never answered to that, with nothing left to be tested."""
    try:
        async with asyncio.timeout(PATIENCE_MS / 1000):
            await context.close()
    except TimeoutError:
        warnings.warn("a browser did not close", stacklevel=1)


@pytest.fixture
def new_phone(new_context: NewContext) -> NewContext:
    """Open any number of phones."""

    async def opened(**options: object) -> BrowserContext:
        return await new_context(
            **{
                **PHONE,
                **options,
            }
        )

    return opened


@pytest.fixture
def new_desk(new_context: NewContext) -> NewContext:
    """Open any number of desks."""

    async def opened(**options: object) -> BrowserContext:
        return await new_context(**{"viewport": {"width": 1280, "height": 800}, **options})

    return opened


@pytest.fixture
async def phone(new_phone: NewContext) -> BrowserContext:
    """A resident's phone."""
    return await new_phone()


@pytest.fixture
async def phone_without_javascript(new_phone: NewContext) -> BrowserContext:
    """A phone on which nothing runs."""
    return await new_phone(java_script_enabled=False)


@pytest.fixture
async def desk(new_desk: NewContext) -> BrowserContext:
    """An officer's desk."""
    return await new_desk()


@pytest.fixture(scope="module")
async def line_phone(
    playwright_: Playwright, loket: Loket, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LinePhone]:
    """A phone whose line can be cut and whose browser can be restarted."""
    async with line_to(loket.url) as line:
        profile = tmp_path_factory.mktemp("profile")
        phone = await LinePhone.switched_on(playwright_, loket, line, profile)
        yield phone
        await phone.context.close()
