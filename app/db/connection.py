"""A connection of the pool on which something was begun, and what a database that is away means."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import psycopg
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.domain.errors import Unavailable

log = logging.getLogger(__name__)

_AWAY = (OperationalError, InterfaceError, PoolTimeoutError, psycopg.OperationalError)
_WORKED = "worked"


@contextmanager
def unavailable_when_away() -> Iterator[None]:
    """Call a database that does not answer `Unavailable`: asking again may work."""
    try:
        yield
    except _AWAY as error:
        log.warning("the database does not answer: %s", type(error).__name__)
        raise Unavailable from error


@asynccontextmanager
async def begun(
    engine: AsyncEngine, begin: Callable[[psycopg.AsyncConnection], Awaitable[None]]
) -> AsyncIterator[AsyncConnection]:
    """Give a connection on which `begin` has been done, which may be done more than once.

    A server that was restarted must cost reconnects, not failed requests: a connection that
    has worked before and turns out to be dead is replaced by the next, or by a new one. One on
    which `begin` did not end well, or was cut off, is closed: nobody else ever gets it.
    """
    while True:
        async with engine.connect() as connection:
            driver = await driver_of(connection)
            try:
                await begin(driver)
            except BaseException as error:
                # Cut off in a pipeline, it is left there, with answers on their way that the
                # next request would take for its own.
                is_stale = driver.closed and _WORKED in connection.info
                await connection.invalidate()
                if is_stale and isinstance(error, psycopg.OperationalError):
                    continue
                raise
            connection.info[_WORKED] = True
            try:
                yield connection
            except (SQLAlchemyError, NotImplementedError, psycopg.Error) as error:
                # Of a server that dies in the middle, an answer without rows may be all that
                # comes, over which SQLAlchemy and psycopg stumble in ways of their own.
                if driver.closed and not isinstance(error, _AWAY):
                    raise Unavailable from error
                raise
            return


async def driver_of(connection: AsyncConnection) -> psycopg.AsyncConnection:
    """Return psycopg's connection beneath SQLAlchemy's."""
    driver = (await connection.get_raw_connection()).driver_connection
    if not isinstance(driver, psycopg.AsyncConnection):
        raise TypeError(f"no connection of psycopg: {driver!r}")
    return driver
