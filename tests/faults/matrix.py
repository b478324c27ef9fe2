"""Kills one process at a time, at whichever point is reached next, while people go on."""

import asyncio
import contextlib
import os
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.factories import Town
from tests.faults.clients import Receipts
from tests.faults.harness import Fragile, until
from tests.faults.journeys import Journeys
from tests.faults.points import points
from tests.faults.report import Line, note
from tests.faults.shards import Shard, Way
from tests.faults.switchboard import Hit

#: Read before anything runs: Python 3.11 reads sources wrongly now and then while it does.
_POINTS = points()
VICTIMS = ("web", "worker", "postgres", "seaweedfs", "renderer")
#: When no point of those that are left was reached for so long, the rest is given up.
_QUIET = 150.0
_BACK_WITHIN = 60.0
#: People get so many answers, or have had so long to, before the next one dies.
_ANSWERS, _BREATHER = 8, 4.0
#: Of one shard.
_SECONDS = float(os.environ.get("LOKET_FAULTS_SECONDS", "1800"))


@dataclass
class Matrix:
    """Whoever is still due at each point, and what became of those who died.

    Attributes:
        due: the victims that are left, by point, in an order that no two points share.
        lines: one for each death.
    """

    fragile: Fragile
    receipts: Receipts
    due: dict[str, list[str]]
    lines: list[Line] = field(default_factory=list)
    _struck: asyncio.Event = field(default_factory=asyncio.Event)
    _is_ready: bool = False
    _began: float = field(default_factory=time.monotonic)

    async def fill(self) -> None:
        """Wait for each death and for what comes after it, until none is due or time is up."""
        traps = [self.fragile.points.set(point, self._at, stays=True) for point in self.due]
        late = time.monotonic() + _SECONDS
        while any(self.due.values()) and time.monotonic() < late:
            self._began = time.monotonic()
            self._struck.clear()
            self._is_ready = True
            try:
                await asyncio.wait_for(self._struck.wait(), _QUIET)
            except TimeoutError:
                break
            back = await self.fragile.recovered(self.lines[-1].victim, _BACK_WITHIN)
            self.lines[-1] = self.lines[-1].ready_after(back)
            note(f"{len(self.lines):4} {self.lines[-1]}")
            self.receipts.calm_since = time.monotonic()
            await self._get_on()
        for trap in traps:
            self.fragile.points.take_away(trap)

    def left(self) -> dict[str, list[str]]:
        """Return who was not killed at which points."""
        return {point: victims for point, victims in self.due.items() if victims}

    async def _at(self, hit: Hit) -> None:
        """Kill the next victim of this point, unless somebody is still recovering."""
        victims = self.due[hit.point]
        if not self._is_ready or not victims:
            return
        self._is_ready = False
        victim = victims.pop()
        self.lines.append(Line(hit.point, victim, hit.process, time.monotonic() - self._began, 0))
        self._struck.set()
        await self.fragile.killing(victim)(hit)

    async def _get_on(self) -> None:
        enough = self.receipts.answered + _ANSWERS
        with contextlib.suppress(AssertionError):
            await until(lambda: self.receipts.answered >= enough, "answers", _BREATHER)


def due_in(shard: Shard) -> dict[str, list[str]]:
    """Return which victims are due at each point of a shard."""
    dice = random.Random(20261122)
    return {point: dice.sample(VICTIMS, len(VICTIMS)) for point in _POINTS if shard.has(point)}


@asynccontextmanager
async def at_work(shard: Shard, journeys: Journeys, town: Town) -> AsyncIterator[None]:
    """Have people go all of a shard's ways, again and again, for the length of the block."""
    stop = asyncio.Event()

    async def keep_going(way: Way) -> None:
        while not stop.is_set():
            await way(journeys, town)

    async with asyncio.TaskGroup() as group:
        for way in shard.ways:
            group.create_task(keep_going(way))
        try:
            yield
        finally:
            stop.set()
