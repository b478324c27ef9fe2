"""Floods from a few: of a hundred who only want a page, 95 wait at most twice as long."""

import asyncio
import itertools
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager

import pytest

from tests.factories import Person, Town
from tests.faults.report import note
from tests.support import floods
from tests.support.asking import asking
from tests.support.people import town_of
from tests.support.running import Loket, shared_loket

#: How often each flood comes and goes, and how long either lasts, in seconds.
_ROUNDS, _SECONDS = 4, 8.0
_PEOPLE, _THINKS = 6, 0.1
_EVENTS, _TABS = 100_000, 10
#: What others may wait beside a flood, as a multiple of what they wait without; less than
#: `_AT_LEAST` seconds is no wait.
_TIMES, _AT_LEAST = 2.0, 0.25

Flood = Callable[[], AbstractAsyncContextManager[None]]

pytestmark = pytest.mark.faults_full


@pytest.fixture(scope="module")
def loket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loket]:
    """A Loket of its own, that waits at no point for whoever tests it."""
    with shared_loket(tmp_path_factory.mktemp("flooded")) as loket:
        yield loket


@pytest.fixture(scope="module")
async def town(loket: Loket) -> AsyncIterator[Town]:
    """Its residents and staff."""
    async with town_of(loket) as town:
        yield town


async def test_two_hundred_slow_forms(loket: Loket, town: Town):
    slow = await town.resident()
    await _bears(loket, town, "slow forms", lambda: floods.slow_forms(loket, slow, 200))


async def test_false_lengths(loket: Loket, town: Town):
    liar = await town.resident()
    await _bears(loket, town, "false lengths", lambda: floods.false_lengths(loket, liar, 30))


async def test_a_hundred_thousand_events(loket: Loket, town: Town):
    loud = await town.resident()
    await _bears(
        loket, town, "events", lambda: floods.events(loket, loud, count=_EVENTS, tabs=_TABS)
    )


@pytest.mark.parametrize("kind", floods.KINDS)
async def test_files_that_explode(loket: Loket, town: Town, kind: str):
    data = floods.bombs()[kind]

    async def hand_in() -> None:
        bomber = await town.resident()
        draft = await town.draft(bomber)
        for need in ("ktp", "kk"):
            await town.attach(bomber, draft, need, data)
        await town.settled(draft)

    await _bears(loket, town, kind, lambda: floods.again_and_again(hand_in, 2))


@pytest.mark.parametrize(
    "send", [floods.gigabyte_by_form, floods.gigabyte_in_pieces], ids=["form", "pieces"]
)
async def test_files_of_a_gigabyte(
    loket: Loket, town: Town, send: Callable[[Loket, Person], Awaitable[floods.Cut]]
):
    sender = await town.resident()
    name = f"{send.__name__.replace('_', ' ')}"
    await _bears(loket, town, name, lambda: floods.again_and_again(lambda: send(loket, sender), 2))
    assert [await town.documents(case.reference) for case in await town.cases(sender)] in ([], [[]])


async def _bears(loket: Loket, town: Town, name: str, flood: Flood) -> None:
    people = [await town.resident() for _ in range(_PEOPLE)]
    await _waits(loket, people)  # whatever is slow only once
    alone: list[float] = []
    beside: list[float] = []
    for _ in range(_ROUNDS):
        alone += await _waits(loket, people)
        async with flood():
            beside += await _waits(loket, people)
    p95, flooded = (statistics.quantiles(waits, n=20)[-1] for waits in (alone, beside))
    note(
        f"{name}: p95 {p95 * 1000:.0f} ms alone ({len(alone)} requests), {flooded * 1000:.0f} ms "
        f"beside ({len(beside)}), {flooded / p95:.2f} times"
    )
    assert flooded < max(_TIMES * p95, _AT_LEAST)


async def _waits(loket: Loket, people: list[Person]) -> list[float]:
    """Return how long people waited for pages of their own and of all, in seconds."""
    waits: list[float] = []
    until = time.monotonic() + _SECONDS

    async def look_around(person: Person) -> None:
        async with asking(loket, person) as client:
            for number in itertools.count():
                for path in ("/permohonan", f"/layanan?cari={number}"):
                    began = time.monotonic()
                    assert (await client.get(path)).status_code == 200
                    waits.append(time.monotonic() - began)
                    await asyncio.sleep(_THINKS)
                if time.monotonic() > until:
                    return

    await asyncio.gather(*(look_around(one) for one in people))
    return waits
