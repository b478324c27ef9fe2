"""What open lines cost the server is given back when they are closed, though nobody comes."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp

from tests.bench.machine import family, resident_kb
from tests.integration.ssr_site import Site, serving, until

_LINES = 60
_SOCKET = "/_event/?EIO=4&transport=websocket"


async def test_the_buffers_of_closed_lines_are_given_back(tmp_path: Path):
    with serving(tmp_path / "log") as site:
        async with _lines(site):
            pass  # what the first lines made for all later ones is not theirs
        before = _held_kb(site)
        async with _lines(site):
            opened = _held_kb(site)
        assert opened - before > _LINES * 100, "each line has a buffer of 128 kB"

        async def is_given_back() -> bool:
            return opened - _held_kb(site) > (opened - before) / 2

        await until(is_given_back)


@asynccontextmanager
async def _lines(site: Site) -> AsyncIterator[None]:
    async with aiohttp.ClientSession() as client, AsyncExitStack() as lines:
        for _ in range(_LINES):
            line = client.ws_connect(site.url + _SOCKET, origin=site.url)
            await (await lines.enter_async_context(line)).receive()
        yield


def _held_kb(site: Site) -> float:
    return resident_kb(family(site.process.pid))
