"""Real PostgreSQL and S3, one of each for a process of the tests, and people on them."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import procrastinate
import pytest

from app import container
from app.container import assemble_for_operators
from app.db.capacity import QUEUE
from app.db.engine import psycopg_conninfo
from app.db.migrate import upgrade
from app.embedded import Stack
from app.jobs.tasks import jobs
from app.settings import Settings
from app.usecases.adopting import adopt
from app.usecases.demo import seed
from app.usecases.parts import Parts
from storage.s3 import S3Store
from tests.factories import Town
from tests.support.witness import OpenAll, witness

ISSUER = "https://masuk.example.go.id"


@pytest.fixture(scope="session")
async def settings(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Settings]:
    """Settings of a database with the newest schema and a storage with its bucket."""
    async with Stack(tmp_path_factory.mktemp("servers")) as settings:
        assert settings.database_owner_url
        assert settings.s3
        owner, application = settings.database_owner_url, settings.database_url
        await asyncio.to_thread(upgrade, owner, application_url=application)
        s3 = settings.s3
        store = S3Store(s3.endpoint, s3.access_key, s3.secret_key, s3.bucket, s3.region, s3.secure)
        await store.ensure_bucket()
        await store.close()
        yield settings


@pytest.fixture(scope="session")
async def parts(settings: Settings) -> AsyncIterator[Parts]:
    """All ports of the use cases on them, with the demo's offices."""
    parts = assemble_for_operators(settings)
    await adopt(parts)
    await seed(parts, ISSUER)
    listening = asyncio.create_task(parts.news.listen())
    yield parts
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


@pytest.fixture(scope="session")
async def worker(settings: Settings) -> AsyncIterator[procrastinate.App]:
    """The queue of jobs, with all that Loket can do."""
    assert settings.database_url
    conninfo = psycopg_conninfo(settings.database_url, QUEUE)
    connector = procrastinate.PsycopgConnector(conninfo=conninfo)
    app = procrastinate.App(connector=connector)
    app.add_tasks_from(jobs, namespace="")
    async with app.open_async():
        yield app


@pytest.fixture(scope="session")
def open_all(settings: Settings) -> OpenAll:
    """Opens a transaction that sees every row, whosever it is."""
    return witness(settings)


@pytest.fixture(scope="module")
def town(parts: Parts, worker: procrastinate.App, open_all: OpenAll) -> Iterator[Town]:
    """Residents, offices and cases; jobs are done when they are waited for."""

    async def run_jobs() -> None:
        await worker.run_worker_async(
            wait=False, concurrency=4, listen_notify=False, install_signal_handlers=False
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(container, "parts", lambda: parts)
        yield Town(parts, ISSUER, run_jobs, open_all)
