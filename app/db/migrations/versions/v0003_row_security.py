"""Row security: each capacity sees and writes the rows that are due to it, and no others."""

from alembic import op

from app.db.migrations.rights import allow, make_roles, protect, schema

revision = "0003"
down_revision = "0002"

ROLES = (
    "loket_app",
    "loket_queue",
    "loket_resident",
    "loket_staff",
    "loket_job",
    "loket_sweeper",
    "loket_sign_in",
    "loket_follower",
    "loket_verifier",
    "loket_operator",
)
TABLES = (
    *("office", "person", "role_grant", "session", "case", "form", "history", "document"),
    *("message", "letter", "letter_counter", "upload", "piece"),
)
_QUEUE = ("jobs", "events", "workers", "periodic_defers")
#: The case of a row, when the policies of `case` itself show it.
_OF_CASE = 'EXISTS (SELECT FROM "case" c WHERE c.id = case_id)'
_OF_UPLOAD = "EXISTS (SELECT FROM upload u WHERE u.id = upload_id)"
_OF_DESK = 'EXISTS (SELECT FROM "case" c WHERE c.id = case_id AND c.office_id = ANY(:desks))'


def upgrade() -> None:
    make_roles(ROLES)
    op.execute(
        "CREATE FUNCTION loket_setting(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE"
        " AS $$ SELECT nullif(current_setting('loket.' || name, true), '') $$"
    )
    protect(*TABLES)
    for role in ROLES[2:]:
        allow(role, "office", "select", rows="true")
    _resident()
    _staff()
    _job()
    _sweeper()
    _sign_in()
    _with_a_code()
    _operator()
    _queue()


def _resident() -> None:
    role = "loket_resident"
    allow(role, "person", "select", "update", rows="id = :person")
    allow(role, "session", "select", rows="person_id = :person")
    allow(role, "case", "select", "insert", "update", rows="resident_id = :person")
    allow(role, "form", "select", "insert", rows=_OF_CASE)
    allow(role, "document", "select", "insert", "update", rows=_OF_CASE)
    allow(role, "history", "select", rows=_OF_CASE)
    allow(role, "history", "insert", rows=f"actor_id = :person AND {_OF_CASE}")
    allow(role, "message", "select", rows=_OF_CASE)
    allow(role, "message", "insert", rows=f"author_id = :person AND {_OF_CASE}")
    allow(role, "letter", "select", rows=_OF_CASE)
    allow(role, "upload", "select", "update", "delete", rows="person_id = :person")
    allow(role, "upload", "insert", rows=f"person_id = :person AND {_OF_CASE}")
    allow(role, "piece", "select", "insert", rows=_OF_UPLOAD)


def _staff() -> None:
    """Oversight sees where its offices' cases stand; staff work on those of their desks."""
    role = "loket_staff"
    seen, worked_on = "office_id = ANY(:offices)", "office_id = ANY(:desks)"
    sent = "status <> 'draft'"
    allow(role, "case", "select", rows=f"{seen} AND {sent}")
    allow(role, "case", "update", rows=f"{seen} AND {sent}", new=f"{worked_on} AND {sent}")
    allow(role, "document", "select", rows=_OF_CASE)
    allow(role, "document", "update", rows=_OF_DESK)
    allow(role, "history", "select", rows=_OF_CASE)
    allow(role, "history", "insert", rows=f"actor_id = :person AND {_OF_DESK}")
    allow(role, "message", "select", rows=_OF_DESK)
    allow(role, "message", "insert", rows=f"author_id = :person AND {_OF_DESK}")
    allow(role, "letter", "select", rows=worked_on)
    allow(role, "letter", "insert", rows=f"signer_id = :person AND {worked_on}")
    allow(role, "letter_counter", "select", "insert", "update", rows=worked_on)
    # Only to search by NIK; all else that an officer may know of a resident is in the case.
    has_case = 'EXISTS (SELECT FROM "case" c WHERE c.resident_id = person.id)'
    allow(role, "person", "select", rows=has_case, columns=("id", "nik_hash"))


def _job() -> None:
    """A job is about one document or one letter and its case, or about one upload."""
    role = "loket_job"
    allow(role, "document", "select", "update", rows="id = :about")
    allow(role, "letter", "select", "update", rows="id = :about")
    about = "SELECT case_id FROM document WHERE id = :about"
    about += " UNION ALL SELECT case_id FROM letter WHERE id = :about"
    allow(role, "case", "select", "update", rows=f"id IN ({about})")
    allow(role, "history", "select", rows=_OF_CASE)
    allow(role, "history", "insert", rows=f"actor_id IS NULL AND {_OF_CASE}")
    signer = "id IN (SELECT signer_id FROM letter WHERE id = :about)"
    allow(role, "person", "select", rows=signer)
    allow(role, "piece", "select", "delete", rows="upload_id = :about")


def _sweeper() -> None:
    role = "loket_sweeper"
    allow(role, "upload", "select", "update", "delete", rows="true")
    allow(role, "document", "select", rows="true", columns=("id", "safety"))


def _sign_in() -> None:
    """One session by its secret's hash, its person with their roles, or a subject's first row."""
    role = "loket_sign_in"
    allow(role, "session", "select", "insert", "update", rows="id_hash = :session")
    subject = "issuer = :issuer AND subject = :subject"
    known = f"id IN (SELECT person_id FROM session) OR ({subject})"
    allow(role, "person", "select", rows=known)
    allow(role, "person", "insert", rows=subject)
    theirs = "p.issuer = role_grant.issuer AND p.subject = role_grant.subject"
    allow(role, "role_grant", "select", rows=f"EXISTS (SELECT FROM person p WHERE {theirs})")


def _with_a_code() -> None:
    standing = ("id", "tracking_code", "service", "office_id", "status", "chain", "turn")
    standing += ("due_at", "status_since")
    followed = "tracking_code = :code AND status <> 'draft'"
    allow("loket_follower", "case", "select", rows=followed, columns=standing)
    moves = ("id", "case_id", "at", "role", "step")
    allow("loket_follower", "history", "select", rows=_OF_CASE, columns=moves)

    issued = "issued_at IS NOT NULL AND (code = :code OR sha256 = :sha256)"
    allow("loket_verifier", "letter", "select", rows=issued)
    named = ("id", "service", "applicant_name")
    in_hand = "id IN (SELECT case_id FROM letter)"
    allow("loket_verifier", "case", "select", rows=in_hand, columns=named)


def _operator() -> None:
    role = "loket_operator"
    allow(role, "office", "insert", "update", rows="true")
    allow(role, "person", "select", "insert", "update", rows="true")
    allow(role, "role_grant", "select", "insert", "delete", rows="true")


def _queue() -> None:
    """The queue's tables are the queue's; whoever may enqueue calls one function of its own."""
    tables = tuple(f"procrastinate_{name}" for name in _QUEUE)
    protect(*tables)
    for table in tables:
        allow("loket_queue", table, "select", "insert", "update", "delete", rows="true")
    defer = "procrastinate_defer_jobs_v1(procrastinate_job_to_defer_v1[])"
    op.execute(f"GRANT CREATE ON SCHEMA {schema()} TO loket_queue")
    op.execute(f"ALTER FUNCTION {defer} SECURITY DEFINER SET search_path = {schema()}, pg_temp")
    op.execute(f"REVOKE EXECUTE ON FUNCTION {defer} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {defer} TO loket_resident, loket_staff, loket_sweeper")
    op.execute(f"ALTER FUNCTION {defer} OWNER TO loket_queue")
    op.execute(f"REVOKE CREATE ON SCHEMA {schema()} FROM loket_queue")
