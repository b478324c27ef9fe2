"""A slow line carries everything, in order, at one pace for all its connections."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.carrying import Way
from tests.support.slow_line import Lane, SlowLine

_BYTES = 300_000


def test_bytes_leave_one_after_the_other_and_an_idle_lane_saves_nothing_up():
    moment = [100.0]
    lane = Lane(pace=50_000, delay=0.2, now=lambda: moment[0])
    assert lane.leaves(5_000) == pytest.approx(100.1)
    assert lane.leaves(10_000) == pytest.approx(100.3)
    moment[0] += 60
    assert lane.leaves(50_000) == pytest.approx(161)


def test_400_kbit_and_a_round_trip_of_400_ms_are_50_000_bytes_a_second_and_200_ms_each_way():
    line = SlowLine.of(kbit=400, round_trip=0.4)
    for lane in (line.up, line.down):
        assert (lane.pace, lane.delay) == (50_000, 0.2)


async def test_what_goes_in_comes_out_and_its_connections_share_one_pace():
    # Their clocks stand still, so that what is on a lane adds up.
    line = SlowLine(*(Lane(pace=2e9, delay=0, now=lambda: 0.0) for _ in range(2)))
    said = [os.urandom(_BYTES) for _ in range(3)]
    async with _echo() as url, line.to(url):
        heard = await asyncio.gather(*(_said_to(line, url, words) for words in said))
    assert heard == said
    for lane in (line.up, line.down):
        assert lane.leaves(0) == pytest.approx(3 * _BYTES / 2e9)


async def test_the_last_words_of_a_server_that_hangs_up_are_heard():
    line = SlowLine.of(kbit=1e6, round_trip=0)
    last = os.urandom(_BYTES)

    async def speak(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(last)
        writer.close()

    async with _server(speak) as url, line.to(url):
        reader, writer = await _connected(line, url)
        assert await reader.read() == last
        writer.close()


async def test_when_the_phone_is_gone_the_server_hears_of_it():
    line, hung_up = SlowLine.of(kbit=1e6, round_trip=0), asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"welcome")
        await reader.read()
        hung_up.set()
        writer.close()

    async with _server(listen) as url, line.to(url):
        reader, writer = await _connected(line, url)
        assert await reader.readexactly(7) == b"welcome"
        writer.transport.abort()
        async with asyncio.timeout(5):
            await hung_up.wait()


async def test_a_server_that_is_not_there_closes_the_line():
    line = SlowLine.of(kbit=1e6, round_trip=0)
    async with _echo() as gone:
        pass
    async with line.to(gone):
        reader, writer = await _connected(line, gone)
        assert await reader.read() == b""
        writer.close()


async def _said_to(line: SlowLine, url: str, words: bytes) -> bytes:
    reader, writer = await _connected(line, url)
    writer.write(words)
    heard = await reader.readexactly(len(words))
    writer.close()
    return heard


async def _connected(line: SlowLine, url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", line.ends[url.removeprefix("http://")])


@asynccontextmanager
async def _echo() -> AsyncIterator[str]:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
        writer.close()

    async with _server(echo) as url:
        yield url


@asynccontextmanager
async def _server(serve: Way) -> AsyncIterator[str]:
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
