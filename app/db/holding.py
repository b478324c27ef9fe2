"""Rows that a transaction reads in order to change them: read past the session, then kept by it.

A query that the session makes anew each time, and rows that it makes of its answer, cost a
transaction more than PostgreSQL does (docs/performance.md).
"""

from typing import Any, TypeVar

import psycopg
from sqlalchemy import ColumnElement
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.util import identity_key
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.connection import driver_of
from app.db.reading import Query, Question, entity
from app.db.tables import Table

RowT = TypeVar("RowT", bound=Table)
T = TypeVar("T")

_DRIVER = "driver"


def locking(table: type[RowT], *conditions: ColumnElement[bool]) -> dict[bool, Query[RowT]]:
    """Return the query for rows for which these hold: without a lock, and with it until commit."""
    query, rows = select(table).where(*conditions), entity(table)
    return {False: Query(query, rows), True: Query(query.with_for_update(), rows)}


async def driver_in(session: AsyncSession) -> psycopg.AsyncConnection:
    """Return the connection, in which the session takes part: it commits what is done there."""
    driver = session.info.get(_DRIVER)
    if driver is None:
        driver = session.info[_DRIVER] = await driver_of(await session.connection())
    return driver


async def ask(session: AsyncSession, question: Question[T]) -> Question[T]:
    """Have a question answered past the session: what it has not flushed is not seen."""
    asked = await (await driver_in(session)).execute(question.query.sql, question.values)
    question.take(await asked.fetchall())
    return question


async def hold(session: AsyncSession, question: Question[RowT]) -> RowT | None:
    """Return the first row of an answer, whose changes the session writes from then on.

    A row that it holds already stays as it is there.
    """
    if session.new or session.dirty or session.deleted:
        await session.flush()
    row: Any = (await ask(session, question)).first
    if row is None:
        return None
    known = session.sync_session.identity_map.get(identity_key(instance=row))
    if known is not None:
        return known
    make_transient_to_detached(row)
    session.add(row)
    return row
