"""What each capacity may do with each table: a right and its policy, always together.

A migration that makes a table calls `protect` for it and `allow` for whoever shall see some
of it; a table without either is out of everybody's reach. A migration that changes rows
wraps itself in `unprotected`, as policies bind the owner as well.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import sqlalchemy as sa
from alembic import op

_GRANTS_THAT_ARE_NOT_INHERITED = 160000


def taking_on(server_version: int) -> tuple[LiteralString, LiteralString]:
    """Return the right to take on a role without having its rights unasked.

    Args:
        server_version: PostgreSQL's, such as 180000.

    Returns:
        What `pg_has_role` calls it, and what `GRANT` ends with. Before version 16 nothing tells
        the two apart but the member's own NOINHERIT.
    """
    if server_version < _GRANTS_THAT_ARE_NOT_INHERITED:
        return "MEMBER", ""
    return "SET", "WITH INHERIT FALSE, SET TRUE"


def make_roles(roles: tuple[str, ...]) -> None:
    """Make the roles that are missing, and let the owner take each of them on."""
    bind = op.get_bind()
    may, options = taking_on(int(bind.scalar(sa.text("SHOW server_version_num")) or 0))
    for role in roles:
        known = bind.scalar(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :r"), {"r": role})
        if not known:
            op.execute(f"CREATE ROLE {role} NOLOGIN")
        asked = {"r": role, "may": may}
        taken = sa.text("SELECT pg_has_role(current_user, :r, :may)")
        if not bind.scalar(taken, asked):
            op.execute(f"GRANT {role} TO CURRENT_USER {options}")
        op.execute(f"GRANT USAGE ON SCHEMA {schema()} TO {role}")


def protect(*tables: str) -> None:
    """Let nobody see a row of these tables, their owner included, unless a policy says so."""
    for table in tables:
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')


def allow(
    role: str,
    table: str,
    *commands: str,
    rows: str,
    new: str | None = None,
    columns: tuple[str, ...] = (),
) -> None:
    """Allow `role` some commands on the rows of a table for which `rows` holds.

    Args:
        role: a capacity.
        table: its name, without quotes.
        commands: of select, insert, update, delete.
        rows: an SQL condition; `:name` stands for the transaction's setting `loket.name`.
        new: the condition for rows as they are written; the same as `rows` unless given.
        columns: the only ones that may be selected or updated; none named means all.
    """
    for command in commands:
        only = f"({', '.join(columns)})" if columns and command in ("select", "update") else ""
        op.execute(f'GRANT {command} {only} ON "{table}" TO {role}')
        using = f"USING ({_read(rows)})" if command != "insert" else ""
        check = f"WITH CHECK ({_read(new or rows)})" if command in ("insert", "update") else ""
        name = f"{role.removeprefix('loket_')}_{command}"
        made = f'CREATE POLICY {name} ON "{table}" FOR {command} TO {role} {using} {check}'
        op.get_bind().exec_driver_sql(made)
        if command == "insert":
            _allow_numbering(role, table)


@contextmanager
def unprotected(*tables: str) -> Iterator[None]:
    """Let the migration itself see all rows of these tables inside the block."""
    for table in tables:
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
    yield
    for table in tables:
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')


def schema() -> str:
    """Return the schema in which Loket's tables are."""
    return str(op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())")))


#: Read once for a statement, not once for each row: hence the SELECT around each.
_SETTINGS = {
    ":person": "(SELECT loket_setting('person')::uuid)",
    ":desks": "(SELECT loket_setting('desks')::text[])::text[]",
    ":offices": "(SELECT loket_setting('offices')::text[])::text[]",
    ":about": "(SELECT loket_setting('about')::uuid)",
    ":session": "(SELECT decode(loket_setting('session'), 'hex'))",
    ":issuer": "(SELECT loket_setting('issuer'))",
    ":subject": "(SELECT loket_setting('subject'))",
    ":code": "(SELECT loket_setting('code'))",
    ":sha256": "(SELECT loket_setting('sha256'))",
}


def _read(condition: str) -> str:
    for name, setting in _SETTINGS.items():
        condition = condition.replace(name, setting)
    return condition


def _allow_numbering(role: str, table: str) -> None:
    found = op.get_bind().scalars(
        sa.text(
            "SELECT s.oid::regclass::text FROM pg_class s JOIN pg_depend d ON d.objid = s.oid"
            " WHERE s.relkind = 'S' AND d.refobjid = to_regclass(:table)"
            " AND d.deptype IN ('a', 'i')"
        ),
        {"table": f'"{table}"'},
    )
    for sequence in found.all():
        op.execute(f"GRANT USAGE ON SEQUENCE {sequence} TO {role}")
