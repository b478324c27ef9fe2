"""Uploads over lines that are slow and break: every file arrives as it was, hardly a byte twice."""

import asyncio
import contextlib
import hashlib
import json
import random
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.ssr.toolchain import find_bun
from app.usecases.sessions import PLAIN_COOKIE
from tests.factories import Person, Town, photo
from tests.faults.line import PoorLine
from tests.support.running import Loket

ROOT = Path(__file__).parents[2]
#: The pages' own module, where its packages are.
SEND = ROOT / ".web" / "scripts" / "upload" / "send.js"
#: Of what a hundred send, how much may be sent more than once, requests' headers counted as such.
MOST_AGAIN = 0.15
#: What a phone sends at a time is all that a cut or its death may cost; headers come on top.
PIECE, HEADERS = 256 << 10, 0.05


@dataclass(frozen=True)
class Weather:
    """How many people send, how large files, on how poor lines (bytes and bytes a second)."""

    people: int
    at_once: int
    sizes: tuple[int, int]
    paces: tuple[int, int]
    stretch: int
    seconds: float


#: Lines ten times as quick as those of the full run, and files a tenth as large.
SHORT = Weather(6, 6, (150_000, 900_000), (80_000, 400_000), 200_000, 60)
#: 64 to 384 kbit/s, up to the largest file that a requirement may have.
FULL = Weather(100, 20, (200_000, 10_000_000), (8_000, 48_000), 200_000, 3_600)


@dataclass(frozen=True)
class Outcome:
    """What became of one file: its size, and the bytes that went over the line for it."""

    size: int
    carried: int
    cuts: int


async def test_files_arrive_whole_over_poor_lines(loket: Loket, people: Town, tmp_path: Path):
    await _all_arrive(SHORT, loket, people, tmp_path)


@pytest.mark.faults_full
async def test_a_hundred_files_arrive_whole_over_poor_lines(
    loket: Loket, people: Town, tmp_path: Path
):
    assert await _all_arrive(FULL, loket, people, tmp_path) <= MOST_AGAIN


async def _all_arrive(weather: Weather, loket: Loket, town: Town, folder: Path) -> float:
    """Let everybody send a file; return which part of all bytes was sent again."""
    gate = asyncio.Semaphore(weather.at_once)
    residents = [await town.resident() for _ in range(weather.people)]

    async def one(number: int, resident: Person) -> Outcome:
        async with gate, asyncio.timeout(weather.seconds):
            return await _arrives(random.Random(number), weather, loket, town, resident, folder)

    sendings = (one(number, resident) for number, resident in enumerate(residents))
    outcomes = await asyncio.gather(*sendings)
    size, carried = sum(o.size for o in outcomes), sum(o.carried for o in outcomes)
    cuts, again = sum(o.cuts for o in outcomes), carried / size - 1
    print(
        f"\n{len(outcomes)} files of {size:,} bytes arrived whole; {cuts} connections cut, "
        f"{weather.people} phones killed; {again:.1%} of the bytes sent again"
    )
    assert cuts > 0
    for one in outcomes:
        assert one.carried <= one.size * (1 + HEADERS) + (one.cuts + 1) * PIECE
    return again


async def _arrives(
    dice: random.Random,
    weather: Weather,
    loket: Loket,
    town: Town,
    resident: Person,
    folder: Path,
) -> Outcome:
    """Send one file, its phone dying once on the way, and compare what the server has."""
    low, high = weather.sizes
    size = round(low * (high / low) ** dice.random())
    data = photo() + dice.randbytes(size - len(photo()))
    path = folder / resident.subject
    path.write_bytes(data)
    reference = await town.draft(resident)
    line = PoorLine(dice.randint(*weather.paces), dice, stretch=weather.stretch)
    async with line.to(int(loket.url.rpartition(":")[2])):
        told = {
            "url": line.url,
            "origin": loket.url,
            "cookie": f"{PLAIN_COOKIE}={resident.secret}",
            "path": str(path),
            "to": {"requirement": "ktp", "reference": reference},
        }
        await _send(told, dies_at=dice.randint(1, size - 1))
        await _send(told)
    document = await town.document(reference, "ktp")
    assert (document.size, document.sha256) == (size, hashlib.sha256(data).hexdigest())
    path.unlink()
    return Outcome(size, line.carried, line.cuts)


async def _send(told: dict[str, object], dies_at: int | None = None) -> None:
    """Send a file in a process of its own, which is killed once so many bytes are durable."""
    phone = await asyncio.create_subprocess_exec(
        find_bun(),
        Path(__file__).with_name("uploader.js"),
        SEND,
        json.dumps(told),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert phone.stdout
    assert phone.stderr
    try:
        async for said in phone.stdout:
            word = said.decode().strip()
            if word == "arrived":
                return
            if dies_at is not None and int(word) >= dies_at:
                return
        raise AssertionError((await phone.stderr.read()).decode())
    finally:
        with contextlib.suppress(ProcessLookupError):
            phone.kill()
        await phone.wait()
