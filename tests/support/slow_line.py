"""A slow line between a browser and servers: few bytes a second for all of it together, and late.

Whatever goes over it is slowed, websockets included, which a browser's own throttling lets by.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.support.carrying import both_ways

#: What goes at once: connections take turns by so many bytes.
_PACKET = 1_460
#: The next packet is taken up shortly before the line is free, which is never idle in between.
_AHEAD = 0.05


@dataclass
class Lane:
    """One direction of a line; all its connections share it.

    Attributes:
        pace: bytes a second.
        delay: seconds that each byte is on its way.
        now: the clock, in seconds.
    """

    pace: float
    delay: float
    now: Callable[[], float] = time.monotonic
    _free_at: float = 0.0

    def leaves(self, count: int) -> float:
        """Put so many bytes on the lane, behind all others; return when the last has left."""
        self._free_at = max(self._free_at, self.now()) + count / self.pace
        return self._free_at

    async def passed(self, count: int) -> None:
        """Put so many bytes on the lane; return when the last has left."""
        await self._until(self.leaves(count))

    async def carry(self, said: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        """Carry all that is said, in order; return when the last of it was handed over."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        async with asyncio.TaskGroup() as both:
            both.create_task(self._put(said, under_way))
            both.create_task(self._hand_over(under_way, to))

    async def _put(
        self, said: asyncio.StreamReader, under_way: asyncio.Queue[tuple[float, bytes]]
    ) -> None:
        while piece := await said.read(_PACKET):
            left = self.leaves(len(piece))
            under_way.put_nowait((left + self.delay, piece))
            await self._until(left - _AHEAD)
        under_way.put_nowait((self.leaves(0) + self.delay, b""))

    async def _hand_over(
        self, under_way: asyncio.Queue[tuple[float, bytes]], to: asyncio.StreamWriter
    ) -> None:
        arrives, piece = await under_way.get()
        while piece:
            await self._until(arrives)
            to.write(piece)
            await to.drain()
            arrives, piece = await under_way.get()
        await self._until(arrives)
        to.close()
        await to.wait_closed()

    async def _until(self, moment: float) -> None:
        if (seconds := moment - self.now()) > 0:
            await asyncio.sleep(seconds)


@dataclass
class SlowLine:
    """A line with two lanes.

    Attributes:
        up: from the browser.
        down: to it.
        ends: by `host:port` of a server, the port of this machine where the line to it begins.
    """

    up: Lane
    down: Lane
    ends: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, kbit: float, round_trip: float) -> "SlowLine":
        """Return a line of so many kbit/s each way; a round trip takes so many seconds."""
        pace, delay = kbit * 1000 / 8, round_trip / 2
        return cls(Lane(pace, delay), Lane(pace, delay))

    @contextlib.asynccontextmanager
    async def to(self, *urls: str) -> AsyncIterator["SlowLine"]:
        """Lead to these servers as long as the block runs."""
        async with contextlib.AsyncExitStack() as open_ends:
            for url in urls:
                end = await self._end(urlsplit(url).netloc)
                await open_ends.enter_async_context(end)
            yield self

    async def _end(self, server: str) -> asyncio.Server:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # Nothing can be said before the two have greeted each other: a round trip.
            await asyncio.sleep(self.up.delay + self.down.delay)
            await both_ways((reader, writer), server, self.up.carry, self.down.carry)

        end = await asyncio.start_server(serve, "127.0.0.1", 0)
        self.ends[server] = end.sockets[0].getsockname()[1]
        return end
