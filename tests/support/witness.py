"""Looking into a database as its superuser, whom no policy binds: only tests may."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import quote

from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.engine import sqlalchemy_url
from app.db.work import Work
from app.embedded.postgres import Postgres, find_postgres
from app.settings import Settings

OpenAll = Callable[[], AbstractAsyncContextManager[Work]]


def superuser_url(settings: Settings) -> str:
    """Return the address of the embedded database of `settings` for its superuser."""
    return superuser_of(find_postgres(settings.data_dir / "postgres"))


def superuser_of(postgres: Postgres, database: str = "loket") -> str:
    """Return the address of a database of a cluster of ours for its superuser."""
    password = (postgres.home / "superuser.password").read_text()
    host = quote(str(postgres.sockets), safe="")
    return f"postgresql://postgres:{password}@/{database}?host={host}"


def witness(settings: Settings) -> OpenAll:
    """Return the function that opens a transaction in which every row is there."""
    # Before each use a connection is tried: PostgreSQL may have been killed since.
    engine = create_async_engine(
        sqlalchemy_url(superuser_url(settings)), pool_size=2, pool_pre_ping=True
    )

    @asynccontextmanager
    async def open_all() -> AsyncIterator[Work]:
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            work = Work(session)
            yield work
            await work.tell()

    return open_all
