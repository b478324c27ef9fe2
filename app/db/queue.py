"""Jobs, put into the queue by the transaction that needs them.

A job of a transaction that was rolled back never existed; one of a transaction that
was committed is never lost. Procrastinate keeps both in PostgreSQL.
"""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.errors import Unavailable

if TYPE_CHECKING:
    import procrastinate

CHECK_DOCUMENT = "loket.check_document"
ISSUE_LETTER = "loket.issue_letter"
DROP_PIECES = "loket.drop_pieces"
SWEEP = "loket.sweep_uploads"
RESCUE = "loket.rescue_stalled"
ANCHOR = "loket.anchor_trail"
#: A job of the first lane may wait long for somebody else's scanner; those of the other wait for
#: Loket's own servers alone, and have workers of their own.
CHECKS, PROMPT = "default", "prompt"
LANES = {
    CHECK_DOCUMENT: CHECKS,
    ISSUE_LETTER: PROMPT,
    DROP_PIECES: PROMPT,
    SWEEP: PROMPT,
    RESCUE: PROMPT,
    ANCHOR: PROMPT,
}
JOBS = tuple(LANES)
#: A worker that has not said for so long that it lives counts for nothing; it says so every 5 s.
HEARTBEAT = timedelta(seconds=40)


async def enqueue(
    driver: psycopg.AsyncConnection, job: str, *, once: str, **arguments: Any
) -> None:
    """Put `job` into the queue when the transaction on `driver` commits.

    Args:
        driver: its transaction carries the job.
        job: the name of a task in `app.jobs`.
        once: jobs that share this word never wait twice nor run at the same time.
        arguments: JSON values for the task.

    Raises:
        Unavailable: the database does not answer any more.
    """
    from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

    deferrer = _deferring().configure_task(
        job, lock=once, queueing_lock=once, queue=LANES[job], connection=driver
    )
    try:
        async with driver.transaction():  # within ours: a savepoint
            await deferrer.defer_async(**arguments)
    except AlreadyEnqueued:
        return
    except ConnectorException as error:
        if isinstance(error.__cause__, psycopg.OperationalError | psycopg.InterfaceError):
            raise Unavailable from error
        raise


async def without_job(session: AsyncSession, words: set[str]) -> set[str]:
    """Return which of the words given as `once` no job has that waits or runs."""
    query = text(
        "SELECT lock FROM procrastinate_jobs"
        " WHERE status IN ('todo', 'doing') AND lock = ANY(:words)"
    )
    found = await (await session.connection()).execute(query, {"words": list(words)})
    return words - set(found.scalars())


@cache
def _deferring() -> "procrastinate.App":
    """Return what writes jobs on our connection: it needs no worker and no pool of its own.

    Imported with the first job, as pages do without.
    """
    import procrastinate

    return procrastinate.App(connector=procrastinate.PsycopgConnector())
