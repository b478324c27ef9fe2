"""One transaction: the repositories that take part in it, its jobs and its news."""

import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import queue
from app.db.capacity import stand
from app.db.cases import CaseRepository
from app.db.documents import DocumentRepository
from app.db.letters import LetterRepository
from app.db.offices import OfficeRepository
from app.db.people import PersonRepository
from app.db.sessions import SessionRepository
from app.db.uploads import UploadRepository
from app.domain.capacity import Capacity
from app.domain.errors import Unavailable
from app.domain.points import at

log = logging.getLogger(__name__)

#: The NOTIFY channel on which every web process listens.
CHANNEL = "loket"
_AWAY = (OperationalError, InterfaceError, PoolTimeoutError)
_WORKED = "worked"


class Work:
    """What a use case does in one transaction. Nobody commits but `open_work`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.cases = CaseRepository(session)
        self.documents = DocumentRepository(session)
        self.letters = LetterRepository(session)
        self.offices = OfficeRepository(session)
        self.people = PersonRepository(session)
        self.sessions = SessionRepository(session)
        self.uploads = UploadRepository(session)

    async def enqueue(self, job: str, *, once: str, **arguments: Any) -> None:
        """Have `job` done after this transaction commits (see `app.db.queue`)."""
        await self.session.flush()
        await queue.enqueue(self.session, job, once=once, **arguments)

    async def without_job(self, words: Iterable[str]) -> set[str]:
        """Return which of these words no job shares that waits or runs."""
        return await queue.without_job(self.session, set(words))

    async def announce(self, topic: str) -> None:
        """Tell every web process that `topic` changed, once this commits."""
        connection = await self.session.connection()
        await connection.execute(
            text("SELECT pg_notify(:channel, :topic)"), {"channel": CHANNEL, "topic": topic}
        )


class OpenWork(Protocol):
    """Opens one transaction: `async with open_work(capacity, "apply.send")`.

    One that changes something has a name: its commit stands between the points `name.commit`
    and `name.committed` (see `app.domain.points`).
    """

    def __call__(self, capacity: Capacity, name: str = "", /) -> AbstractAsyncContextManager[Work]:
        """Open it."""
        ...


def work_on(engine: AsyncEngine) -> OpenWork:
    """Return the function that opens a transaction on `engine`, in the capacity it is told.

    It commits when the block ends and rolls back when the block raises. A database that does
    not answer is `Unavailable`: nothing was kept, and asking again may work.
    """

    @asynccontextmanager
    async def open_work(capacity: Capacity, name: str = "", /) -> AsyncIterator[Work]:
        try:
            async with (
                _standing(engine, capacity) as connection,
                AsyncSession(connection, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield Work(session)
                if name:
                    at(name, "commit")
        except (*_AWAY, psycopg.OperationalError) as error:
            log.warning("the database does not answer: %s", type(error).__name__)
            raise Unavailable from error
        if name:
            at(name, "committed")

    return open_work


@asynccontextmanager
async def _standing(engine: AsyncEngine, capacity: Capacity) -> AsyncIterator[AsyncConnection]:
    """Give a connection that has begun a transaction in `capacity`.

    A server that was restarted must cost reconnects, not failed requests: a connection that
    has worked before and turns out to be dead is replaced by the next, or by a new one.
    """
    while True:
        async with engine.connect() as connection:
            driver = await _driver_of(connection)
            try:
                await stand(driver, capacity)
            except psycopg.OperationalError:
                if not (driver.closed and _WORKED in connection.info):
                    raise
                await connection.invalidate()
                continue
            connection.info[_WORKED] = True
            yield connection
            return


async def _driver_of(connection: AsyncConnection) -> psycopg.AsyncConnection:
    driver = (await connection.get_raw_connection()).driver_connection
    if not isinstance(driver, psycopg.AsyncConnection):
        raise TypeError(f"no connection of psycopg: {driver!r}")
    return driver
