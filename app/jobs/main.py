"""The worker: takes jobs out of PostgreSQL until it is told to stop."""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable

import procrastinate

from app import container
from app.db.capacity import QUEUE
from app.db.connector import QueueConnector
from app.db.engine import psycopg_conninfo
from app.db.isolation import refuse_breaches
from app.jobs.tasks import STALLED_AFTER, jobs
from app.settings import Settings

log = logging.getLogger(__name__)

_CONCURRENCY = 4
_HEARTBEAT_SECONDS = 5
_POLLING_SECONDS = 5
#: A worker that could not write its heartbeat for so long is of no use to anybody.
_SILENT_SECONDS = 30


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; a job that is running is finished first."""
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    if settings.database_url is None:
        raise ValueError("no database: start Loket with `python -m app serve`")
    await refuse_breaches(container.parts().open_work)
    conninfo = psycopg_conninfo(settings.database_url, QUEUE)
    connector = QueueConnector(conninfo=conninfo)
    threading.Thread(target=_end_when_silent, args=(connector,), daemon=True).start()
    app = procrastinate.App(connector=connector)
    app.add_tasks_from(jobs, namespace="")
    async with app.open_async():
        await app.run_worker_async(
            concurrency=_CONCURRENCY,
            update_heartbeat_interval=_HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_AFTER,
            fetch_job_polling_interval=_POLLING_SECONDS,
            shutdown_graceful_timeout=_HEARTBEAT_SECONDS,
        )


def _end_when_silent(connector: QueueConnector, seconds: int = _SILENT_SECONDS) -> None:
    """End this process once nothing was heard of its queue for too long.

    The library waits for jobs that it has told to stop for as long as they take: one that never
    ends would keep the next worker from starting. Each job is safe to begin again.
    """
    wait_for_silence(lambda: connector.heard, seconds)
    log.error("nothing heard of the queue for %d s: ending, to be started again", seconds)
    os._exit(os.EX_TEMPFAIL)


def wait_for_silence(
    heard: Callable[[], int], seconds: int, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Return when `heard` has counted nothing more for so long.

    Seconds are counted as they are lived: one in which the whole process stood still is none.
    """
    last, silent = heard(), 0
    while silent < seconds:
        sleep(1)
        now = heard()
        last, silent = now, silent + 1 if now == last else 0
