"""Whether the database keeps people's rows apart, whoever forgets to ask for their own only."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.capacity import APPLICATION, QUEUE, ROLES
from app.db.work import OpenWork
from app.domain.capacity import AsQueue
from app.domain.errors import Unavailable

#: It holds the schema's number alone, and nobody is given a right to it.
_OPEN_TABLES = ("alembic_version",)
#: Policies keep rows of people apart; the queue's tables are the queue's alone, by its rights.
#: A login that does not own the schema is bound as the roles are; one that does could not be.
_QUERY = text(
    r"""
    WITH login AS (
        SELECT oid FROM pg_roles l WHERE rolname = session_user AND (:apart OR NOT EXISTS (
            SELECT FROM pg_class WHERE relname = 'alembic_version' AND relowner = l.oid
               AND relnamespace = to_regnamespace(current_schema())))
    ), bound AS (
        SELECT * FROM pg_roles WHERE rolname = ANY(:roles) OR oid IN (SELECT oid FROM login)
    )
    SELECT 'the rights of ' || current_user || ' are in use' AS found
     WHERE NOT current_user = ANY(:roles)
    UNION ALL
    SELECT rolname || ' may pass row security' FROM bound
     WHERE rolsuper OR rolbypassrls OR rolcreaterole
    UNION ALL
    SELECT one.rolname || ' has the rights of ' || other.rolname FROM pg_auth_members
      JOIN bound one ON one.oid = member JOIN pg_roles other ON other.oid = roleid
     WHERE one.rolname = ANY(:roles) OR other.rolname <> ALL(:application)
    UNION ALL
    SELECT relname || ' has no row security' FROM pg_class
     WHERE relkind IN ('r', 'p') AND relnamespace = to_regnamespace(current_schema())
       AND relname <> ALL(:open) AND relname NOT LIKE 'procrastinate\_%'
       AND NOT (relrowsecurity AND relforcerowsecurity)
    UNION ALL
    SELECT rolname || ' may reach ' || relname FROM pg_class, pg_roles
     WHERE relkind = 'r' AND relnamespace = to_regnamespace(current_schema())
       AND relname LIKE 'procrastinate\_%' AND rolname = ANY(:roles) AND rolname <> :queue
       AND NOT rolsuper AND (has_any_column_privilege(rolname, pg_class.oid, 'SELECT,INSERT,UPDATE')
           OR has_table_privilege(rolname, pg_class.oid, 'DELETE,TRUNCATE'))
    UNION ALL
    SELECT rolname || ' may alter ' || relname FROM pg_class, bound
     WHERE relkind IN ('r', 'p', 'v', 'm') AND relnamespace = to_regnamespace(current_schema())
       AND NOT rolsuper AND pg_has_role(bound.oid, relowner, 'MEMBER')
    UNION ALL
    SELECT rolname || ' may create in ' || current_schema() FROM bound
     WHERE oid IN (SELECT oid FROM login) AND NOT rolsuper
       AND has_schema_privilege(oid, current_schema(), 'CREATE')
    ORDER BY found
    """
)


async def breaches(connection: AsyncConnection, *, apart: bool = False) -> list[str]:
    """Return each way in which somebody could get at rows that are not due to them.

    Args:
        connection: the application's.
        apart: whether its login must not own the tables; otherwise, where it does own them,
            it is not asked what else it may.
    """
    asked = {
        "roles": list(ROLES),
        "application": list(APPLICATION),
        "queue": QUEUE,
        "open": list(_OPEN_TABLES),
        "apart": apart,
    }
    return [*(await connection.execute(_QUERY, asked)).scalars()]


class Unprotected(Exception):
    """The database does not keep people's rows apart; the message says in what way."""


async def refuse_breaches(open_work: OpenWork) -> None:
    """Refuse to go on with a database that does not protect its rows.

    One that does not answer now is for others to find out.

    Raises:
        Unprotected: naming each breach.
    """
    try:
        async with open_work(AsQueue()) as work:
            found = await breaches(await work.session.connection())
    except Unavailable:
        return
    if found:
        raise Unprotected("; ".join(found))
