"""Whoever grants or takes a role may end that person's sessions, known by their hashes."""

from app.db.migrations.rights import allow

revision = "0006"
down_revision = "0005"

_OPERATOR = "loket_operator"


def upgrade() -> None:
    columns = ("id_hash", "person_id", "ended_at")
    allow(_OPERATOR, "session", "select", rows="true", columns=columns)
    allow(_OPERATOR, "session", "update", rows="ended_at IS NULL", new="true")
