"""Much at once, slowly, or not as it was announced: what a server must bear from a few."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Coroutine
from functools import cache
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile

import aiohttp
import pikepdf

from app.usecases.sessions import PLAIN_COOKIE
from tests.factories import Person
from tests.support.running import Loket
from tests.support.websocket import connected, event, state_of
from tests.unit.adapters.samples import flate_bomb_pdf, png_bomb

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_DRIP_SECONDS = 0.5
#: What a page of a resident says when it is opened.
SHOW = event(f"{state_of('my_cases.MyCasesState')}.load", "/permohonan", "/permohonan")


@contextlib.asynccontextmanager
async def line_of(loket: Loket) -> AsyncIterator[Line]:
    """Give one connection."""
    address = urlsplit(loket.url)
    line = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield line
    finally:
        line[1].transport.abort()


def head(loket: Loket, person: Person | None, length: int) -> bytes:
    """Return the beginning of a form that claims to be so long."""
    lines = (
        "POST /layanan/sktm/ajukan HTTP/1.1",
        f"Host: {urlsplit(loket.url).netloc}",
        f"Origin: {loket.url}",
        f"Cookie: {PLAIN_COOKIE}={person.secret if person else ''}",
        "Content-Type: multipart/form-data; boundary=x",
        f"Content-Length: {length}",
    )
    return "\r\n".join((*lines, "", "")).encode()


@contextlib.asynccontextmanager
async def slow_forms(loket: Loket, person: Person, count: int) -> AsyncIterator[None]:
    """Send `count` large forms at once, a byte at a time, while the block runs."""
    async with contextlib.AsyncExitStack() as lines:
        writers = [(await lines.enter_async_context(line_of(loket)))[1] for _ in range(count)]
        for writer in writers:
            writer.write(head(loket, person, 9_000_000) + b"--x\r\n")

        async def drip() -> None:
            while True:
                for writer in writers:
                    writer.write(b"x")
                await asyncio.sleep(_DRIP_SECONDS)

        async with _meanwhile(drip()):
            yield


@contextlib.asynccontextmanager
async def false_lengths(loket: Loket, person: Person, count: int) -> AsyncIterator[None]:
    """Have `count` people each send a form a second that is shorter or longer than it claims."""

    async def lie(claimed: int, sent: int) -> None:
        while True:
            async with line_of(loket) as (reader, writer):
                writer.write(head(loket, person, claimed) + b"x" * sent)
                with contextlib.suppress(TimeoutError, ConnectionError):
                    async with asyncio.timeout(1):
                        await reader.read(1)
            await asyncio.sleep(1)

    kinds = ((5_000, 10), (10, 5_000), (9_000_000_000, 10))
    async with contextlib.AsyncExitStack() as lying:
        for number in range(count):
            await lying.enter_async_context(_meanwhile(lie(*kinds[number % len(kinds)])))
        yield


@contextlib.asynccontextmanager
async def events(loket: Loket, person: Person, count: int, tabs: int) -> AsyncIterator[None]:
    """Call a page's handler `count` times over a few websockets, as fast as they take it.

    One that is ended is opened again.
    """

    async def flood() -> None:
        left = count // tabs
        while left > 0:
            with contextlib.suppress(ConnectionError, aiohttp.ClientError):
                async with connected(loket, person.secret) as tab, _meanwhile(tab.closed()):
                    while left > 0:
                        await tab.say(SHOW)
                        left -= 1

    async with contextlib.AsyncExitStack() as floods:
        for _ in range(tabs):
            await floods.enter_async_context(_meanwhile(flood()))
        yield


@contextlib.asynccontextmanager
async def _meanwhile(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


KINDS = (
    "a PDF of 5,000 pages",
    "a PNG of 30,000 x 30,000 pixels",
    "a PDF with a stream of 200 MB",
    "a ZIP of 1 GB",
)


@cache
def bombs() -> dict[str, bytes]:
    """Return files that are small, and large once they are opened, by their kind."""
    return dict(zip(KINDS, (_pages(5_000), png_bomb(), flate_bomb_pdf(), _zip(1_000)), strict=True))


def _pages(count: int) -> bytes:
    pdf, packed = pikepdf.Pdf.new(), io.BytesIO()
    for _ in range(count):
        pdf.add_blank_page(page_size=(595, 842))
    pdf.save(packed)
    return packed.getvalue()


def _zip(megabytes: int) -> bytes:
    packed, piece = io.BytesIO(), b"\0" * 1_000_000
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive, archive.open("nol", "w") as file:
        for _ in range(megabytes):
            file.write(piece)
    return packed.getvalue()
