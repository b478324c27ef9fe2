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


async def fetch(url: str, headers: Mapping[str, str]) -> Answer:
    """Ask once."""
    reader, writer = await _connected(url)
    try:
        writer.write(_request(url, headers))
        return await _answer(reader)
    finally:
        writer.close()


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
    reader, writer = await _connected(target.url)
    request, count = _request(target.url, target.headers), 0
    while time.perf_counter() < until:
        writer.write(request)
        answer = await _answer(reader)
        if answer.status != 200:
            raise RuntimeError(f"{target.name} answered {answer.status}")
        count += 1
    writer.close()
    return count


async def _connected(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    return await asyncio.open_connection(parts.hostname, parts.port, limit=1 << 20)


def _request(url: str, headers: Mapping[str, str]) -> bytes:
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    lines = [f"GET {path} HTTP/1.1", f"host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


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
