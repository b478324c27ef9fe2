"""The short form: each server dies once, at a step where something could be lost or doubled."""

import asyncio
import time

from tests.factories import Town
from tests.faults.books import close_the_books
from tests.faults.failing import Sender, away, refusing_database, said
from tests.faults.harness import Fragile
from tests.faults.journeys import Journeys
from tests.support.asking import asking, form_key
from tests.support.canaries import Canaries, found_in, secrets_of

_DEATHS = (
    ("apply.send.committed", "web"),
    ("checking.safe_stored", "seaweedfs"),
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


async def test_defects_and_parts_that_are_away_tell_nothing_of_what_was_sent(
    fragile: Fragile, town: Town, journeys: Journeys
):
    began, planted = time.time(), Canaries(secrets_of(fragile))
    resident = await town.resident(planted.plant("name"))
    planted["session"] = resident.secret
    reference = await journeys.applied(resident)
    planted["tracking code"] = (await town.case(reference)).tracking_code
    async with asking(fragile, resident) as client:
        key = await form_key(client, "sktm")
        people = Sender(client, planted, reference, key)
        broken = await people.at_points(fragile)
        async with refusing_database(town):
            broken.append(await people.message("refused by the database"))
        async with away(fragile, "seaweedfs"):
            failing = [await people.document(str((await town.document(reference, "ktp")).id))]
        await fragile.ready()
        async with away(fragile, "postgres"):
            failing += await people.everything("database")
    await fragile.ready()
    assert {one.status_code for one in broken} == {500}, said(broken)
    assert {one.status_code for one in failing} == {503}, said(failing)
    async with asking(fragile) as stranger:
        figures = (await stranger.get("/metrics")).text
    assert 'status="500"' in figures
    told = [f"{one.headers}{one.text}" for one in (*broken, *failing)]
    assert len(planted) >= 50
    assert found_in(fragile, planted, began, [figures, *told]) == set()
