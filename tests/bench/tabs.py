"""What open pages cost the server, and what it gives back when they are closed."""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass

from tests.bench.machine import family, resident_kb
from tests.support.running import Loket
from tests.support.websocket import connected

TABS = 200
#: What the first pages made for all later ones is not theirs.
_WARM = 50
_RETURN_SECONDS = 60
_LOOK_SECONDS = 2.0
_SETTLE_SECONDS = 10.0
_STILL_KB = 100


@dataclass(frozen=True, slots=True)
class Tabs:
    """Kilobytes for each open live page; the part of them that came back, and after how long."""

    kb_each: float
    returned: float
    after_seconds: float


async def open_and_close(loket: Loket, secret: str, route: str, path: str) -> Tabs:
    """Open live pages, close them, and watch the web processes meanwhile.

    A page is its websocket with all that the page asks over it: what shows it is not ours.
    """
    async with AsyncExitStack() as warm:
        await _opened(warm, _WARM, loket, secret, route, path)
    before = _web_kb(loket)
    for _ in range(int(_RETURN_SECONDS / _SETTLE_SECONDS)):
        await asyncio.sleep(_SETTLE_SECONDS)
        last, before = before, _web_kb(loket)
        if abs(last - before) < _STILL_KB:
            break
    async with AsyncExitStack() as many:
        await _opened(many, TABS, loket, secret, route, path)
        await asyncio.sleep(_LOOK_SECONDS)
        opened = _web_kb(loket)
    began, left = time.monotonic(), opened
    while time.monotonic() - began < _RETURN_SECONDS and left - before > (opened - before) / 10:
        await asyncio.sleep(_LOOK_SECONDS)
        left = min(left, _web_kb(loket))
    grown = max(opened - before, 1.0)
    returned = min((opened - left) / grown, 1.0)
    return Tabs(grown / TABS, returned, time.monotonic() - began)


async def _opened(
    stack: AsyncExitStack, count: int, loket: Loket, secret: str, route: str, path: str
) -> None:
    for _ in range(count):
        await stack.enter_async_context(connected(loket, secret, route=route, path=path))


def _web_kb(loket: Loket) -> float:
    """Return what the web processes and their renderers hold."""
    first = next(p for p in loket.processes("web") if "web" in p.cmdline()[-1:])
    return resident_kb(family(first.pid))
