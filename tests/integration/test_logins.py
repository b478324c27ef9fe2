"""SQL on the application's connections cannot switch row security off: its login owns nothing."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier

from app.db.capacity import APPLICATION, OPERATORS
from app.db.engine import psycopg_conninfo
from app.domain.capacity import AsOperator, AsResident, AsSealer
from app.settings import Settings
from tests.factories import Town

_LOGIN = "loket_login"
_QUEUE = "procrastinate_jobs"


@pytest.fixture
def login(settings: Settings, town: Town) -> Iterator[psycopg.Connection]:
    """A connection as web and worker have it, on a database in use."""
    assert town
    assert settings.database_url
    with psycopg.connect(psycopg_conninfo(settings.database_url), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(
    "attempt",
    [
        'ALTER TABLE "case" DISABLE ROW LEVEL SECURITY',
        'ALTER TABLE "case" NO FORCE ROW LEVEL SECURITY',
        'DROP POLICY staff_select ON "case"',
        'ALTER POLICY staff_select ON "case" USING (true)',
        'CREATE POLICY mine ON "case" USING (true)',
        'ALTER TABLE "case" DISABLE TRIGGER ALL',
        f"ALTER TABLE {_QUEUE} DISABLE TRIGGER ALL",
        'CREATE RULE mine AS ON SELECT TO "case" DO INSTEAD SELECT * FROM office',
        "SET session_replication_role = replica",
        'ALTER TABLE "case" OWNER TO CURRENT_ROLE',
        'DROP TABLE "case" CASCADE',
        "DROP SCHEMA public CASCADE",
        'TRUNCATE "case" CASCADE',
        f"TRUNCATE {_QUEUE} CASCADE",
        "SET ROLE loket",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION loket",
        *(f"SET ROLE {role}" for role in OPERATORS),
        f"GRANT loket TO {_LOGIN}",
        f"GRANT loket TO {_LOGIN} WITH ADMIN OPTION",
        f"GRANT loket_sealer TO {_LOGIN}",
        f"GRANT loket_staff TO {_LOGIN} WITH ADMIN OPTION",
        "GRANT loket_staff TO loket_app",
        f"GRANT pg_read_all_data TO {_LOGIN}",
        "CREATE ROLE mine",
        f"ALTER ROLE {_LOGIN} BYPASSRLS",
        f"ALTER ROLE {_LOGIN} SUPERUSER",
        f"ALTER ROLE {_LOGIN} CREATEROLE",
        "ALTER ROLE loket_staff BYPASSRLS",
        "ALTER ROLE loket PASSWORD 'sandi'",
        f"REASSIGN OWNED BY loket TO {_LOGIN}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE loket GRANT SELECT ON TABLES TO PUBLIC",
        "ALTER DATABASE loket SET row_security = off",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "CREATE OR REPLACE FUNCTION loket_setting(text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
        "DROP FUNCTION loket_setting(text) CASCADE",
        "CREATE TABLE public.mine (id int)",
        "CREATE SCHEMA mine",
        "COPY (SELECT 1) TO PROGRAM 'true'",
    ],
)
def test_nothing_that_the_login_may_take_on_switches_it_off(
    login: psycopg.Connection, attempt: str
):
    for role in ("NONE", *APPLICATION):
        login.execute(f"SET ROLE {role}".encode())
        with pytest.raises(InsufficientPrivilege):
            login.execute(attempt.encode())


def test_a_setting_that_asks_for_all_rows_gets_none(login: psycopg.Connection):
    login.execute("SET row_security = off")
    tables = login.execute("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
    ours = [name for (name,) in tables.fetchall() if not name.startswith("procrastinate_")]
    assert "case" in ours
    for role in ("NONE", *APPLICATION):
        login.execute(f"SET ROLE {role}".encode())
        for table in ours:
            with pytest.raises(InsufficientPrivilege):
                login.execute(SQL("SELECT * FROM {}").format(Identifier(table)))


def test_the_login_may_take_on_the_capacities_and_owns_nothing(login: psycopg.Connection):
    taken = login.execute(
        "SELECT array_agg(r.rolname::text ORDER BY r.rolname) FROM pg_auth_members"
        " JOIN pg_roles r ON r.oid = roleid WHERE member = session_user::regrole"
    )
    assert taken.fetchone() == (sorted(APPLICATION),)
    may = login.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolinherit"
        " FROM pg_roles WHERE rolname = session_user"
    )
    assert may.fetchone() == (False,) * 6
    owned = login.execute(
        "SELECT count(*) FROM pg_shdepend WHERE refobjid = session_user::regrole AND deptype = 'o'"
    )
    assert owned.fetchone() == (0,)
    unasked = login.execute(
        "SELECT count(*) FROM unnest(%s::text[]) r WHERE pg_has_role(r, 'USAGE')",
        [list(APPLICATION)],
    )
    assert unasked.fetchone() == (0,)


async def test_what_is_an_operators_is_opened_as_the_owner_and_nothing_else(town: Town):
    async def who(capacity) -> str:
        async with town.parts.open_work(capacity) as work:
            connection = await work.session.connection()
            return (await connection.exec_driver_sql("SELECT session_user::text")).scalar_one()

    resident = await town.resident()
    assert await who(AsOperator()) == await who(AsSealer()) == "loket"
    assert await who(AsResident(resident.actor)) == _LOGIN
