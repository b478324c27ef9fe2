"""ClamAV's daemon, asked by INSTREAM: the bytes travel, no file is shared with it.

The protocol: `zINSTREAM\\0`, pieces each behind their length, a length of 0 (clamd(8)). The answer
ends with a zero byte as well: `stream: OK`, `stream: NAME FOUND`, or `... ERROR`.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

_PIECE = 256 << 10
_LONGEST_ANSWER = 4096
#: A daemon on the same network takes a connection at once.
_READY_SECONDS = 3.0
#: The largest bundle takes a busy daemon some 20 s; jobs wait, people do not.
_SCAN_SECONDS = 60.0
_FOUND = re.compile(r"stream: (.{1,200}) FOUND")


class ScannerDown(Exception):
    """The scanner does not answer, or could not do its work. Worth trying again."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """The daemon at `address`: `host:port`, or the absolute path of its unix socket.

    Its `StreamMaxLength` must be larger than the largest file: what it does not look at to
    the end counts as not scanned.
    """

    address: str
    scan_seconds: float = _SCAN_SECONDS

    async def scan(self, data: bytes) -> str:
        """Return the name of the signature that a file matches; empty when none does.

        Raises:
            ScannerDown: no answer in time, or none that says what the file is.
        """
        answer = await self._ask(b"zINSTREAM\0", data, self.scan_seconds)
        if answer == "stream: OK":
            return ""
        if found := _FOUND.fullmatch(answer):
            return found[1]
        raise ScannerDown(f"clamd says {answer[:200]!r}")

    async def ready(self) -> None:
        """Return when the daemon answers.

        Raises:
            ScannerDown: it does not, within 3 s.
        """
        if (answer := await self._ask(b"zPING\0", None, _READY_SECONDS)) != "PONG":
            raise ScannerDown(f"clamd says {answer[:200]!r}")

    async def _ask(self, command: bytes, data: bytes | None, seconds: float) -> str:
        try:
            async with asyncio.timeout(seconds), self._line() as (reader, writer):
                writer.write(command)
                await _send(writer, data)
                return (await reader.readuntil(b"\0"))[:-1].decode(errors="replace")
        except (OSError, EOFError, asyncio.LimitOverrunError) as error:
            raise ScannerDown(f"clamd at {self.address}: {error!r}") from error

    @contextlib.asynccontextmanager
    async def _line(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        if self.address.startswith("/"):
            line = await asyncio.open_unix_connection(self.address, limit=_LONGEST_ANSWER)
        else:
            host, _, port = self.address.rpartition(":")
            line = await asyncio.open_connection(host.strip("[]"), int(port), limit=_LONGEST_ANSWER)
        try:
            yield line
        finally:
            line[1].transport.abort()


async def _send(writer: asyncio.StreamWriter, data: bytes | None) -> None:
    """Send a whole file, if there is one: each piece behind its length."""
    if data is None:
        return
    rest = memoryview(data)
    while rest:
        piece, rest = rest[:_PIECE], rest[_PIECE:]
        writer.write(len(piece).to_bytes(4, "big"))
        writer.write(piece)
        await writer.drain()
    writer.write(bytes(4))
    await writer.drain()
