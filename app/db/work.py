"""One transaction: the repositories that take part in it, its jobs and its news."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol, TypeVar

import psycopg
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import queue
from app.db.capacity import is_operators, stand
from app.db.cases import CaseRepository
from app.db.connection import begun, unavailable_when_away
from app.db.documents import DocumentRepository
from app.db.guesses import GuessRepository
from app.db.holding import ask, driver_in
from app.db.letters import LetterRepository
from app.db.offices import OfficeRepository
from app.db.people import PersonRepository
from app.db.reading import Question
from app.db.sealed import SealedRepository
from app.db.sessions import SessionRepository
from app.db.sweeps import SweepRepository
from app.db.trail import TrailRepository
from app.db.uploads import UploadRepository
from app.domain.capacity import Capacity
from app.domain.points import at

T = TypeVar("T")

#: The NOTIFY channel on which every web process listens.
CHANNEL = "loket"
_TELL = b"SELECT pg_notify(%s, topic) FROM unnest(%s::text[]) AS topic"


class Work:
    """What a use case does in one transaction. Nobody commits but `open_work`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self._topics: dict[str, None] = {}
        self.cases = CaseRepository(session)
        self.documents = DocumentRepository(session)
        self.guesses = GuessRepository(session)
        self.letters = LetterRepository(session)
        self.offices = OfficeRepository(session)
        self.people = PersonRepository(session)
        self.sealed = SealedRepository(session)
        self.sessions = SessionRepository(session)
        self.sweeps = SweepRepository(session)
        self.trail = TrailRepository(session)
        self.uploads = UploadRepository(session)

    async def ask(self, question: Question[T]) -> Question[T]:
        """Have a question answered past the session: what it has not flushed is not seen."""
        return await ask(self.session, question)

    async def enqueue(self, job: str, *, once: str, **arguments: Any) -> None:
        """Have `job` done after this transaction commits (see `app.db.queue`)."""
        await self.session.flush()
        await queue.enqueue(await driver_in(self.session), job, once=once, **arguments)

    async def without_job(self, words: Iterable[str]) -> set[str]:
        """Return which of these words no job shares that waits or runs."""
        return await queue.without_job(self.session, set(words))

    def announce(self, topic: str) -> None:
        """Tell every web process that `topic` changed, once this commits."""
        self._topics[topic] = None

    async def tell(self) -> None:
        """Hand all that was announced to PostgreSQL, which passes it on after the commit."""
        if self._topics:
            await (await driver_in(self.session)).execute(_TELL, (CHANNEL, [*self._topics]))


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
        async def begin(driver: psycopg.AsyncConnection) -> None:
            async with driver.pipeline():
                await stand(driver, capacity)

        with unavailable_when_away():
            async with (
                begun(engine, begin) as connection,
                AsyncSession(connection, expire_on_commit=False) as session,
                session.begin(),
            ):
                work = Work(session)
                yield work
                await work.tell()
                if name:
                    at(name, "commit")
        if name:
            at(name, "committed")

    return open_work


def divided(application: OpenWork, owner: OpenWork) -> OpenWork:
    """Return the function that opens as the owner what is for operators alone, and nothing else."""

    def open_work(capacity: Capacity, name: str = "", /) -> AbstractAsyncContextManager[Work]:
        return (owner if is_operators(capacity) else application)(capacity, name)

    return open_work
