"""A PostgreSQL of ours as another's: with databases and logins of its superuser's making."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote

import psycopg

from app.embedded.postgres import Postgres
from app.embedded.supervisor import Supervisor
from tests.support.witness import superuser_of


@dataclass(frozen=True)
class Server:
    """A PostgreSQL as an operator's superuser keeps it."""

    postgres: Postgres

    def run(self, *statements: str, database: str = "postgres") -> None:
        """Run statements as its superuser."""
        url = superuser_of(self.postgres, database)
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def logins(self, database: str) -> set[str]:
        """Return who is connected to a database."""
        with psycopg.connect(superuser_of(self.postgres)) as connection:
            found = connection.execute(
                "SELECT DISTINCT usename::text FROM pg_stat_activity"
                " WHERE datname = %s AND backend_type = 'client backend'"
                " AND pid <> pg_backend_pid()",
                [database],
            )
            return {name for (name,) in found.fetchall()}

    def new_database(self, owner: str = "loket") -> str:
        """Return the name of a new and empty database."""
        name = f"uji_{secrets.token_hex(4)}"
        self.run(f"CREATE DATABASE {name} OWNER {owner}")
        return name

    def offices(self) -> set[str]:
        """Return the ids of all offices of our own database."""
        with psycopg.connect(superuser_of(self.postgres)) as connection:
            return {name for (name,) in connection.execute("SELECT id FROM office").fetchall()}

    @property
    def owner_password(self) -> str:
        """Return the password of `loket`."""
        return (self.postgres.folder / "role.password").read_text()

    def url(self, database: str, login: str = "loket", password: str = "") -> str:
        """Return the address of a database for a login; without a password it is `loket`'s."""
        host = quote(str(self.postgres.sockets), safe="")
        secret = password or self.owner_password
        return f"postgresql://{login}:{secret}@/{database}?host={host}"


@asynccontextmanager
async def running(postgres: Postgres) -> AsyncIterator[Server]:
    """Run a cluster, made if there is none, as long as the block takes."""
    if postgres.is_new:
        await asyncio.to_thread(postgres.set_up)
    async with Supervisor(postgres.folder.parent / "log", print) as supervisor:
        await supervisor.start(postgres.part())
        yield Server(postgres)
