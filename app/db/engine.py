"""The connection pool to PostgreSQL."""

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.db.capacity import IDLE

#: A server on the same network answers at once, or is away; and a person waits.
_CONNECT_SECONDS = 5
_POOL_SECONDS = 8


def sqlalchemy_url(database_url: str) -> URL:
    """Return any PostgreSQL address as the one of the psycopg driver."""
    return make_url(database_url).set(drivername="postgresql+psycopg")


def psycopg_conninfo(database_url: str, role: str | None = None) -> str:
    """Return the same address for psycopg itself, which knows no driver names.

    With `role`, connections have that role's rights from their first statement on,
    and not those of the login.
    """
    url = make_url(database_url).set(drivername="postgresql")
    conninfo = url.render_as_string(hide_password=False)
    return make_conninfo(conninfo, options=_options(conninfo, role)) if role else conninfo


def new_engine(database_url: str, *, pool_size: int = 20) -> AsyncEngine:
    """Return an engine whose connections have no rights until work is opened on them.

    There is no overflow: a connection that is opened for one request costs more than the
    request. Nor is a connection checked before use: opening work finds out (`app.db.work`).
    """
    url = sqlalchemy_url(database_url)
    options = _options(psycopg_conninfo(database_url), IDLE)
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,  # they are what people typed, and errors are logged
        pool_timeout=_POOL_SECONDS,
        connect_args={"options": options, "connect_timeout": _CONNECT_SECONDS},
    )


def _options(conninfo: str, role: str) -> str:
    given = conninfo_to_dict(conninfo).get("options") or ""
    return f"{given} -c role={role}".strip()
