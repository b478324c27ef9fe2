"""A small HTTP/1.1 client that asks one address as fast as it is answered."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from tests.bench.machine import Idle, cpu_seconds

CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Target:
    """One address, and the process tree that answers it."""

    name: str
    url: str
    headers: Mapping[str, str]
    pid: int

    @property
    def cookies(self) -> dict[str, str]:
        """Its cookies, by name."""
        sent = SimpleCookie(self.headers.get("cookie", ""))
        return {name: morsel.value for name, morsel in sent.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request was answered."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Pace:
    """Of one round: requests a second, and CPU milliseconds of the whole tree for each."""

    per_second: float
    cpu_ms: float


class Line:
    """A connection that is kept; `async with Line(url) as line` opens and closes it."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)

    async def __aenter__(self) -> "Line":
        host, port = self._parts.hostname, self._parts.port
        self._reader, self._writer = await asyncio.open_connection(host, port, limit=1 << 20)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def ask(
        self, path: str, headers: Mapping[str, str], body: bytes = b"", method: str = "GET"
    ) -> Answer:
        """Send one request and wait for its answer."""
        lines = [f"{method} {path} HTTP/1.1", f"host: {self._parts.netloc}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body:
            lines.append(f"content-length: {len(body)}")
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)
        return await _answer(self._reader)


async def fetch(url: str, headers: Mapping[str, str]) -> Answer:
    """Ask once."""
    async with Line(url) as line:
        return await line.ask(_path(url), headers)


async def hammer(target: Target, seconds: float, idle: Idle) -> Pace:
    """Ask over some connections at once; what the tree uses when idle is taken off.

    Raises:
        RuntimeError: an answer was not 200.
    """
    before, began = cpu_seconds(target.pid), time.perf_counter()
    counts = await asyncio.gather(
        *(_keep_asking(target, began + seconds) for _ in range(CONNECTIONS))
    )
    took = time.perf_counter() - began
    used = cpu_seconds(target.pid) - before - idle.rate * took
    return Pace(sum(counts) / took, used * 1000 / sum(counts))


async def _keep_asking(target: Target, until: float) -> int:
    path, count = _path(target.url), 0
    async with Line(target.url) as line:
        while time.perf_counter() < until:
            answer = await line.ask(path, target.headers)
            if answer.status != 200:
                raise RuntimeError(f"{target.name} answered {answer.status}")
            count += 1
    return count


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    body = await _body(reader, headers)
    return Answer(int(head[0].split()[1]), headers, body)


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readline()
    return body
