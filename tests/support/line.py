"""The line between a phone and Loket, which can be cut, be silent, or lose what is answered."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from tests.support.carrying import both_ways

_PIECE = 65_536
_REQUEST = re.compile(rb"^(GET|POST|PATCH|HEAD) (\S+) HTTP/1", re.MULTILINE)


@dataclass
class Line:
    """A line to the server at `upstream`; as it is now, so are new and open connections.

    Attributes:
        port: where it begins.
        proxy_port: where it begins for a browser that is told of a SOCKS proxy.
        is_up: whether anything passes at all.
        is_silent: whether requests are swallowed, and never answered.
        loses: requests that begin with these bytes reach the server; their answers get lost,
            and with the first of them the line is cut.
        cuts: the line is cut when so many bytes of such a request have passed.
        instead: whole answers that are given in Loket's place, by request, as `GET /sw.js`.
        asked: every request that passed, as `POST /layanan`.
    """

    upstream: str
    port: int = 0
    proxy_port: int = 0
    is_up: bool = True
    is_silent: bool = False
    loses: bytes = b""
    cuts: tuple[bytes, int] = (b"", 0)
    instead: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def cut(self) -> None:
        """Let nothing pass any more."""
        self.is_up = False
        for writer in self._open:
            writer.transport.abort()

    def mend(self) -> None:
        """Let everything pass again; what was swallowed is over."""
        if self.is_silent:
            self.cut()
        self.is_up, self.is_silent, self.loses, self.cuts = True, False, b"", (b"", 0)
        self.instead = {}

    def times(self, request: str) -> int:
        """Return how often a request has passed."""
        return sum(one.startswith(request) for one in self.asked)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        self._open.add(writer)
        try:
            if self.is_up:
                await self._carry(reader, writer)
        except OSError:
            pass  # one end has gone
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def serve_named(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection of a browser that takes this for a SOCKS proxy.

        Whatever address it names, the line leads to the server.
        """
        try:
            _version, ways = await reader.readexactly(2)
            await reader.readexactly(ways)
            writer.write(b"\x05\x00")  # nobody has to say who they are
            *_, kind, length = await reader.readexactly(5)
            # A name of so many letters; or an address, of which the first byte is read already.
            await reader.readexactly({1: 3, 3: length, 4: 15}[kind] + 2)
            writer.write(b"\x05\x00\x00\x01" + bytes(6))
        except (OSError, EOFError):
            writer.transport.abort()
        else:
            await self.serve(reader, writer)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lost = asyncio.Event()
        up = partial(self._up, lost, writer)
        await both_ways((reader, writer), self.upstream, up, partial(self._down, lost))

    async def _up(
        self,
        lost: asyncio.Event,
        phone: asyncio.StreamWriter,
        reader: asyncio.StreamReader,
        back: asyncio.StreamWriter,
    ) -> None:
        passed, is_answered = 0, False
        while piece := await reader.read(_PIECE):
            for method, path in _REQUEST.findall(piece):
                asked = f"{method.decode()} {path.decode()}"
                self.asked.append(asked)
                passed, is_answered = 0, asked in self.instead
                phone.write(self.instead.get(asked, b""))
            if is_answered:
                continue
            if self.loses and self.loses in piece:
                lost.set()
            start, most = self.cuts
            if start and (start in piece or passed):
                passed += len(piece)
                if passed > most:
                    self.cut()
                    return
            if not self.is_silent:
                back.write(piece)
                await back.drain()

    async def _down(
        self, lost: asyncio.Event, there: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while piece := await there.read(_PIECE):
            if lost.is_set():
                self.cut()
                return
            writer.write(piece)
            await writer.drain()


@contextlib.asynccontextmanager
async def line_to(url: str) -> AsyncIterator[Line]:
    """Give a line to the server at `url`."""
    parts = urlsplit(url)
    line = Line(f"{parts.hostname}:{parts.port or 80}")
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    proxy = await asyncio.start_server(line.serve_named, "127.0.0.1", 0)
    line.port, line.proxy_port = (one.sockets[0].getsockname()[1] for one in (server, proxy))
    async with server, proxy:
        yield line
        line.cut()
