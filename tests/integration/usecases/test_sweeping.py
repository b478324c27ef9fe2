"""The sweep: what lost its job is done after all, and what lost its file is told."""

import logging
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import procrastinate
import pytest
from procrastinate.jobs import Status
from sqlalchemy import text

from app.db import queue
from app.db.figures import count
from app.db.tables import SessionRow
from app.domain.capacity import AsResident
from app.domain.errors import LoginNeeded
from app.domain.identity import Role
from app.domain.workflow import Status as CaseStatus
from app.domain.workflow import Step
from app.jobs.tasks import STALLED_AFTER
from app.usecases import sessions, uploads
from app.usecases.sweeping import sweep
from storage import keys
from tests.factories import Town

_LATER = timedelta(minutes=5)
_MORE_THAN_AT_ONCE = 201


async def _in_vain(town: Town, job: str) -> None:
    """Lose the jobs of one kind that wait, as no known fault does."""
    async with town.open_all() as work:
        connection = await work.session.connection()
        await connection.execute(
            text("DELETE FROM procrastinate_jobs WHERE task_name = :job AND status = 'todo'"),
            {"job": job},
        )


def _later(town: Town) -> Town:
    return town.at(town.parts.now() + _LATER)


async def test_a_document_whose_check_lost_its_job_is_checked_after_all(town: Town):
    town, resident = town.left_to_jobs(), await town.resident()
    reference = await town.draft(resident)
    await town.attach(resident, reference, "ktp")
    await _in_vain(town, queue.CHECK_DOCUMENT)

    assert (await sweep(town.parts)).checks == 0
    assert (await sweep(_later(town).parts)).checks >= 1  # others' drafts may wait beside it
    assert (await sweep(_later(town).parts)).checks == 0
    await town.settled(reference)
    assert (await town.document(reference, "ktp")).safety == "safe"


async def test_a_numbered_letter_that_lost_its_job_is_made_after_all(town: Town):
    head = await town.staff(Role.HEAD)
    reference = await town.ready_to_sign(await town.resident())
    await town.step(head, reference, Step.SIGN)
    await _in_vain(town, queue.ISSUE_LETTER)

    assert (await sweep(_later(town).parts)).letters >= 1
    await town.settled(reference)
    assert (await town.case(reference)).status == CaseStatus.DONE


async def test_a_file_that_a_row_names_and_the_store_lacks_is_told_loudly(
    town: Town, caplog: pytest.LogCaptureFixture
):
    before = (await sweep(town.parts)).missing
    resident = await town.resident()
    reference = await town.filled(resident)
    lost = keys.original((await town.document(reference, "ktp")).id)
    kept = await town.parts.files.get(lost)
    await town.parts.files.delete(lost)

    caplog.set_level(logging.WARNING)
    assert (await sweep(town.parts)).missing == before + 1
    assert f"no object {lost}" in caplog.text
    assert f"{before + 1} missing" in caplog.text
    swept = (await count(town.parts.read)).swept
    assert swept
    assert swept.missing == before + 1
    data = await town.parts.files.put(lost, kept, content_type="image/jpeg", max_bytes=1 << 20)
    assert data.size == len(kept)


async def test_a_session_is_forgotten_a_month_after_its_end_and_not_before(town: Town):
    began = town.parts.now() - timedelta(days=400)
    person = await town.at(began).resident()
    used = await sessions.visitor(town.at(began).parts, person.secret)
    await sessions.end_others(town.at(began).parts, used)
    rows = [_session(person.actor.person, began) for _ in range(_MORE_THAN_AT_ONCE)]
    async with town.open_all() as work:
        work.session.add_all(rows)
    now = await town.signed_in(person.subject)

    before = (await sweep(town.at(began + timedelta(days=30, hours=11)).parts)).sessions
    assert before == 0
    after = (await sweep(town.at(began + timedelta(days=30, hours=13)).parts)).sessions
    assert after == len(rows) + 2  # of the resident's own two
    assert (await sessions.visitor(town.parts, now.secret)).actor == person.actor
    with pytest.raises(LoginNeeded):
        await sessions.visitor(town.at(began).parts, person.secret)


def _session(person: UUID, began: datetime) -> SessionRow:
    return SessionRow(
        id_hash=secrets.token_bytes(32), person_id=person, created_at=began, seen_at=began
    )


async def test_a_dead_workers_job_is_given_to_another_or_left_to_one_that_waits(
    town: Town, worker: procrastinate.App
):
    town, resident = town.left_to_jobs(), await town.resident()
    reference = await town.draft(resident)
    await town.attach(resident, reference, "ktp")
    await town.attach(resident, reference, "kk")
    async with town.open_all() as work:
        connection = await work.session.connection()
        # As if it had been killed at both; of one the same work was enqueued again meanwhile.
        await connection.execute(
            text("UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'")
        )
        document = await town.document(reference, "ktp")
        once = f"document:{document.id}"
        await work.enqueue(queue.CHECK_DOCUMENT, once=once, document=str(document.id))
    manager = worker.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER))
    assert len(stalled) >= 2
    await worker.configure_task(queue.RESCUE).defer_async(timestamp=0)
    await town.settled(reference)
    assert list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER)) == []
    (same,) = [job for job in stalled if job.lock == once]
    assert same.id
    assert await manager.get_job_status_async(same.id) is Status.ABORTED


async def test_what_waits_already_is_enqueued_once(town: Town):
    """Also where row security keeps PostgreSQL from telling which row stands in the way."""
    town, resident = town.left_to_jobs(), await town.resident()
    reference = await town.draft(resident)
    await town.attach(resident, reference, "ktp")
    document = await town.document(reference, "ktp")
    async with town.parts.open_work(AsResident(resident.actor)) as work:
        await uploads.enqueue_check(work, document.id)
    assert await town.checks_of(document) == 1
    await town.settled(reference)
