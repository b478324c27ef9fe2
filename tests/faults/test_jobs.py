"""Jobs, and the answers to forms, while processes die: each effect once, none lost."""

import asyncio
import os
import secrets
import time
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.domain.workflow import Status
from app.usecases import apply
from app.usecases.uploads import Upload, attach
from tests.factories import OFFICE, TYPED, Town, in_pieces, photo
from tests.faults.books import close_the_books
from tests.faults.clients import news
from tests.faults.harness import CHECKED_AT_ONCE, Fragile, until
from tests.faults.journeys import DOCUMENTS, SERVICE, Journeys, form_key_of
from tests.faults.report import note
from tests.faults.switchboard import FAIL, Hit

_JOBS = int(os.environ.get("LOKET_FAULTS_JOBS", "2000"))
_KILLS = 10
#: Of all jobs, so many may be begun twice for want of an acknowledgement.
_REPEATED_AT_MOST = 0.02
_PICKED_UP_WITHIN = 30.0
_TIMES = 50
_DEFECTS = int(os.environ.get("LOKET_FAULTS_DEFECTS", "200"))

pytestmark = pytest.mark.faults_full


async def test_all_jobs_are_done_once_whatever_dies(
    fragile: Fragile, town: Town, journeys: Journeys
):
    before = await _ended(town)
    handing_in = asyncio.create_task(_hand_in(town, _JOBS))
    for number in range(_KILLS):
        await until(
            partial(_has_ended, town, before + (number + 1) * _JOBS // (_KILLS + 2)),
            f"jobs go on after kill {number}",
            300,
        )
        done = fragile.points.reached["jobs.check_document.done"]
        await fragile.kill("worker")
        began = time.monotonic()
        await until(
            lambda done=done: fragile.points.reached["jobs.check_document.done"] > done,
            "work goes on",
            _PICKED_UP_WITHIN,
        )
        note(f"worker killed: work went on after {time.monotonic() - began:.1f} s")
    await handing_in
    await until(lambda: _has_ended(town, before + _JOBS), "all jobs done", 600)
    books = await close_the_books(town, journeys.receipts)
    note(f"{_JOBS} jobs, {_KILLS} kills: {books}")
    assert books.wrong == []
    assert books.repeated <= max(4 * _KILLS, _REPEATED_AT_MOST * books.jobs)


async def test_the_same_form_fifty_times_at_once_and_after_time_outs_is_one_case(
    fragile: Fragile, town: Town, journeys: Journeys
):
    resident = await town.resident()
    async with journeys.client(resident) as client:
        page = f"/layanan/{SERVICE}/ajukan"
        files = {f"document.{key}": (f"{key}.jpg", photo(), "image/jpeg") for key in DOCUMENTS}
        form = {"office": OFFICE, **TYPED[SERVICE], "form_key": await form_key_of(client, page)}
        await client.post(page, {**form, "action": "save"}, files=files)
        [case] = await town.cases(resident)
        await town.settled(case.reference)

        # The answer to the first is lost with the process that gave it.
        fragile.points.set("apply.send.committed", fragile.killing("web"))
        answers = await asyncio.gather(
            *(client.post(page, {**form, "action": "submit"}) for _ in range(_TIMES))
        )
        late, _ = await client.post(page, {**form, "action": "submit"}, files=files)
    every = [*(answer for answer, _ in answers), late]
    assert {news(answer) for answer in every} == {"sent"}
    assert len({answer.headers["location"] for answer in every}) == 1
    [case] = await town.cases(resident)
    steps = [row.step for row in await town.history(case.reference)]
    assert (case.status, steps) == (Status.SUBMITTED, ["submit"])
    note(f"one form {_TIMES + 1} times, web killed at the first: one case, one receipt")


async def test_a_defect_after_enqueueing_leaves_neither_job_nor_row(
    fragile: Fragile, town: Town, journeys: Journeys
):
    resident = await town.resident()
    reference = await town.draft(resident)
    before = await _all_jobs(town)

    async def fail(_: Hit) -> str:
        return FAIL

    trap = fragile.points.set("uploads.enqueued", fail, stays=True)
    async with journeys.client(resident) as client:
        page = f"/layanan/{SERVICE}/ajukan"
        form = {"office": OFFICE, "form_key": await form_key_of(client, page)}
        larger = photo() + secrets.token_bytes(CHECKED_AT_ONCE)
        file = {"document.ktp": ("ktp.jpg", larger, "image/jpeg")}
        for _ in range(_DEFECTS):
            answer = await client.http.post(page, data={**form, "action": "save"}, files=file)
            assert answer.status_code == 500
    fragile.points.take_away(trap)
    assert await _all_jobs(town) == before
    assert await town.documents(reference) == []
    books = await close_the_books(town, journeys.receipts)
    assert books.wrong == []
    note(f"{_DEFECTS} defects after enqueueing: no ghost job; {books.swept} orphans swept")


async def _hand_in(town: Town, count: int) -> None:
    """Enqueue so many checks, some at a time, by the use case itself."""
    town = town.left_to_jobs()
    residents = [await town.resident() for _ in range(8)]
    references = [
        (
            await apply.keep_new(town.parts, one.actor, SERVICE, uuid4(), {"office": OFFICE})
        ).reference
        for one in residents
    ]
    for number in range(0, count, len(residents)):
        await asyncio.gather(
            *(
                attach(
                    town.parts,
                    resident.actor,
                    reference,
                    DOCUMENTS[number // len(residents) % len(DOCUMENTS)],
                    Upload("foto.jpg", in_pieces(photo())),
                )
                for resident, reference in zip(residents, references, strict=True)
            )
        )


async def _has_ended(town: Town, count: int) -> bool:
    return await _ended(town) >= count


async def _ended(town: Town) -> int:
    return await _count(town, "task_name = 'loket.check_document' AND status = 'succeeded'")


async def _all_jobs(town: Town) -> int:
    return await _count(town, "task_name IN ('loket.check_document', 'loket.issue_letter')")


async def _count(town: Town, condition: str) -> int:
    async with town.open_all() as work:
        connection = await work.session.connection()
        query = text(f"SELECT count(*) FROM procrastinate_jobs WHERE {condition}")
        return (await connection.execute(query)).scalar_one()
