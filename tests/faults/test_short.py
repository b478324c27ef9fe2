"""The short form: each server dies once, at a step where something could be lost or doubled."""

import asyncio

from tests.factories import Town
from tests.faults.books import close_the_books
from tests.faults.harness import Fragile
from tests.faults.journeys import Journeys

_DEATHS = (
    ("apply.send.committed", "web"),
    ("documents.safe_stored", "seaweedfs"),
    ("review.numbered", "postgres"),
    ("letters.stored", "worker"),
)


async def test_nothing_acknowledged_is_lost_when_each_server_is_killed_at_work(
    fragile: Fragile, town: Town, journeys: Journeys
):
    residents = [await town.resident() for _ in range(2)]
    traps = [fragile.points.set(point, fragile.killing(victim)) for point, victim in _DEATHS]

    await asyncio.gather(*(journeys.whole(resident) for resident in residents))

    assert all(trap.sprung.is_set() for trap in traps)
    books = await close_the_books(town, journeys.receipts)
    assert books.wrong == [], f"{journeys.receipts}\n{books}"
    assert len(books.letters) == len(residents)
