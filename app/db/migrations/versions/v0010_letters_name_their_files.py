"""A letter's row names its file: each attempt to make one has a key of its own.

Rows that name none have theirs where each letter had but one key. The sweep reads the name too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("letter", sa.Column("file", sa.String(), nullable=False, server_default=""))
    op.execute("GRANT SELECT (file) ON letter TO loket_sweeper")
