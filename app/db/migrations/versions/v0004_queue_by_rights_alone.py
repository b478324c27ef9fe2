"""The queue of jobs is kept apart by rights alone.

On a table with row security PostgreSQL does not tell which key a unique violation was about, and
the queue's library must know it to see that a job waits already.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

_TABLES = tuple(
    f"procrastinate_{name}" for name in ("jobs", "events", "workers", "periodic_defers")
)


def upgrade() -> None:
    for table in _TABLES:
        for command in ("select", "insert", "update", "delete"):
            op.execute(f"DROP POLICY queue_{command} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
