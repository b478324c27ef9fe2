"""A request may be cut off at any moment: its connection never gives its answers to another."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import pytest
from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engine import new_engine
from app.db.reading import Query, reading_on
from app.db.work import work_on
from app.domain.capacity import AsJob
from app.settings import Settings

Ask = Callable[[int], Awaitable[list[int]]]

_SOMEBODY = AsJob(UUID(int=7))
_AT_ONCE = 3
_CUT_OFF = 250
_SAID = Query(select(bindparam("said", type_=Integer), func.pg_sleep(0.001)), lambda said, _: said)


@pytest.fixture
async def engine(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """Fewer connections than requests: what one leaves behind, the next one meets."""
    assert settings.database_url
    engine = new_engine(settings.database_url, pool_size=_AT_ONCE + 1)
    yield engine
    await engine.dispose()


@pytest.mark.parametrize("is_pressed", [False, True], ids=["once", "again and again"])
async def test_a_request_that_is_cut_off_leaves_no_answer_to_the_next(
    engine: AsyncEngine, is_pressed: bool
):
    ways = [_asked_by_a_page(engine), _asked_by_work(engine)]
    takes = await _let_alone(ways)
    chance = random.Random(7)  # the same moments each time
    cutting = [
        asyncio.ensure_future(_cut_off(ways, takes, chance, is_pressed)) for _ in range(_AT_ONCE)
    ]
    said = 0
    while not all(one.done() for one in cutting):
        for ask in ways:
            said += 2
            assert await ask(said) == [said, said + 1]
    assert sum([await one for one in cutting]) > _AT_ONCE * _CUT_OFF / 2


async def test_a_question_that_fails_leaves_no_answer_to_the_next(engine: AsyncEngine):
    read, ask = reading_on(engine), _asked_by_a_page(engine)
    root = Query(select(func.sqrt(bindparam("of", type_=Integer))), lambda root: root)
    for said in range(_AT_ONCE * 2):
        with pytest.raises(Exception, match="square root"):
            await read(_SOMEBODY, _SAID.about(said=1), root.about(of=-1), _SAID.about(said=2))
        assert await ask(said) == [said, said + 1]


async def _let_alone(ways: list[Ask]) -> float:
    """Return how long a request takes here when it is let alone, in seconds."""
    began = time.perf_counter()
    for said in range(_AT_ONCE * 2):
        for ask in ways:
            await ask(said)
    return (time.perf_counter() - began) / (_AT_ONCE * 2 * len(ways))


async def _cut_off(ways: list[Ask], takes: float, chance: random.Random, is_pressed: bool) -> int:
    """Begin requests and cut them off, each somewhere else; return how many were under way."""
    cut = 0
    for _ in range(_CUT_OFF):
        request = asyncio.ensure_future(chance.choice(ways)(-1))
        await asyncio.sleep(chance.random() * takes)
        cut += request.cancel()
        while is_pressed and not request.done():
            await asyncio.sleep(0)
            request.cancel()
        await asyncio.gather(request, return_exceptions=True)
    return cut


def _asked_by_a_page(engine: AsyncEngine) -> Ask:
    read = reading_on(engine)

    async def ask(said: int) -> list[int]:
        questions = [_SAID.about(said=said), _SAID.about(said=said + 1)]
        await read(_SOMEBODY, *questions)
        return [row for one in questions for row in one.rows]

    return ask


def _asked_by_work(engine: AsyncEngine) -> Ask:
    open_work = work_on(engine)

    async def ask(said: int) -> list[int]:
        heard: list[int] = []
        async with open_work(_SOMEBODY) as work:
            for one in (said, said + 1):
                query = select(bindparam("said", one, Integer), func.pg_sleep(0.001))
                heard += [row for row, _ in await work.session.exec(query)]
        return heard

    return ask
