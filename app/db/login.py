"""The login of web and worker: it takes on the roles of their capacities, and owns nothing.

Whoever owns a table can switch its row security off. So the owner only migrates and does what
operators ask for, and lets this other login in.
"""

from typing import LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy import Connection

from app.db.capacity import APPLICATION
from app.db.engine import psycopg_conninfo
from app.db.migrations.rights import taking_on


class NotLetIn(Exception):
    """The owner cannot let the application's login in; the message says why, in one line."""


def let_in(connection: Connection, application_url: str) -> None:
    """Give the login of `application_url` what it lacks; make it, where there is none.

    Args:
        connection: the owner's, in the transaction that brought the schema up to date.
        application_url: with the password that a new login gets, if it has one.

    Raises:
        NotLetIn: it names no login, or one that there is not and that the owner may not make.
    """
    owner = connection.connection.driver_connection
    if not isinstance(owner, psycopg.Connection):
        raise TypeError(f"no connection of psycopg: {owner!r}")
    asked = conninfo_to_dict(psycopg_conninfo(application_url))
    if not (name := asked.get("user")):
        raise NotLetIn("names no login")
    if not _holds(owner, "SELECT true FROM pg_roles WHERE rolname = %s", str(name)):
        _make(owner, str(name), asked.get("password"))
    _allow(owner, str(name))


def _make(owner: psycopg.Connection, name: str, password: object) -> None:
    if not _holds(owner, "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = user"):
        raise NotLetIn(f"there is no login {name!r}, and the owner, without CREATEROLE, makes none")
    made = SQL("CREATE ROLE {} LOGIN NOINHERIT").format(Identifier(name))
    if password:
        # Servers log such statements: the password itself stays here.
        secret = owner.pgconn.encrypt_password(
            str(password).encode(), name.encode(), b"scram-sha-256"
        )
        made += SQL(" PASSWORD {}").format(Literal(secret.decode()))
    owner.execute(made)


def _allow(owner: psycopg.Connection, name: str) -> None:
    login = Identifier(name)
    may, options = taking_on(owner.info.server_version)
    for role in APPLICATION:
        if not _holds(owner, "SELECT pg_has_role(%s, %s, %s)", name, role, may):
            granted = SQL("GRANT {} TO {} {}").format(Identifier(role), login, SQL(options))
            owner.execute(granted)
    if not _holds(owner, "SELECT has_database_privilege(%s, current_database(), 'CONNECT')", name):
        database = Identifier(owner.info.dbname)
        owner.execute(SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, login))


def _holds(owner: psycopg.Connection, question: LiteralString, *facts: str) -> bool:
    row = owner.execute(question, facts).fetchone()
    return bool(row and row[0])
