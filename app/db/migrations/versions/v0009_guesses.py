"""Wrong guesses are counted: kind, moment, and a keyed hash of the address that they came from."""

import sqlalchemy as sa
from alembic import op

from app.db.migrations.rights import allow, protect

revision = "0009"
down_revision = "0008"

TABLES = ("guess",)


def upgrade() -> None:
    op.create_table(
        "guess",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_guess_recent", "guess", ["kind", "at"])
    protect(*TABLES)
    for role in ("loket_follower", "loket_verifier", "loket_sign_in"):
        allow(role, "guess", "select", "insert", rows="true")
    allow("loket_sweeper", "guess", "select", "delete", rows="true")
