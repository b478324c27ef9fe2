"""What somebody holds is found by its status, however much of theirs is long over."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index(
        "ix_case_held", "case", ["holder_id", "status", "office_id", "submitted_at", "id"]
    )
    op.drop_index("ix_case_holder_id", "case")
