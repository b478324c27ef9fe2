"""The connection pool to PostgreSQL."""

from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def sqlalchemy_url(database_url: str) -> URL:
    """Return any PostgreSQL address as the one of the psycopg driver."""
    return make_url(database_url).set(drivername="postgresql+psycopg")


def psycopg_conninfo(database_url: str) -> str:
    """Return the same address for psycopg itself, which knows no driver names."""
    url = make_url(database_url).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def new_engine(database_url: str, *, pool_size: int = 20) -> AsyncEngine:
    """Return an engine that checks a pooled connection before it is used.

    A server that was restarted must cost one reconnect, not one failed request. There is no
    overflow: a connection that is opened for one request costs more than the request.
    """
    return create_async_engine(
        sqlalchemy_url(database_url), pool_size=pool_size, max_overflow=0, pool_pre_ping=True
    )
