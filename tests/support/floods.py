"""Much at once, slowly, or not as it was announced: what a server must bear from a few."""

import asyncio
import contextlib
import io
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import aiohttp
import pikepdf

from app.usecases.sessions import PLAIN_COOKIE
from tests.factories import Person
from tests.support.asking import asking
from tests.support.running import Loket
from tests.support.websocket import connected, event, state_of
from tests.unit.adapters.samples import flate_bomb_pdf, png_bomb

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_DRIP_SECONDS = 0.5
_FORM, _MULTIPART = (
    "POST /layanan/sktm/ajukan",
    "Content-Type: multipart/form-data; boundary=x",
)
_UNSAID = "Transfer-Encoding: chunked"
_GIGABYTE = 1_000_000_000
#: So much of an endless file is sent at once, coded as HTTP sends what has no length.
_PIECE = 65_536
_CODED = f"{_PIECE:x}\r\n".encode() + bytes(_PIECE) + b"\r\n"
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
    return _head(loket, person, _FORM, _MULTIPART, f"Content-Length: {length}")


def _head(loket: Loket, person: Person | None, line: str, *more: str) -> bytes:
    lines = (
        f"{line} HTTP/1.1",
        f"Host: {urlsplit(loket.url).netloc}",
        f"Origin: {loket.url}",
        f"Cookie: {PLAIN_COOKIE}={person.secret if person else ''}",
        *more,
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


async def gigabyte_by_form(loket: Loket, person: Person) -> "Cut":
    """Send a form with a ZIP of 1 GB, and do not say how long it is."""
    part = (
        '--x\r\nContent-Disposition: form-data; name="document.ktp"; filename="ktp.zip"',
        "Content-Type: application/zip",
        "",
        "PK\x03\x04",
    )
    return await _endless(loket, _head(loket, person, _FORM, _MULTIPART, _UNSAID), part)


async def gigabyte_in_pieces(loket: Loket, person: Person) -> "Cut":
    """Announce a small file, and send a ZIP of 1 GB as its first piece."""
    async with asking(loket, person) as client:
        told = {"service": "sktm", "form_key": str(uuid4()), "requirement": "ktp"}
        told |= {"filename": "ktp.jpg", "kind": "image/jpeg", "sha256": "0" * 64}
        coded = (f"{name} {b64encode(text.encode()).decode()}" for name, text in told.items())
        announced = {"upload-length": "9000000", "upload-metadata": ",".join(coded)}
        begun = await client.post("/unggah", headers={"tus-resumable": "1.0.0", **announced})
        assert begun.status_code == 201, begun.text
        place = begun.headers["location"]
        piece = ("Tus-Resumable: 1.0.0", "Upload-Offset: 0")
        kind = "Content-Type: application/offset+octet-stream"
        head = _head(loket, person, f"PATCH {place}", *piece, kind, _UNSAID)
        cut = await _endless(loket, head, ("PK\x03\x04",))
        await client.delete(place, headers={"tus-resumable": "1.0.0"})
    return cut


@dataclass(frozen=True)
class Cut:
    """How a file without an end was cut off: after how many bytes, and with which answer."""

    sent: int
    answer: str


async def _endless(loket: Loket, beginning: bytes, first: Iterable[str]) -> Cut:
    sent, answer, opening = 0, "", "\r\n".join(first).encode()
    async with line_of(loket) as (reader, writer):

        async def pour() -> None:
            nonlocal sent
            while sent < _GIGABYTE:
                writer.write(_CODED)
                await writer.drain()
                sent += _PIECE

        writer.write(beginning + f"{len(opening):x}\r\n".encode() + opening + b"\r\n")
        async with _meanwhile(pour()):
            with contextlib.suppress(ConnectionError):
                answer = (await reader.readline()).decode().strip()
    return Cut(sent, answer)


@contextlib.asynccontextmanager
async def again_and_again(
    work: Callable[[], Awaitable[object]], at_once: int
) -> AsyncIterator[None]:
    """Have so many do something without a pause while the block runs."""

    async def go_on() -> None:
        while True:
            await work()

    async with contextlib.AsyncExitStack() as working:
        for _ in range(at_once):
            await working.enter_async_context(_meanwhile(go_on()))
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
