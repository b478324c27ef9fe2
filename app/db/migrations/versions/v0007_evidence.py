"""The sweep may see why a file was refused: one with a virus stays in quarantine, as evidence."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("GRANT SELECT (refusal) ON document TO loket_sweeper")
