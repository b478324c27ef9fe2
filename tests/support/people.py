"""Residents and staff of a running Loket, and the way to be signed in as one of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import BrowserContext

from app.container import assemble_for_operators
from app.usecases.sessions import PLAIN_COOKIE
from tests.factories import Person, Town
from tests.support.running import Loket
from tests.support.witness import witness


@asynccontextmanager
async def town_of(loket: Loket) -> AsyncIterator[Town]:
    """Give the people of a running Loket, through its own database and storage."""
    settings = loket.settings
    assert settings.oidc
    parts = assemble_for_operators(settings)
    listening = asyncio.create_task(parts.news.listen())

    async def let_the_worker() -> None:
        await asyncio.sleep(0.05)

    try:
        yield Town(parts, settings.oidc.issuer, let_the_worker, witness(settings))
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def become(context: BrowserContext, loket: Loket, person: Person) -> None:
    """Have a browser signed in as `person`."""
    await context.add_cookies(
        [{"name": PLAIN_COOKIE, "value": person.secret, "url": loket.url, "httpOnly": True}]
    )
