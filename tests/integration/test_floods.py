"""A few who send slowly, falsely, too much or what explodes: everybody else is served."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest

from app.domain.documents import Safety
from tests.factories import Person, Town
from tests.support import floods
from tests.support.asking import asking
from tests.support.running import Loket
from tests.support.websocket import connected

#: Bytes: more than the largest form, and what is on its way meanwhile.
_FAR_TOO_MUCH = 200_000_000


async def _is_served(loket: Loket, person: Person, times: int = 20) -> None:
    async with asking(loket, person) as client:
        for number in range(times):
            assert (await client.get("/layanan", params={"cari": str(number)})).status_code == 200
            assert (await client.get("/permohonan")).status_code == 200
        assert (await client.get("/readyz")).status_code == 200


async def test_others_are_served_beside_two_hundred_slow_forms(loket: Loket, people: Town):
    slow, other = await people.resident(), await people.resident()
    async with floods.slow_forms(loket, slow, 200):
        await _is_served(loket, other)
    assert await people.cases(slow) == []


async def test_forms_that_lie_about_their_length_harm_nobody(loket: Loket, people: Town):
    liar, other = await people.resident(), await people.resident()
    async with floods.false_lengths(loket, liar, 12):
        await _is_served(loket, other)
    assert await people.cases(liar) == []


@pytest.mark.parametrize(
    "send", [floods.gigabyte_by_form, floods.gigabyte_in_pieces], ids=["form", "pieces"]
)
async def test_a_file_of_a_gigabyte_is_cut_off_and_nothing_is_left_of_it(
    loket: Loket, people: Town, send: Callable[[Loket, Person], Awaitable[floods.Cut]]
):
    sender, other = await people.resident(), await people.resident()
    cut = await send(loket, sender)
    assert cut.sent < _FAR_TOO_MUCH
    assert "413" in cut.answer, cut
    assert [await people.documents(case.reference) for case in await people.cases(sender)] in (
        [],
        [[]],
    )
    await _is_served(loket, other, 1)


async def test_others_are_served_beside_a_flood_of_events(loket: Loket, people: Town):
    loud, other = await people.resident(), await people.resident()
    async with floods.events(loket, loud, count=5_000, tabs=5):
        await _is_served(loket, other)


async def test_a_websocket_on_which_too_much_is_said_is_ended(loket: Loket, people: Town):
    loud = await people.resident()
    async with asyncio.timeout(60), connected(loket, loud.secret) as tab:
        with contextlib.suppress(ConnectionError):
            for _ in range(500):
                await tab.say(floods.SHOW)
        await tab.closed()


async def test_files_that_explode_are_refused_and_others_are_checked_beside_them(
    loket: Loket, people: Town
):
    bomber, other = await people.resident(), await people.resident()
    draft = await people.draft(bomber)
    # What else explodes is opened in tests/unit/adapters/test_hostile.py.
    for need, kind in (("ktp", floods.KINDS[0]), ("kk", floods.KINDS[-1])):
        await people.attach(bomber, draft, need, floods.bombs()[kind])
    await people.filled(other)
    await people.settled(draft)
    assert {one.safety for one in await people.documents(draft)} == {Safety.REFUSED}
    await _is_served(loket, other, 1)
