"""Every point, every victim: while people go on, one process dies; then the books are closed."""

import asyncio
import contextlib
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from tests.factories import Person, Town
from tests.faults.books import close_the_books
from tests.faults.byways import corrected, thought_better
from tests.faults.clients import Receipts
from tests.faults.harness import Fragile, patiently, until
from tests.faults.journeys import Journeys
from tests.faults.points import points
from tests.faults.report import Line, note, table
from tests.faults.switchboard import Hit

VICTIMS = ("web", "worker", "postgres", "seaweedfs", "renderer")
#: Reached by operators' commands, or by the hourly sweep, or once in the life of a data folder:
#: tests of their own look at these (see docs/reliability.md).
ELSEWHERE = (
    *("authority.", "demo.", "grants.", "offices.", "sweeping.", "mending.", "jobs.sweep"),
    "apply.add_row",
)
#: When no point of those that are left was reached for so long, the rest is given up.
_QUIET = 90.0
_BACK_WITHIN = 60.0
#: People get on with something, or have had so long to, before the next one dies.
_BREATHER = 6.0
_THINGS_DONE = 2
_WHOLE = 2
_SECONDS = float(os.environ.get("LOKET_FAULTS_SECONDS", "3000"))


@dataclass
class Matrix:
    """Kills whoever is still due at whichever point is reached next, one at a time."""

    fragile: Fragile
    receipts: Receipts
    due: dict[str, list[str]]
    lines: list[Line] = field(default_factory=list)
    struck: asyncio.Event = field(default_factory=asyncio.Event)
    _is_ready: bool = True
    _began: float = field(default_factory=time.monotonic)

    async def at_point(self, hit: Hit) -> None:
        """Kill the next victim of this point, unless somebody is still recovering."""
        victims = self.due.get(hit.point)
        if not self._is_ready or not victims:
            return
        self._is_ready = False
        victim = victims.pop()
        self.lines.append(Line(hit.point, victim, hit.process, time.monotonic() - self._began, 0))
        self.struck.set()
        await self.fragile.killing(victim)(hit)

    async def fill(self) -> None:
        """Wait for each death and for what comes after it, until none is due or time is up."""
        late = time.monotonic() + _SECONDS
        while any(self.due.values()) and time.monotonic() < late:
            self._began = time.monotonic()
            self.struck.clear()
            self._is_ready = True
            try:
                await asyncio.wait_for(self.struck.wait(), _QUIET)
            except TimeoutError:
                return
            back = await self.fragile.recovered(self.lines[-1].victim, _BACK_WITHIN)
            self.lines[-1] = self.lines[-1].ready_after(back)
            note(f"{len(self.lines):4} {self.lines[-1]}")
            self.receipts.calm_since = time.monotonic()
            await self._get_on()

    async def _get_on(self) -> None:
        """Wait until people have had something done."""
        enough = self.receipts.things_done + _THINGS_DONE
        with contextlib.suppress(AssertionError):
            await until(lambda: self.receipts.things_done >= enough, "things done", _BREATHER)


def due() -> dict[str, list[str]]:
    """Return which victims are due at each point, in an order that no two points share."""
    dice = random.Random(20261122)
    reachable = [point for point in points() if not point.startswith(ELSEWHERE)]
    return {point: dice.sample(VICTIMS, len(VICTIMS)) for point in reachable}


@pytest.mark.faults_full
async def test_whoever_dies_at_whatever_point_nothing_acknowledged_is_lost(
    fragile: Fragile, town: Town, journeys: Journeys
):
    matrix = Matrix(fragile, journeys.receipts, due())
    all_due = sum(map(len, matrix.due.values()))
    traps = [fragile.points.set(point, matrix.at_point, stays=True) for point in matrix.due]
    async with at_work(town, journeys):
        await matrix.fill()
        for trap in traps:
            fragile.points.take_away(trap)
    books = await close_the_books(town, journeys.receipts)
    left = {point: victims for point, victims in matrix.due.items() if victims}
    note(f"{table(matrix.lines)}\n{len(matrix.lines)} of {all_due} cells; left: {left or 'none'}")
    note(f"{journeys.receipts}\n{books}")
    assert books.wrong == []
    assert not left


@asynccontextmanager
async def at_work(town: Town, journeys: Journeys) -> AsyncIterator[None]:
    """Have people do all that there is to do, again and again, for the length of the block."""
    stop = asyncio.Event()

    async def correct(resident: Person) -> None:
        await corrected(journeys, town, resident)

    async def think_better(resident: Person) -> None:
        await thought_better(journeys, resident)

    ways: Iterable[Callable[[Person], Awaitable[object]]] = (
        *[journeys.whole] * _WHOLE,
        *(journeys.drafted, journeys.withdrawn, journeys.in_pieces, correct, think_better),
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(_keep_going(journeys.came_and_went, stop))
        for way in ways:
            group.create_task(_keep_going(lambda way=way: _with_new(town, way), stop))
        try:
            yield
        finally:
            stop.set()


async def _with_new(town: Town, journey: Callable[[Person], Awaitable[object]]) -> None:
    """Let a resident go on a journey whom nobody has seen before; being born may take a while."""
    await journey(await patiently(town.resident))


async def _keep_going(way: Callable[[], Awaitable[object]], stop: asyncio.Event) -> None:
    while not stop.is_set():
        await way()
