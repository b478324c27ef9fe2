"""Asking a running Loket over HTTP, as a person's browser would, without one."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx2

from app.usecases.sessions import PLAIN_COOKIE
from tests.factories import Person
from tests.support.running import Loket

#: The key of a rendered form, in its page.
FORM_KEY = re.compile(r'name="form_key"[^>]*?value="([0-9a-f-]{36})"')


@asynccontextmanager
async def asking(loket: Loket, person: Person | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    """Give a client that is signed in as `person`; redirects are shown, not followed."""
    cookies = {PLAIN_COOKIE: person.secret} if person else {}
    async with httpx2.AsyncClient(
        base_url=loket.url,
        cookies=cookies,
        headers={"accept": "text/html", "origin": loket.url},
        timeout=60,
        limits=httpx2.Limits(max_connections=50),
    ) as client:
        yield client


async def sign_in(
    client: httpx2.AsyncClient,
    account: str,
    back: str = "/akun",
    twist: Mapping[str, str] | None = None,
) -> httpx2.Response:
    """Sign in at the demo provider as a browser without scripts does; return the last answer.

    `twist` changes what comes back from the provider.
    """
    asked = await client.get("/masuk/mulai", params={"kembali": back})
    page = asked.headers["location"]
    typed = {"username": account, "password": "loket-demo"}
    told = await client.post(page, data=typed)
    place = httpx2.URL(told.headers["location"])
    return await client.get(place.copy_merge_params(dict(twist or {})))


async def form_key(client: httpx2.AsyncClient, service: str) -> str:
    """Return the key of a form as it was just rendered."""
    page = await client.get(f"/layanan/{service}/ajukan")
    found = FORM_KEY.search(page.text)
    assert found, page.text
    return found[1]
