"""No role of Loket's may pass row security, and no table goes without."""

import asyncio
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db.capacity import IDLE, ROLES
from app.db.engine import new_engine, psycopg_conninfo
from app.db.isolation import breaches
from app.db.migrations.versions import (
    v0003_row_security,
    v0008_figures,
    v0009_guesses,
    v0014_sealed_anew,
    v0015_trail,
)
from app.db.queue import ISSUE_LETTER
from app.db.work import Work, work_on
from app.domain.capacity import AsFollower, AsQueue, AsResident, AsStaff, Capacity
from app.domain.identity import Role
from app.settings import Settings
from tests.factories import Town
from tests.support.witness import superuser_url

_QUEUE = "procrastinate_"
_TABLES = (*v0003_row_security.TABLES, *v0008_figures.TABLES, *v0009_guesses.TABLES)
_TABLES += v0015_trail.TABLES
#: Who made a role may grant it, and is no role to grant to it.
_LET_GO = "REVOKE loket_login FROM loket"
_SOME_ID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def superuser(settings: Settings) -> Iterator[psycopg.Connection]:
    """A transaction that sees and may do all, and of which nothing stays."""
    with psycopg.connect(superuser_url(settings)) as connection:
        yield connection
        connection.rollback()


async def _breaches(settings: Settings, *statements: str) -> list[str]:
    """Return what the check finds once the superuser has run these; nothing of them stays."""
    login = conninfo_to_dict(psycopg_conninfo(settings.database_url or ""))["user"]
    standing = (f"SET LOCAL SESSION AUTHORIZATION {login}", f"SET LOCAL ROLE {IDLE}")
    engine = new_engine(superuser_url(settings))
    async with engine.connect() as connection:
        for statement in ("SET ROLE NONE", *statements, *standing):
            await connection.execute(text(statement))
        found = await breaches(connection)
        await connection.rollback()
    await engine.dispose()
    return found


async def test_the_database_is_as_it_must_be(town: Town, settings: Settings):
    assert await _breaches(settings) == []
    async with town.parts.open_work(AsQueue()) as work:
        assert await breaches(await work.session.connection()) == []
    made_by = (v0003_row_security, v0008_figures, v0014_sealed_anew, v0015_trail)
    assert tuple(role for one in made_by for role in one.ROLES) == ROLES


@pytest.mark.parametrize(
    ("done", "found"),
    [
        ("CREATE TABLE novel (id int)", "novel has no row security"),
        ('ALTER TABLE "case" NO FORCE ROW LEVEL SECURITY', "case has no row security"),
        (
            "GRANT SELECT ON procrastinate_jobs TO loket_staff",
            "loket_staff may reach procrastinate_jobs",
        ),
        ("ALTER TABLE session DISABLE ROW LEVEL SECURITY", "session has no row security"),
        ("ALTER ROLE loket_staff BYPASSRLS", "loket_staff may pass row security"),
        ("ALTER ROLE loket_app SUPERUSER", "loket_app may pass row security"),
        ("GRANT loket_operator TO loket_staff", "loket_staff has the rights of loket_operator"),
        ('ALTER TABLE "case" OWNER TO loket_job', "loket_job may alter case"),
        ("GRANT pg_read_all_data TO loket_app", "loket_app has the rights of pg_read_all_data"),
        ("ALTER ROLE loket_login SUPERUSER", "loket_login may pass row security"),
        ("ALTER ROLE loket_login BYPASSRLS", "loket_login may pass row security"),
        ("ALTER ROLE loket_login CREATEROLE", "loket_login may pass row security"),
        (f"{_LET_GO}; GRANT loket TO loket_login", "loket_login has the rights of loket"),
        ("GRANT loket_sealer TO loket_login", "loket_login has the rights of loket_sealer"),
        (
            f"{_LET_GO}; CREATE ROLE x; GRANT loket TO x; GRANT x TO loket_login",
            "loket_login may alter case",
        ),
        ("ALTER TABLE office OWNER TO loket_login", "loket_login may alter office"),
        ("GRANT CREATE ON SCHEMA public TO loket_login", "loket_login may create in public"),
    ],
)
async def test_what_undoes_the_protection_is_noticed(settings: Settings, done: str, found: str):
    assert found in await _breaches(settings, *done.split("; "))


async def test_the_owner_sees_no_row_and_the_login_no_table(settings: Settings):
    assert settings.database_url
    assert settings.database_owner_url
    with psycopg.connect(psycopg_conninfo(settings.database_owner_url)) as owner:
        for table in _TABLES:
            rows = owner.execute(f'SELECT count(*) FROM "{table}"').fetchone()
            assert rows == (0,), table
    with psycopg.connect(psycopg_conninfo(settings.database_url), autocommit=True) as login:
        for table in _TABLES:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                login.execute(f'SELECT count(*) FROM "{table}"')


def test_every_right_has_its_policy_and_every_table_somebody(superuser: psycopg.Connection):
    rights = superuser.execute(
        "SELECT DISTINCT grantee::text, table_name::text, privilege_type::text"
        " FROM information_schema.column_privileges"
        " WHERE grantee = ANY(%(roles)s) AND table_schema = 'public'"
        " UNION SELECT grantee, table_name, privilege_type FROM information_schema.table_privileges"
        " WHERE grantee = ANY(%(roles)s) AND table_schema = 'public'",
        {"roles": list(ROLES)},
    ).fetchall()
    policies = superuser.execute(
        "SELECT unnest(roles)::text, tablename::text, cmd::text FROM pg_policies"
    ).fetchall()
    assert {right for right in rights if not right[1].startswith(_QUEUE)} == set(policies)
    tables = superuser.execute(
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"
    ).fetchall()
    ours = {name for (name,) in tables if not name.startswith(_QUEUE)}
    assert ours - {table for _, table, _ in policies} == {"alembic_version"}
    assert not {role for role, _, _ in rights} & {IDLE, "public"}
    assert {role for role, table, _ in rights if table.startswith(_QUEUE)} == {"loket_queue"}
    assert {table for role, table, _ in rights if role == "loket_queue"} == {
        name for (name,) in tables if name.startswith(_QUEUE)
    }


