"""Rows that are never changed vouch for each other: history, anchors, changes of roles.

Rows of before get their digests once, by `app.usecases.adopting`, as migrations have no key; no
other row can be without.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app.db.migrations.rights import allow, make_roles, protect

revision = "0015"
down_revision = "0014"

ROLES = ("loket_auditor",)
TABLES = ("anchor", "role_change")
_AUDITOR = ROLES[0]
_CASE = ("id", "reference", "service", "office_id", "resident_id", "status", "chain", "turn")
_CASE += ("holder_id", "answers", "applicant_name", "applicant_phone", "applicant_nik")
_CASE += ("submitted_at", "due_at", "status_since")


def upgrade() -> None:
    make_roles(ROLES)
    op.add_column("history", sa.Column("facts", JSONB(), nullable=False, server_default="{}"))
    op.add_column("history", sa.Column("digest", sa.LargeBinary()))
    op.add_column("history", sa.Column("mac", sa.LargeBinary()))
    op.execute(
        "ALTER TABLE history ADD CONSTRAINT history_vouched CHECK (mac IS NOT NULL) NOT VALID"
    )
    _anchors()
    _changes_of_roles()
    protect(*TABLES)
    _auditor()
    _writers()


def _anchors() -> None:
    op.create_table(
        "anchor",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        *(sa.Column(name, JSONB(), nullable=False) for name in ("heads", "roles", "broken")),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("digest", "mac")),
        sa.PrimaryKeyConstraint("number"),
    )


def _changes_of_roles() -> None:
    op.create_table(
        "role_change",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("issuer", "subject", "role", "office_id")
        ),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("digest", "mac")),
        sa.PrimaryKeyConstraint("number"),
    )


def _auditor() -> None:
    """Whoever verifies reads what is bound, and writes nothing."""
    allow(_AUDITOR, "case", "select", rows="true", columns=_CASE)
    for table in ("history", "document", "letter", "role_grant", *TABLES):
        allow(_AUDITOR, table, "select", rows="true")


def _writers() -> None:
    """Whoever moves a case cites the last anchor; the sweeper anchors, the operator grants."""
    for role in ("loket_resident", "loket_staff", "loket_job"):
        allow(role, "anchor", "select", rows="true", columns=("number", "digest"))
    allow("loket_sweeper", "anchor", "select", rows="true", columns=("number", "digest"))
    allow("loket_sweeper", "anchor", "insert", rows="true")
    allow("loket_operator", "role_change", "select", "insert", rows="true")
    counted = ("number", "at", "broken")
    allow("loket_counter", "anchor", "select", rows="true", columns=counted)
    # The sealer gives macs anew, and once the rows of before their digests.
    bound = ("digest", "mac")
    told = {"history": ("id", "case_id", "step", *bound), "anchor": ("number", *bound)}
    told["role_change"] = told["anchor"]
    for table, columns in told.items():
        allow("loket_sealer", table, "select", rows="true", columns=columns)
        changed = ("facts", *bound) if table == "history" else ("mac",)
        allow("loket_sealer", table, "update", rows="true", columns=changed)
