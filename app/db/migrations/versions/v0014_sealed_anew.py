"""Whoever seals anew sees and changes what is sealed, and nothing else of anybody."""

from app.db.migrations.rights import allow, make_roles

revision = "0014"
down_revision = "0013"

ROLES = ("loket_sealer",)
_SEALED = {"person": ("nik", "nik_hash", "profile_typed"), "case": ("applicant_nik",)}


def upgrade() -> None:
    make_roles(ROLES)
    for table, columns in _SEALED.items():
        allow(ROLES[0], table, "select", rows="true", columns=("id", *columns))
        allow(ROLES[0], table, "update", rows="true", columns=columns)
