"""The jobs: one thin task per use case, named explicitly, safe to run twice."""

from uuid import UUID

from procrastinate import Blueprint, JobContext, RetryStrategy
from procrastinate.jobs import Job

from app import container
from app.db import queue
from app.usecases import documents, letters

#: A part that is away for a while is waited for; the pause grows to some minutes.
_RETRY = RetryStrategy(max_attempts=50, exponential_wait=2, wait=1)
#: A worker that has not written its heartbeat for so long, in seconds, is dead.
STALLED_AFTER = 20

jobs = Blueprint()


@jobs.task(name=queue.CHECK_DOCUMENT, retry=_RETRY)
async def check_document(document: str) -> None:
    """Inspect an uploaded file."""
    await documents.check(container.parts(), UUID(document))


@jobs.task(name=queue.ISSUE_LETTER, retry=_RETRY)
async def issue_letter(letter: str) -> None:
    """Make, sign and store a numbered letter."""
    await letters.issue(container.parts(), UUID(letter))


@jobs.periodic(cron="* * * * * */10")
@jobs.task(name=queue.RESCUE, queueing_lock=queue.RESCUE, pass_context=True)
async def rescue_stalled(context: JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that died to one that lives."""
    stalled: list[Job] = list(
        await context.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER)
    )
    for job in stalled:
        await context.app.job_manager.retry_job(job)
