"""Whoever reads the figures may see how many there are of what, and since when: of nobody.

Of the queue, which is its own alone, one function of its own tells numbers and nothing else.
"""

import sqlalchemy as sa
from alembic import op

from app.db.migrations.rights import allow, make_roles, protect, schema

revision = "0008"
down_revision = "0007"

ROLES = ("loket_counter",)
TABLES = ("sweep",)
_COUNTER = ROLES[0]
_FIGURES = "loket_queue_figures(interval)"


def upgrade() -> None:
    make_roles(ROLES)
    op.create_table(
        "sweep",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("expired", "orphans", "checks", "letters", "missing")
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    protect(*TABLES)
    allow("loket_sweeper", "sweep", "select", "insert", rows="true")
    allow(_COUNTER, "sweep", "select", rows="true", columns=("id", "at", "missing"))
    standing = ("status", "status_since", "submitted_at")
    allow(_COUNTER, "case", "select", rows="true", columns=standing)
    allow(_COUNTER, "letter", "select", rows="true", columns=("numbered_at", "issued_at"))
    allow(_COUNTER, "upload", "select", rows="true", columns=("finished_at",))
    op.create_index("ix_case_waiting", "case", ["status", "status_since"])
    _queue()


def _queue() -> None:
    op.execute(
        f"""
        CREATE FUNCTION {_FIGURES.replace("interval", "heartbeat interval")}
        RETURNS TABLE (figure text, job text, value double precision)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema()}, pg_temp AS $$
            SELECT status::text, task_name, count(*) FROM procrastinate_jobs
             WHERE status IN ('todo', 'doing', 'failed') GROUP BY status, task_name
            UNION ALL
            SELECT 'oldest', task_name, extract(epoch FROM now() - min(at))
              FROM procrastinate_jobs j JOIN procrastinate_events e ON job_id = j.id
             WHERE status = 'todo' AND type = 'deferred' GROUP BY task_name
            UNION ALL
            SELECT 'failures', task_name, count(*)
              FROM procrastinate_jobs j JOIN procrastinate_events e ON job_id = j.id
             WHERE type IN ('deferred_for_retry', 'failed') AND at > now() - interval '1 hour'
             GROUP BY task_name
            UNION ALL
            SELECT 'workers', '', count(*) FROM procrastinate_workers
             WHERE last_heartbeat > now() - heartbeat
        $$
        """
    )
    op.execute(f"REVOKE EXECUTE ON FUNCTION {_FIGURES} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {_FIGURES} TO {_COUNTER}")
    op.execute(f"GRANT CREATE ON SCHEMA {schema()} TO loket_queue")
    op.execute(f"ALTER FUNCTION {_FIGURES} OWNER TO loket_queue")
    op.execute(f"REVOKE CREATE ON SCHEMA {schema()} FROM loket_queue")
