"""Letters: numbered without gaps, issued once whatever dies, handed out by short links."""

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.db.work import OpenWork, Work
from app.domain.capacity import Capacity
from app.domain.errors import NotFound, StepRefused
from app.domain.identity import Role
from app.domain.workflow import Status, Step
from app.usecases import letters, links, review, sessions, sweeping
from storage import keys
from tests.factories import Person, Town

NUMBERED = 20


class PowerCut(Exception):
    """Everything stops here."""


async def test_signatures_given_at_once_are_numbered_without_gaps_or_doubles(town: Town):
    office = await town.office()
    head = await town.staff(Role.HEAD, office)
    resident = await town.resident()
    cases = [await _to_sign(town, office) for _ in range(NUMBERED)]
    await asyncio.gather(*(town.step(head, case, Step.SIGN) for case in cases))
    made = [letter for case in cases if (letter := await town.letter(case))]
    assert sorted(letter.sequence for letter in made) == list(range(1, NUMBERED + 1))
    assert len({letter.number for letter in made}) == len({one.code for one in made}) == NUMBERED
    assert resident


async def test_a_signature_that_is_not_completed_uses_up_no_number(town: Town):
    office = await town.office()
    head = await town.staff(Role.HEAD, office)
    lost, kept = await _to_sign(town, office), await _to_sign(town, office)
    broken = replace(town.parts, open_work=_cut_off_at(town.parts.open_work, 1))
    with pytest.raises(PowerCut):
        await review.take_step(broken, head.actor, lost, Step.SIGN)
    assert await town.letter(lost) is None
    assert (await town.case(lost)).turn == 2
    assert await _jobs_of(town, "letter:", since=lost) == 0
    await town.step(head, kept, Step.SIGN)
    letter = await town.letter(kept)
    assert letter
    assert letter.sequence == 1


async def test_a_case_is_signed_once_however_often_it_is_pressed(town: Town):
    office = await town.office()
    heads = [await town.staff(Role.HEAD, office) for _ in range(2)]
    case = await _to_sign(town, office)
    outcomes = await asyncio.gather(
        *(town.step(head, case, Step.SIGN) for head in heads * 3), return_exceptions=True
    )
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, StepRefused) for outcome in outcomes) == 5


async def test_numbers_begin_anew_with_the_offices_year(town: Town):
    office = await town.office()
    head = await town.staff(Role.HEAD, office)
    # Still 2026 in London, 2027 in Jakarta.
    new_year = datetime(2026, 12, 31, 18, tzinfo=UTC)
    for moment, number in (
        (new_year - timedelta(hours=2), "460/0001/{code}/XII/2026"),
        (new_year, "460/0001/{code}/I/2027"),
        (new_year, "460/0002/{code}/I/2027"),
    ):
        case = await _to_sign(town, office)
        await town.at(moment).step(head, case, Step.SIGN)
        letter = await town.letter(case)
        assert letter
        code = office.replace("uji-", "KEC.").upper()
        assert letter.number == number.format(code=code)


async def test_a_letter_whose_job_runs_many_times_is_issued_once(town: Town):
    head = await town.staff(Role.HEAD)
    case = await _to_sign(town)
    await town.step(head, case, Step.SIGN)
    letter = await town.letter(case)
    assert letter
    await asyncio.gather(*(letters.issue(town.parts, letter.id) for _ in range(3)))
    await town.settled(case)
    steps = [row.step for row in await town.history(case)]
    assert steps == [Step.SIGN, Step.ISSUE]
    await _is_stored_as_told(town, case)


async def test_a_worker_that_dies_after_storing_leaves_a_letter_that_the_next_one_issues(
    town: Town,
):
    head = await town.staff(Role.HEAD)
    case = await _to_sign(town)
    await town.step(head, case, Step.SIGN)
    letter = await town.letter(case)
    assert letter
    # The first transaction reads, the second one issues.
    broken = replace(town.parts, open_work=_cut_off_at(town.parts.open_work, 2))
    with pytest.raises(PowerCut):
        await letters.issue(broken, letter.id)
    [first] = await _files_of(town, letter.id)
    assert (await town.case(case)).status == Status.AWAITING_SIGNATURE
    await letters.issue(town.parts, letter.id)
    assert (await town.case(case)).status == Status.DONE
    await _is_stored_as_told(town, case)

    # A store that hung carries out now what the one that died had sent.
    files = town.parts.files
    late = await files.get(first)
    await files.put(first, late, content_type="application/pdf", max_bytes=len(late))
    await _is_stored_as_told(town, case)

    await sweeping.sweep(town.at(town.parts.now() + timedelta(days=2)).parts)
    assert first not in await _files_of(town, letter.id)
    await _is_stored_as_told(town, case)


