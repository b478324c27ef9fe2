"""The sweep may see what waits and what should be stored: ids, kinds and moments, no more."""

from alembic import op

from app.db.migrations.rights import allow

revision = "0005"
down_revision = "0004"

_SWEEPER = "loket_sweeper"


def upgrade() -> None:
    op.execute(f"GRANT SELECT (uploaded_at, content_type) ON document TO {_SWEEPER}")
    columns = ("id", "numbered_at", "issued_at")
    allow(_SWEEPER, "letter", "select", rows="true", columns=columns)
