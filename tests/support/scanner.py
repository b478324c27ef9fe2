"""A scanner that answers as ClamAV's daemon does by INSTREAM, or fails to, as a test wishes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

#: The file by which every scanner may be tried; put together here, so that none finds this one.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" + b"!$H+H*"
_LONGEST = 64 << 20


@dataclass
class Pretender:
    """What answers at `address`.

    Attributes:
        pause: seconds before what it says of a file.
        says: answered instead of what is true.
        hangs: whether nothing is answered at all.
        goes_on: while it is cleared, no file that has come is answered for.
        scanned: how many files it was sent to their end.
    """

    address: str = ""
    pause: float = 0.0
    says: str = ""
    hangs: bool = False
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)
    scanned: int = 0

    def __post_init__(self) -> None:
        self.goes_on.set()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection, which is one command."""
        with contextlib.suppress(ConnectionError, EOFError):
            command = await reader.readuntil(b"\0")
            truth = "PONG" if command == b"zPING\0" else await self._verdict(reader)
            if not self.hangs:
                writer.write((self.says or truth).encode() + b"\0")
                await writer.drain()
                writer.close()

    async def _verdict(self, reader: asyncio.StreamReader) -> str:
        data = bytearray()
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            data += await reader.readexactly(length)
            assert len(data) <= _LONGEST
        self.scanned += 1
        await asyncio.sleep(self.pause)
        await self.goes_on.wait()
        return "stream: Eicar-Test-Signature FOUND" if EICAR in data else "stream: OK"


@contextlib.asynccontextmanager
async def pretender() -> AsyncIterator[Pretender]:
    """Give one that listens on this machine."""
    scanner = Pretender()
    server = await asyncio.start_server(scanner.answer, "127.0.0.1", 0)
    scanner.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield scanner