async def test_a_letter_whose_row_names_no_file_is_found_where_letters_were_before(town: Town):
    resident = await town.resident()
    case = await _issued(town, resident)
    letter = await town.letter(case)
    assert letter
    before = f"letters/{letter.id}.pdf"
    await town.parts.files.move(letter.file, before)
    async with town.open_all() as work:
        row = await work.letters.get(letter.id)
        assert row
        row.file = ""
    await sweeping.sweep(town.at(town.parts.now() + timedelta(days=2)).parts)
    assert (await letters.open_link(town.parts, await _link(town, resident, case))).key == before
    assert await _files_of(town, letter.id) == {before}


async def test_there_is_nothing_to_download_before_the_letter_is_issued(town: Town):
    resident, head = await town.resident(), await town.staff(Role.HEAD)
    case = await town.ready_to_sign(resident)
    await town.step(head, case, Step.SIGN)
    with pytest.raises(NotFound):
        await _link(town, resident, case)
    await town.settled(case)
    assert await _link(town, resident, case)
    with pytest.raises(NotFound):
        await _link(town, await town.resident(), case)


async def _link(town: Town, person: Person, case: str) -> str:
    return await letters.link_for_resident(town.parts, person.actor, case, person.session)


async def _issued(town: Town, resident: Person) -> str:
    case = await town.ready_to_sign(resident)
    await town.step(await town.staff(Role.HEAD), case, Step.SIGN)
    await town.settled(case)
    return case


async def test_a_link_lives_a_minute_and_cannot_be_changed(town: Town):
    resident = await town.resident()
    case = await _issued(town, resident)
    token, letter = await _link(town, resident, case), await town.letter(case)
    assert letter
    assert (await letters.open_link(town.parts, token)).key == letter.file
    at_the_end = town.at(town.parts.now() + timedelta(seconds=58)).parts
    assert await letters.open_link(at_the_end, token)
    later = town.at(town.parts.now() + timedelta(seconds=61)).parts
    for parts, changed in ((later, token), *((town.parts, one) for one in _altered(town, token))):
        with pytest.raises(NotFound):
            await letters.open_link(parts, changed)


def _altered(town: Town, token: str) -> list[str]:
    """Return tokens that are not quite this one, and tokens of ours for something else."""
    text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))[32:]
    longer = json.dumps([json.loads(text)[0] + 3_600, json.loads(text)[1]]).encode()
    resealed = [hashlib.sha256(b"").digest() + text, bytes(32) + longer, text]
    return [
        *(_flipped(token, place) for place in range(0, len(token), max(1, len(token) // 12))),
        _flipped(token, len(token) - 1),
        *(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in resealed),
        *(token[:-1], token + "A", token + "=", token[:8] + "!" + token[8:], token + "\n", ""),
        token.swapcase(),
        links.seal(town.parts, "verdict", {"result": "genuine"}),
    ]


def _flipped(token: str, place: int) -> str:
    return token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]


@pytest.mark.parametrize("withdrawn", ["session", "session unused", "letter"])
async def test_a_link_ends_with_the_right_to_it(town: Town, withdrawn: str):
    resident = await town.resident()
    case = await _issued(town, resident)
    now = town.parts.now()
    if withdrawn == "session unused":
        town = town.at(now + sessions.IDLE - timedelta(seconds=20))
    token = await _link(town, resident, case)
    assert await letters.open_link(town.parts, token)
    if withdrawn == "session":
        await sessions.end(town.parts, resident.secret)
    elif withdrawn == "session unused":
        town = town.at(now + sessions.IDLE + timedelta(seconds=20))
    else:
        async with town.open_all() as work:
            letter = await work.letters.of_case((await town.case(case)).id)
            assert letter
            letter.revoked_at, letter.revoked_reason = town.parts.now(), "Data keliru"
    with pytest.raises(NotFound):
        await letters.open_link(town.parts, token)


async def _to_sign(town: Town, office: str = "cimahi-selatan") -> str:
    return await town.ready_to_sign(await town.resident(), office)


async def _is_stored_as_told(town: Town, case: str) -> None:
    letter = await town.letter(case)
    assert letter
    stored = await town.parts.files.stat(letter.file)
    assert (stored.sha256, stored.size) == (letter.sha256, letter.size)


async def _files_of(town: Town, letter: UUID) -> set[str]:
    return {key async for key in town.parts.files.keys(f"{keys.LETTERS}{letter}")}


async def _jobs_of(town: Town, kind: str, *, since: str) -> int:
    """Return how many jobs of a kind have been made since a case was."""
    query = text(
        "SELECT count(*) FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id"
        " WHERE j.queueing_lock LIKE :kind AND e.at >= :since"
    )
    async with town.open_all() as work:
        made = (await town.case(since)).created_at
        found = await work.session.execute(query, {"kind": f"{kind}%", "since": made})
        return found.scalar_one()


def _cut_off_at(open_work: OpenWork, number: int) -> OpenWork:
    """Return `open_work`, whose transaction of this number ends in a power cut."""
    opened = 0

    @asynccontextmanager
    async def cut(capacity: Capacity, name: str = "", /) -> AsyncIterator[Work]:
        nonlocal opened
        opened += 1
        async with open_work(capacity, name) as work:
            yield work
            if opened == number:
                await work.session.flush()
                raise PowerCut

    return cut
