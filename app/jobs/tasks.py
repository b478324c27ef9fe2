"""The jobs: one thin task per use case, named explicitly, safe to run twice."""

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any
from uuid import UUID

from procrastinate import BaseRetryStrategy, Blueprint, JobContext, RetryDecision
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status

from app import container
from app.db import queue
from app.domain.points import at
from app.usecases import anchoring, checking, letters, pieces, sweeping

log = logging.getLogger(__name__)

Task = Callable[..., Awaitable[None]]

#: A part that is away is waited for: it is asked again soon, then every so many seconds.
_LONGEST_PAUSE = 15
#: What has failed so often is rather a defect; it is tried less often, and never given up.
_OFTEN, _RARELY = 60, 600
#: A worker that has not written its heartbeat for so long, in seconds, is dead.
STALLED_AFTER = 15
#: How long a job that has ended is remembered.
_REMEMBERED_HOURS = 24

jobs = Blueprint()


class _Patience(BaseRetryStrategy):
    """Tries a job again for as long as it takes: somebody was told that it will be done."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        pause = min(2**job.attempts, _LONGEST_PAUSE) if job.attempts < _OFTEN else _RARELY
        return RetryDecision(retry_in={"seconds": pause})


def _told(task: Task) -> Task:
    """Log why a job did not work, as the queue tries again without a word; name its points."""

    @wraps(task)
    async def telling(*context: JobContext, **of: Any) -> None:
        try:
            at("jobs", task.__name__, "begun")
            await task(*context, **of)
            at("jobs", task.__name__, "done")
        except Exception as error:
            log.warning("%s of %s failed, to be tried again", task.__name__, of, exc_info=error)
            raise

    return telling


def _named(job: str) -> dict[str, Any]:
    return {"name": job, "queue": queue.LANES[job]}


@jobs.task(**_named(queue.CHECK_DOCUMENT), retry=_Patience())
@_told
async def check_document(document: str) -> None:
    """Inspect an uploaded file."""
    await checking.check(container.parts(), UUID(document))


@jobs.task(**_named(queue.ISSUE_LETTER), retry=_Patience())
@_told
async def issue_letter(letter: str) -> None:
    """Make, sign and store a numbered letter."""
    await letters.issue(container.parts(), UUID(letter))


@jobs.task(**_named(queue.DROP_PIECES), retry=_Patience())
@_told
async def drop_pieces(upload: str) -> None:
    """Delete the pieces of an upload that is whole, or that nobody goes on with."""
    await pieces.drop(container.parts(), UUID(upload))


@jobs.periodic(cron="17 * * * *")
@jobs.task(**_named(queue.SWEEP), queueing_lock=queue.SWEEP, pass_context=True)
@_told
async def sweep_uploads(context: JobContext, timestamp: int) -> None:
    """Clear away what is left over, revive work without a job, and forget old jobs."""
    await sweeping.sweep(container.parts())
    manager = context.app.job_manager
    await manager.delete_old_jobs(_REMEMBERED_HOURS, include_failed=True, include_aborted=True)


@jobs.periodic(cron="* * * * *")
@jobs.task(**_named(queue.ANCHOR), queueing_lock=queue.ANCHOR, pass_context=False)
@_told
async def anchor_trail(timestamp: int) -> None:
    """Look at what moved, and anchor it."""
    await anchoring.anchor(container.parts())


@jobs.periodic(cron="* * * * * */5")
@jobs.task(**_named(queue.RESCUE), queueing_lock=queue.RESCUE, pass_context=True)
@_told
async def rescue_stalled(context: JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that died to one that lives."""
    manager = context.app.job_manager
    for job in list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER)):
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            # The same work waits already under another number.
            await manager.finish_job(job, status=Status.ABORTED, delete_job=False)
