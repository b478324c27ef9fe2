"""Where a request ends and what an answer is: read as the standard says, by every server alike."""

import asyncio
import re
from pathlib import Path

import pytest

from tests.support.asking import asking
from tests.support.running import Loket

_BUILT = Path(__file__).parents[2] / ".web" / "build" / "client"
_ANSWER_SECONDS = 10
_STATUS = re.compile(rb"^HTTP/1\.1 (\d{3})", re.MULTILINE)
#: A chunk of 30 bytes and the end; to who counts by a length of 4, the rest is another request.
_CHUNKED = b"1e\r\nGET /tidak/ada HTTP/1.1\r\nx: y\r\n\r\n0\r\n\r\n"


async def _answers(loket: Loket, *lines: str, body: bytes = b"") -> list[int]:
    """Return the statuses of all that is answered to one message, until the line is closed."""
    host = loket.url.removeprefix("http://")
    reader, writer = await asyncio.open_connection(*host.split(":"))
    head = [lines[0], f"host: {host}", f"origin: {loket.url}", "connection: close", *lines[1:]]
    writer.write("\r\n".join([*head, "", ""]).encode("latin-1") + body)
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            said = await reader.read()
    finally:
        writer.close()
    return [int(status) for status in _STATUS.findall(said)]


async def test_a_message_with_two_lengths_is_read_by_its_chunks_or_refused(loket: Loket):
    post = "POST /verifikasi HTTP/1.1"
    lengths = "transfer-encoding: chunked", "content-length: 4"
    for headers in (lengths, lengths[::-1]):
        answers = await _answers(loket, post, *headers, body=_CHUNKED)
        assert answers in ([303], [400]), headers


@pytest.mark.parametrize(
    "headers",
    [
        ("content-length: 4", "content-length: 5"),
        ("content-length: 4, 5",),
        ("content-length: +4",),
        ("content-length: -1",),
        ("content-length: 0x4",),
        ("content-length: 99999999999999999999999",),
        ("content-length : 4",),
        ("transfer-encoding: xchunked",),
        ("transfer-encoding: chunked, identity",),
        ("x: y", " transfer-encoding: chunked"),
        ("x\0y: z",),
        ("x: \0",),
    ],
)
async def test_a_message_without_a_sound_end_is_refused(loket: Loket, headers: tuple[str, ...]):
    answers = await _answers(loket, "POST /verifikasi HTTP/1.1", *headers, body=b"a=b&")
    assert answers in ([], [400], [501]), answers


async def test_nothing_that_came_is_sent_back(loket: Loket):
    for path in ("/", "/permohonan", "/unggah", "/healthz", "/app.css", "/identitas/authorize"):
        assert await _answers(loket, f"TRACE {path} HTTP/1.1") == [405], path


@pytest.mark.parametrize(
    "path",
    [
        *("/assets", "/assets/", "/icons/", "/assets/scripts/", "/unduh/", "/build/"),
        *("/.git/config", "/.env", "/.loket/secret.key", "/rxconfig.py", "/app/app.py"),
        *("/ping", "/ping/", "/_health", "/_upload", "/_all_routes", "/auth-codespace"),
        *("/docs", "/openapi.json", "/server-status", "/sitemap.xml"),
    ],
)
async def test_neither_folders_nor_the_works_are_shown(loket: Loket, path: str):
    async with asking(loket) as client:
        for method in ("GET", "POST"):
            answer = await client.request(method, path)
            assert answer.status_code in (404, 405), (method, answer.text[:200])


_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".png": "image/png",
    ".ico": "image/vnd.microsoft.icon",
    ".webmanifest": "application/manifest+json",
    "/": "text/html; charset=utf-8",
    "/healthz": "text/plain; charset=utf-8",
    "/readyz": "application/json",
    "/metrics": "text/plain; version=1.0.0; charset=utf-8",
    "/tidak/ada": "text/html; charset=utf-8",
    "/identitas/jwks": "application/json",
}


async def test_an_answer_says_what_it_is_and_in_which_letters(loket: Loket):
    files = {
        path.suffix: f"/{path.relative_to(_BUILT)}"
        for path in sorted(_BUILT.rglob("*"))
        if path.is_file() and path.suffix not in (".br", ".gz")
    }
    asked = files | {path: path for path in _TYPES if path.startswith("/")}
    async with asking(loket) as client:
        answers = {name: await client.get(path) for name, path in asked.items()}
    assert {name: answer.headers["content-type"] for name, answer in answers.items()} == _TYPES
