"""The worker: takes jobs out of PostgreSQL until it is told to stop."""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import procrastinate

from app import container
from app.db.capacity import QUEUE
from app.db.connector import QueueConnector
from app.db.engine import psycopg_conninfo
from app.db.isolation import refuse_breaches
from app.db.queue import CHECKS, PROMPT
from app.jobs.tasks import STALLED_AFTER, jobs
from app.settings import Settings

log = logging.getLogger(__name__)

#: How many jobs are done at once, and of which lanes: the first takes any. With one for all, a
#: scanner that hangs would hold up every letter behind four files.
_LANES = (([CHECKS, PROMPT], 4), ([PROMPT], 2))
_HEARTBEAT_SECONDS = 5
_POLLING_SECONDS = 5
#: A worker that could not write its heartbeat for so long is of no use to anybody.
_SILENT_SECONDS = 30


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; a job that is running is finished first."""
    with suppress(asyncio.CancelledError):
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
    _heed_signals()
    async with app.open_async():
        await work_in_lanes(app)


async def work_in_lanes(app: procrastinate.App) -> None:
    """Do what waits, in lanes that do not hold each other up, until cancelled or one of them ends.

    Each counts as a worker in the database.
    """
    lanes = [
        asyncio.create_task(
            app.run_worker_async(
                queues=queues,
                concurrency=concurrency,
                update_heartbeat_interval=_HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_AFTER,
                fetch_job_polling_interval=_POLLING_SECONDS,
                shutdown_graceful_timeout=_HEARTBEAT_SECONDS,
                install_signal_handlers=False,
            )
        )
        for queues, concurrency in _LANES
    ]
    try:
        await asyncio.wait(lanes, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for lane in lanes:
            lane.cancel()
        ended = await asyncio.gather(*lanes, return_exceptions=True)
    for failed in ended:
        if isinstance(failed, Exception):
            raise failed


def _heed_signals() -> None:
    """Let the first signal end the work in order, and the second one at once."""
    loop, me = asyncio.get_running_loop(), asyncio.current_task()

    def stop() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
        if me is not None:
            me.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)


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
