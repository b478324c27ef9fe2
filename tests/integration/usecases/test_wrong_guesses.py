"""Guessing codes leads nowhere, and keeps nobody else from using theirs."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlmodel import col, delete, func, select

from app.db.tables import GuessRow
from app.domain.cases import new_tracking_code, new_verification_code
from app.domain.errors import NotFound, TooMany
from app.domain.guessing import LIMITS, WINDOW, Guess
from app.usecases import sessions, track, verify
from app.usecases.sweeping import sweep
from tests.factories import Town

HERE, THERE = "198.51.100.1", "198.51.100.2"


@pytest.fixture(autouse=True)
async def _forgotten(town: Town):
    """Let no guess of a test count in the next."""
    yield
    async with town.open_all() as work:
        await work.session.exec(delete(GuessRow))


async def _tried(town: Town, code: str, address: str) -> str:
    try:
        await track.by_code(town.parts, code, address)
    except (NotFound, TooMany) as refusal:
        return type(refusal).__name__
    return "found"


async def _code(town: Town) -> str:
    reference = await town.ready_to_sign(await town.resident())
    return (await town.case(reference)).tracking_code


async def test_ten_tries_at_once_or_one_by_one_are_all_that_is_looked_up(town: Town):
    code = await _code(town)
    tries = (_tried(town, new_tracking_code(), HERE) for _ in range(120))
    assert Counter(await asyncio.gather(*tries)) == {"NotFound": 10, "TooMany": 110}
    assert await _tried(town, code, HERE) == "TooMany"
    assert await _tried(town, code, THERE) == "found"
    later = town.at(town.parts.now() + WINDOW + timedelta(seconds=1))
    assert await _tried(later, code, HERE) == "found"


async def test_right_codes_and_what_is_no_code_do_not_count(town: Town):
    code = await _code(town)
    for _ in range(15):
        assert await _tried(town, code, HERE) == "found"
        assert await _tried(town, f"{code}9", HERE) == "NotFound"
    assert await asyncio.gather(*(_tried(town, code, HERE) for _ in range(15))) == ["found"] * 15


async def test_while_many_guess_only_those_who_were_never_wrong_go_on(town: Town):
    code = await _code(town)
    assert await _tried(town, new_tracking_code(), THERE) == "NotFound"
    now, kind = town.parts.now(), Guess.TRACKING
    async with town.open_all() as work:
        for number in range(LIMITS[kind].together):
            source = number.to_bytes(32)
            work.session.add(GuessRow(kind=kind.value, source=source, at=now))
    assert await _tried(town, code, THERE) == "TooMany"
    assert await _tried(town, code, HERE) == "found"


async def test_codes_of_letters_are_counted_by_themselves(town: Town):
    for _ in range(10):
        verdict = await verify.by_code(town.parts, new_verification_code(), HERE)
        assert verdict.result == "unknown"
    with pytest.raises(TooMany):
        await verify.by_code(town.parts, new_verification_code(), HERE)
    assert await _tried(town, await _code(town), HERE) == "found"


async def test_sign_ins_that_fail_are_counted_too(town: Town):
    for _ in range(LIMITS[Guess.SIGN_IN].alone):
        await sessions.refuse_failing(town.parts, HERE)
        await sessions.note_failed(town.parts, HERE, "state differs")
    with pytest.raises(TooMany):
        await sessions.refuse_failing(town.parts, HERE)
    await sessions.refuse_failing(town.parts, THERE)


async def test_the_sweep_forgets_guesses_that_count_no_more(town: Town):
    await _tried(town, new_tracking_code(), HERE)
    await sweep(town.parts)
    assert await _guesses(town) == 1
    await sweep(town.at(town.parts.now() + WINDOW + timedelta(seconds=1)).parts)
    assert await _guesses(town) == 0


async def test_no_address_is_kept(town: Town):
    await _tried(town, new_tracking_code(), HERE)
    async with town.open_all() as work:
        row = (await work.session.exec(select(GuessRow))).one()
    assert HERE.encode() not in row.source
    assert len(row.source) == 32


async def _guesses(town: Town) -> int:
    async with town.open_all() as work:
        return (await work.session.exec(select(func.count(col(GuessRow.id))))).one()
