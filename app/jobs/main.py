"""The worker: takes jobs out of PostgreSQL until it is told to stop."""

import asyncio

import procrastinate

from app import container
from app.db.capacity import QUEUE
from app.db.connector import QueueConnector
from app.db.engine import psycopg_conninfo
from app.db.isolation import refuse_breaches
from app.jobs.tasks import STALLED_AFTER, jobs
from app.settings import Settings

_CONCURRENCY = 4
_HEARTBEAT_SECONDS = 5
_POLLING_SECONDS = 5


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; a job that is running is finished first."""
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    if settings.database_url is None:
        raise ValueError("no database: start Loket with `python -m app serve`")
    await refuse_breaches(container.parts().open_work)
    conninfo = psycopg_conninfo(settings.database_url, QUEUE)
    connector = QueueConnector(conninfo=conninfo)
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
