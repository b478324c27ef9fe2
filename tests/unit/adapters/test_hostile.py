"""Hostile files and their mutations: none acts once it is served, none takes Loket down."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.adapters.hostile import MUTATED, acts, every, few

#: What one file may take of a processor, in seconds, and of memory, in bytes.
_PROCESSOR, _MEMORY = 5.5, 300 << 20
_MUTATIONS, _PARTS = int(os.environ.get("LOKET_MUTATIONS", "1000")), 4
_ROOT = Path(__file__).parents[3]


@dataclass
class Inspecting:
    """A process that inspects one file after another, as a worker does."""

    process: "subprocess.Popen[str]"
    folder: Path

    def judge(self, data: bytes) -> tuple[str, bytes]:
        """Return why a file is refused, or the copy that would be served; fail if it took much."""
        path = self.folder / "file"
        path.write_bytes(data)
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "who has files inspected did not survive it"
        told = json.loads(line)
        assert told["processor"] < _PROCESSOR, told
        assert told["memory"] < _MEMORY, told
        safe = path.with_suffix(".safe")
        return told["refused"], b"" if told["refused"] else safe.read_bytes()


@pytest.fixture(scope="module")
def inspecting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inspecting]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.adapters.inspecting"],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield Inspecting(process, tmp_path_factory.mktemp("hostile"))
        assert process.stdin
        process.stdin.close()
        assert process.wait(10) == 0


def test_no_hostile_file_acts_once_it_is_served(inspecting: Inspecting):
    assert _judged(inspecting, few()) >= 35


@pytest.mark.faults_full
def test_none_of_seventy_hostile_files_acts_once_it_is_served(inspecting: Inspecting):
    assert _judged(inspecting, every()) >= 60


def _judged(inspecting: Inspecting, files: Iterator[tuple[str, bytes]]) -> int:
    outcomes = {}
    for name, data in files:
        refused, safe = inspecting.judge(data)
        outcomes[name] = refused or "served"
        assert refused or acts(safe) == [], name
    print(json.dumps(outcomes, indent=1))
    return len(outcomes)


def test_no_mutation_acts_or_exhausts(inspecting: Inspecting):
    _mutate(inspecting, 20, seed=20261122)


@pytest.mark.faults_full
@pytest.mark.parametrize("part", range(_PARTS))
def test_a_thousand_mutations_neither_act_nor_exhaust(inspecting: Inspecting, part: int):
    _mutate(inspecting, _MUTATIONS // _PARTS, seed=part)


def _mutate(inspecting: Inspecting, count: int, *, seed: int) -> None:
    dice, originals = random.Random(seed), [make() for make in MUTATED]
    served = 0
    for number in range(count):
        data = _mutated(dice, originals[number % len(originals)])
        refused, safe = inspecting.judge(data)
        served += not refused
        assert refused or acts(safe) == [], number
    print(f"{count} mutations, {served} of them still served")


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
