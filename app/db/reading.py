"""What pages read: all queries of one capacity in one round trip, past SQLAlchemy's session.

A session that only reads costs a page several times what its answers do (docs/performance.md).
Queries are written with the tables all the same, once each, and compiled when they are made.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import psycopg
from sqlalchemy import Select, inspect
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm.attributes import instance_dict
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel.sql.expression import SelectOfScalar

from app.db.capacity import stand
from app.db.connection import begun, unavailable_when_away
from app.db.tables import Table
from app.domain.capacity import Capacity

RowT = TypeVar("RowT")
TableT = TypeVar("TableT", bound=Table)
Statement = Select[*tuple[Any, ...]] | SelectOfScalar[Any] | ReturningUpdate[*tuple[Any, ...]]
_DIALECT = PGDialect_psycopg()


class Query(Generic[RowT]):
    """A query whose values are named by `bindparam`; `make(*columns)` makes each of its rows."""

    def __init__(self, statement: Statement, make: Callable[..., RowT]) -> None:
        """Compile `statement`; nothing of it may depend on who asks."""
        compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
        self.sql = str(compiled).encode()
        self.values = compiled.params
        self.make = make

    def about(self, **values: Any) -> "Question[RowT]":
        """Ask it with these values."""
        return Question(self, values)


class Question(Generic[RowT]):
    """A query with its values; once it was read, also with its rows."""

    def __init__(self, query: Query[RowT], values: Mapping[str, Any]) -> None:
        self.query = query
        self.values = {**query.values, **values}
        self.rows: Sequence[RowT] = ()

    @property
    def first(self) -> RowT | None:
        """The first row, if there is any."""
        return self.rows[0] if self.rows else None

    @property
    def one(self) -> RowT:
        """The row that there always is."""
        return self.rows[0]

    def take(self, columns: Iterable[Sequence[Any]]) -> None:
        """Make the rows of what came."""
        self.rows = [self.query.make(*row) for row in columns]


class Read(Protocol):
    """Has questions answered: `await read(capacity, mine, offices)`."""

    async def __call__(self, capacity: Capacity, /, *questions: Question[Any]) -> None:
        """Answer them, in one transaction that changes nothing."""
        ...


def entity(table: type[TableT], *names: str) -> Callable[..., TableT]:
    """Return what makes a row of `table` of the columns that `select(table)` gives.

    No session knows such a row: what is changed of it is not kept. With `names`, it is made of
    these columns alone.
    """
    mapper = inspect(table)
    names = names or tuple(attribute.key for attribute in mapper.column_attrs)

    def make(*values: Any) -> TableT:
        row: TableT = mapper.class_manager.new_instance()
        instance_dict(row).update(zip(names, values, strict=True))
        return row

    return make


def reading_on(engine: AsyncEngine) -> Read:
    """Return the function that has questions answered on `engine`, in the capacity it is told.

    A database that does not answer is `Unavailable`.
    """

    async def read(capacity: Capacity, /, *questions: Question[Any]) -> None:
        async def exchange(driver: psycopg.AsyncConnection) -> None:
            async with driver.pipeline():
                await stand(driver, capacity)
                cursors = [await driver.execute(one.query.sql, one.values) for one in questions]
                await driver.execute(b"COMMIT")
            for question, cursor in zip(questions, cursors, strict=True):
                question.take(await cursor.fetchall())

        with unavailable_when_away():
            async with begun(engine, exchange):
                pass

    return read
