"""A phone on a line of its own to the shared Loket, that can be switched off and on again."""

from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import BrowserContext, Page, Playwright, expect

from tests.e2e.browser import HERE, PATIENCE_MS, PHONE, launched_with_profile, led_over
from tests.factories import Person
from tests.support.line import Line
from tests.support.people import become
from tests.support.running import Loket

#: Resolves once the worker answers for the page.
AT_WORK = """navigator.serviceWorker.controller ? true : new Promise((resolve) => {
  navigator.serviceWorker.addEventListener('controllerchange', () => resolve(true));
})"""


@dataclass
class LinePhone:
    """A phone with a profile that outlives its browser.

    The address stays that of Loket; where its connections lead is `line`.
    """

    playwright: Playwright
    loket: Loket
    line: Line
    profile: Path
    context: BrowserContext

    @classmethod
    async def switched_on(
        cls, playwright: Playwright, loket: Loket, line: Line, profile: Path
    ) -> "LinePhone":
        """Return a phone that has been switched on."""
        context = await _browser(playwright, loket, line, profile)
        return cls(playwright, loket, line, profile, context)

    async def restart(self) -> Page:
        """Switch it off and on again; return its one empty page."""
        await self.context.close()
        self.context = await _browser(self.playwright, self.loket, self.line, self.profile)
        return self.context.pages[0]

    async def signed_in(self, person: Person, instead: dict[str, bytes] | None = None) -> Page:
        """Return an open page on a sound line, with `person` signed in and the worker at work.

        The line gives the answers of `instead` in Loket's place.
        """
        self.line.mend()
        self.line.instead = instead or {}
        await become(self.context, self.loket, person)
        page = self.context.pages[0]
        await page.goto("/")
        await self.at_work(page)
        return page

    async def at_work(self, page: Page) -> None:
        """Wait until the worker answers for a page."""
        await page.evaluate(AT_WORK)


async def _browser(
    playwright: Playwright, loket: Loket, line: Line, profile: Path
) -> BrowserContext:
    context = await launched_with_profile(
        playwright,
        profile,
        led_over({line.upstream: line.port}),
        base_url=loket.url,
        **HERE,
        **PHONE,
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    return context