@pytest.mark.parametrize(
    "attempt",
    [
        'SET LOCAL row_security = off; SELECT id FROM "case"',
        'ALTER TABLE "case" DISABLE ROW LEVEL SECURITY',
        'ALTER TABLE "case" NO FORCE ROW LEVEL SECURITY',
        'DROP POLICY staff_select ON "case"',
        'CREATE POLICY mine ON "case" USING (true)',
        "ALTER ROLE CURRENT_ROLE BYPASSRLS",
        'TRUNCATE "case" CASCADE',
        "CREATE TABLE mine AS SELECT 1",
        "SELECT * FROM role_grant",
        "SELECT * FROM procrastinate_jobs",
    ],
)
async def test_staff_cannot_switch_the_protection_off(town: Town, attempt: str):
    officer = await town.staff(Role.OFFICER)
    with pytest.raises(DBAPIError) as refusal:
        await _attempt(town, AsStaff(officer.actor), attempt.split("; "))
    assert getattr(refusal.value.orig, "sqlstate", "") == "42501"


async def test_a_job_that_waits_already_is_not_enqueued_again(
    town: Town, superuser: psycopg.Connection
):
    officer = await town.staff(Role.OFFICER)
    for _ in range(2):
        async with town.parts.open_work(AsStaff(officer.actor)) as work:
            await work.enqueue(ISSUE_LETTER, once=f"letter:{_SOME_ID}", letter=_SOME_ID)
    query = "SELECT count(*) FROM procrastinate_jobs WHERE queueing_lock = %s"
    assert superuser.execute(query, [f"letter:{_SOME_ID}"]).fetchone() == (1,)


async def test_between_two_transactions_a_connection_may_do_nothing(settings: Settings):
    assert settings.database_url
    engine = new_engine(settings.database_url, pool_size=1)
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT current_user"))).scalar_one() == IDLE
        for table in _TABLES:
            with pytest.raises(DBAPIError, match="permission denied"):
                await connection.execute(text(f'SELECT 1 FROM "{table}"'))
            await connection.rollback()
    await engine.dispose()


async def test_what_one_transaction_was_told_the_next_does_not_know(town: Town):
    resident, other = await town.resident(), await town.resident()
    await town.draft(resident)
    for _ in range(3):  # on connections that are used again
        counts = await asyncio.gather(
            *(_count(town, AsResident(one.actor)) for one in (resident, other) * 10)
        )
        assert counts == [1, 0] * 10
        assert await _count(town, AsFollower("")) == 0


async def test_connections_that_the_server_cut_cost_no_request(
    settings: Settings, superuser: psycopg.Connection
):
    assert settings.database_url
    engine = new_engine(settings.database_url, pool_size=4)
    open_work = work_on(engine)

    async def backend() -> int:
        async with open_work(AsFollower("")) as work:
            await asyncio.sleep(0)
            return await _one(work, "SELECT pg_backend_pid()")

    before = await asyncio.gather(*(backend() for _ in range(4)))
    superuser.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) pid", [before])
    after = await asyncio.gather(*(backend() for _ in range(8)))
    assert not set(after) & set(before)
    await engine.dispose()


@pytest.mark.parametrize(
    ("capacity", "query"),
    [
        ("resident", 'SELECT * FROM "case"'),
        ("resident", "SELECT * FROM \"case\" WHERE reference = '2026-AAAAAA'"),
        ("staff", "SELECT * FROM \"case\" WHERE reference = '2026-AAAAAA'"),
        ("staff", "SELECT * FROM \"case\" WHERE status = 'submitted' ORDER BY submitted_at, id"),
        (
            "resident",
            f"SELECT * FROM document WHERE case_id = '{_SOME_ID}'",
        ),
        ("staff", f"SELECT * FROM history WHERE case_id = '{_SOME_ID}'"),
        ("anyone", "SELECT id, status FROM \"case\" WHERE tracking_code = 'x'"),
    ],
)
async def test_the_policies_are_met_by_indexes(town: Town, capacity: str, query: str):
    officer = (await town.staff(Role.OFFICER)).actor
    as_one = {
        "resident": AsResident(officer),
        "staff": AsStaff(officer),
        "anyone": AsFollower("x"),
    }[capacity]
    async with town.parts.open_work(as_one) as work:
        connection = await work.session.connection()
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join((await connection.execute(text(f"EXPLAIN {query}"))).scalars())
    assert "Seq Scan" not in plan, plan
    assert "InitPlan" in plan, plan  # the setting is read once


async def _attempt(town: Town, capacity: Capacity, statements: list[str]) -> None:
    async with town.parts.open_work(capacity) as work:
        for statement in statements:
            await (await work.session.connection()).execute(text(statement))


async def _count(town: Town, capacity: Capacity) -> int:
    async with town.parts.open_work(capacity) as work:
        return await _one(work, 'SELECT count(*) FROM "case"')


async def _one(work: Work, query: str) -> int:
    return (await (await work.session.connection()).execute(text(query))).scalar_one()
