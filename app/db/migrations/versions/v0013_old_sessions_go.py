"""The sweep deletes sessions that ended long ago, and finds them by when they began."""

import sqlalchemy as sa
from alembic import op

from app.db.migrations.rights import allow

revision = "0013"
down_revision = "0012"

_SWEEPER = "loket_sweeper"


def upgrade() -> None:
    # Not by the moment of last use: that changes, and each change would cost an entry.
    op.create_index("ix_session_created_at", "session", ["created_at"])
    allow(_SWEEPER, "session", "select", rows="true", columns=("id_hash", "created_at"))
    allow(_SWEEPER, "session", "delete", rows="true")
    op.add_column("sweep", sa.Column("sessions", sa.Integer(), nullable=False, server_default="0"))
