"""A poor line: a proxy that lets bytes through slowly, and cuts connections at random."""

import asyncio
import contextlib
import random
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

from tests.support.carrying import both_ways, passing
from tests.support.slow_line import Lane

#: As little as may be waits between phone and proxy: the line itself holds next to nothing.
_BUFFER = 8_192
_BREATH = 0.05


@dataclass
class PoorLine:
    """One person's line.

    Attributes:
        pace: bytes a second towards the server, of all connections together.
        cut_share: of the stretches of `stretch` bytes, how many end in a cut somewhere.
        carried: bytes that went over the line towards the server, headers and all.
        cuts: connections that were cut.
    """

    pace: int
    dice: random.Random
    cut_share: float = 0.3
    stretch: int = 200_000
    carried: int = 0
    cuts: int = 0
    url: str = ""

    def __post_init__(self) -> None:
        self._lane = Lane(self.pace, delay=0)

    @contextlib.asynccontextmanager
    async def to(self, port: int) -> AsyncIterator["PoorLine"]:
        """Listen as long as the block runs, and pass on to a local port."""

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await both_ways((reader, writer), f"127.0.0.1:{port}", self._up, passing)

        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            listener.bind(("127.0.0.1", 0))
            server = await asyncio.start_server(serve, sock=listener, limit=_BUFFER)
            self.url = f"http://localhost:{listener.getsockname()[1]}"
            async with server:
                yield self
                server.close()

    async def _up(self, phone: asyncio.StreamReader, to_server: asyncio.StreamWriter) -> None:
        """Pass bytes on at the line's pace, until its end or a cut."""
        left = self._until_cut()
        while piece := await phone.read(max(int(self.pace * _BREATH), 512)):
            self.carried += len(piece)
            to_server.write(piece)
            await to_server.drain()
            await self._lane.passed(len(piece))
            left -= len(piece)
            if left < 0:
                self.cuts += 1
                return

    def _until_cut(self) -> float:
        """Return after how many bytes this connection is cut."""
        bytes_before = 0.0
        while self.dice.random() > self.cut_share:
            bytes_before += self.stretch
        return bytes_before + self.dice.random() * self.stretch
