"""Hostile files and their mutations: none acts once it is served, none takes Loket down."""

import json
import logging
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.confinement import parent
from app.adapters.inspection import DEFAULT, Bounds, Inspected, inspect
from app.adapters.inspection.kinds import KNOWN
from tests.unit.adapters.hostile import MUTATED, acts, every, few

#: What one file may take of a processor, in seconds, and of memory, in bytes.
_PROCESSOR, _MEMORY = 5.5, 300 << 20
_MUTATIONS, _PARTS = 10_000, 4
#: What takes longest is to draw pages at their size, and to pack the drawings: not what is tried.
_SMALL = Bounds(preview_width=310)


class Inspecting(logging.Filter):
    """Inspects files as a worker does, and hears what each child took.

    Attributes:
        folder: where the files lie.
        took: of the latest file: what its child was, its processor and its memory.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.took: tuple[str, float, int] = ("", 0.0, 0)

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep what is said of a child out of the test's own output."""
        if record.msg != parent.TOOK or not isinstance(record.args, tuple):
            return True
        name, processor, memory = record.args
        self.took = str(name), float(str(processor)), int(str(memory))
        return False

    async def judge(self, data: bytes, bounds: Bounds = DEFAULT) -> tuple[str, list[str]]:
        """Return why a file is refused, and what is wrong with what came of it."""
        path, self.took = self.folder / "file", ("", 0.0, 0)
        path.write_bytes(data)
        found = await inspect(path, KNOWN, bounds)
        _, processor, memory = self.took
        wrong = [] if processor < _PROCESSOR and memory < _MEMORY else [f"takes {self.took}"]
        if isinstance(found, Inspected):
            assert self.took[0], "whoever decodes is weighed"
            return "", wrong + acts(found.safe)
        return found.key, wrong


@pytest.fixture(scope="module")
def inspecting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inspecting]:
    heard = Inspecting(tmp_path_factory.mktemp("hostile"))
    before = parent.log.level
    parent.log.setLevel(logging.DEBUG)
    parent.log.addFilter(heard)
    yield heard
    parent.log.removeFilter(heard)
    parent.log.setLevel(before)


async def test_no_hostile_file_acts_once_it_is_served(inspecting: Inspecting):
    assert await _judged(inspecting, few()) >= 35


@pytest.mark.faults_full
async def test_none_of_seventy_hostile_files_acts_once_it_is_served(inspecting: Inspecting):
    assert await _judged(inspecting, every()) >= 70


async def _judged(inspecting: Inspecting, files: Iterator[tuple[str, bytes]]) -> int:
    outcomes = {}
    for name, data in files:
        outcomes[name] = await inspecting.judge(data)
    print(json.dumps(outcomes, indent=1))
    assert {name: wrong for name, (_, wrong) in outcomes.items() if wrong} == {}
    return len(outcomes)


async def test_no_mutation_acts_or_exhausts(inspecting: Inspecting):
    await _mutate(inspecting, 20, seed=20261122)


@pytest.mark.faults_full
@pytest.mark.parametrize("part", range(_PARTS))
async def test_of_ten_thousand_mutations_none_acts_or_exhausts(inspecting: Inspecting, part: int):
    await _mutate(inspecting, _MUTATIONS // _PARTS, seed=part)


async def _mutate(inspecting: Inspecting, count: int, *, seed: int) -> None:
    dice, originals = random.Random(seed), [make() for make in MUTATED]
    served, wrong, took = 0, {}, 0.0
    for number in range(count):
        data = _mutated(dice, originals[number % len(originals)])
        refused, found = await inspecting.judge(data, _SMALL)
        served, took = served + (not refused), took + inspecting.took[1]
        if found:
            wrong[number] = found
    print(f"{count} mutations, {served} still served, {took:.0f} s of a processor: wrong {wrong}")
    assert wrong == {}


def _mutated(dice: random.Random, data: bytes) -> bytes:
    """Return a file with bytes turned, cut out, repeated or put in, in one to eight places."""
    changed = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        at, length = dice.randrange(len(changed)), dice.randint(1, 64)
        match dice.randrange(4):
            case 0:
                changed[at] ^= 1 << dice.randrange(8)
            case 1:
                del changed[at : at + length]
            case 2:
                changed[at:at] = changed[at : at + length]
            case _:
                changed[at : at + length] = dice.randbytes(length)
        if not changed:
            break
    return bytes(changed)
