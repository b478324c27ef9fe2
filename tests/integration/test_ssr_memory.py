"""What open lines cost the server is given back when they are closed, though nobody comes."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import psutil

from tests.integration.ssr_site import Site, serving, until

_LINES = 60
_SOCKET = "/_event/?EIO=4&transport=websocket"


async def test_the_buffers_of_closed_lines_are_given_back(tmp_path: Path):
    with serving(tmp_path / "log") as site:
        async with _lines(site):
            pass  # what the first lines made for all later ones is not theirs
        before = _held(site)
        async with _lines(site):
            opened = _held(site)
        assert opened - before > _LINES * 100_000, "each line has a buffer of 128 kB"

        async def is_given_back() -> bool:
            return opened - _held(site) > (opened - before) / 2

        await until(is_given_back)


@asynccontextmanager
async def _lines(site: Site) -> AsyncIterator[None]:
    async with aiohttp.ClientSession() as client, AsyncExitStack() as lines:
        for _ in range(_LINES):
            line = client.ws_connect(site.url + _SOCKET, origin=site.url)
            await (await lines.enter_async_context(line)).receive()
        yield


def _held(site: Site) -> int:
    """Return the bytes that only the server's processes hold."""
    first = psutil.Process(site.process.pid)
    return sum(one.memory_full_info().uss for one in (first, *first.children(recursive=True)))
