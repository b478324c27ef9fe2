"""The jobs: one thin task per use case, named explicitly, safe to run twice."""

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from uuid import UUID

from procrastinate import Blueprint, JobContext, RetryStrategy
from procrastinate.jobs import Job

from app import container
from app.db import queue
from app.usecases import documents, letters, pieces, sweeping

log = logging.getLogger(__name__)

Task = Callable[..., Awaitable[None]]

#: A part that is away for a while is waited for; the pause grows to some minutes.
_RETRY = RetryStrategy(max_attempts=50, exponential_wait=2, wait=1)
#: A worker that has not written its heartbeat for so long, in seconds, is dead.
STALLED_AFTER = 20

jobs = Blueprint()


def _told(task: Task) -> Task:
    """Log why a job did not work; the queue only tries again, without a word."""

    @wraps(task)
    async def telling(**of: str) -> None:
        try:
            await task(**of)
        except Exception as error:
            log.warning("%s of %s failed, to be tried again", task.__name__, of, exc_info=error)
            raise

    return telling


@jobs.task(name=queue.CHECK_DOCUMENT, retry=_RETRY)
@_told
async def check_document(document: str) -> None:
    """Inspect an uploaded file."""
    await documents.check(container.parts(), UUID(document))


@jobs.task(name=queue.ISSUE_LETTER, retry=_RETRY)
@_told
async def issue_letter(letter: str) -> None:
    """Make, sign and store a numbered letter."""
    await letters.issue(container.parts(), UUID(letter))


@jobs.task(name=queue.DROP_PIECES, retry=_RETRY)
@_told
async def drop_pieces(upload: str) -> None:
    """Delete the pieces of an upload that is whole, or that nobody goes on with."""
    await pieces.drop(container.parts(), UUID(upload))


@jobs.periodic(cron="17 * * * *")
@jobs.task(name=queue.SWEEP, queueing_lock=queue.SWEEP)
async def sweep_uploads(timestamp: int) -> None:
    """Clear away uploads that nobody finished, and objects that no row names."""
    await sweeping.sweep(container.parts())


@jobs.periodic(cron="* * * * * */10")
@jobs.task(name=queue.RESCUE, queueing_lock=queue.RESCUE, pass_context=True)
async def rescue_stalled(context: JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that died to one that lives."""
    stalled: list[Job] = list(
        await context.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER)
    )
    for job in stalled:
        await context.app.job_manager.retry_job(job)
