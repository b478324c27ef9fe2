"""Whoever is signed in may end sessions of their own, each under a name that opens nothing."""

import sqlalchemy as sa
from alembic import op

from app.db.migrations.rights import allow

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    name = sa.Column("name", sa.Uuid(), nullable=False, server_default=sa.func.gen_random_uuid())
    op.add_column("session", name)
    open_ = "person_id = :person AND ended_at IS NULL"
    new, columns = "person_id = :person", ("ended_at",)
    allow("loket_resident", "session", "update", rows=open_, new=new, columns=columns)
