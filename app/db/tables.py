"""The tables. Moments are UTC with time zone; statuses and roles are the domain's words."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


def _moment(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(
        default=None, sa_column=Column(DateTime(timezone=True), nullable=nullable, index=index)
    )


def _bytes(*, nullable: bool = False, **options: Any) -> Any:
    return Field(default=None, sa_column=Column(LargeBinary, nullable=nullable, **options))


def _json(default: str = "{}") -> Any:
    return Field(
        default_factory=dict if default == "{}" else list,
        sa_column=Column(JSONB, nullable=False, server_default=text(f"'{default}'::jsonb")),
    )


class Table(SQLModel):
    """Names a table after its class: `LetterCounterRow` is `letter_counter`."""

    def __init_subclass__(cls, **options: Any) -> None:
        words = re.findall("[A-Z][a-z]+", cls.__name__.removesuffix("Row"))
        type.__setattr__(cls, "__tablename__", "_".join(words).lower())
        super().__init_subclass__(**options)


class OfficeRow(Table, table=True):
    """A kecamatan, kelurahan or agency; a case belongs to exactly one."""

    id: str = Field(primary_key=True)
    name: str
    code: str = Field(unique=True)  # short code in letter numbers, e.g. KEC.CMS
    region: str  # Kemendagri code of the area it serves, e.g. 327701
    regency: str
    province: str
    address: str
    phone: str = ""
    email: str = ""
    head_title: str  # who signs: "Camat Cimahi Selatan"
    place: str  # where letters are issued


class PersonRow(Table, table=True):
    """A person who has signed in: one subject of one provider."""

    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    issuer: str
    subject: str
    name: str
    title: str = ""  # as staff: "Penata Tingkat I, III/d" for letters
    official_id: str = ""  # as staff: NIP
    phone: str = ""
    nik: bytes | None = _bytes(nullable=True)  # encrypted
    nik_hash: bytes | None = _bytes(nullable=True, index=True)  # keyed, for look-up
    profile_typed: bytes | None = _bytes(nullable=True)  # encrypted; until it can be read
    profile_at: datetime | None = _moment(nullable=True)  # when NIK, name, phone were given
    created_at: datetime = _moment()


class RoleGrantRow(Table, table=True):
    """A role of a subject in an office, granted in Loket; may precede their first sign-in."""

    __table_args__ = (UniqueConstraint("issuer", "subject", "role", "office_id"),)

    id: int | None = Field(default=None, primary_key=True)
    issuer: str
    subject: str = Field(index=True)
    role: str
    office_id: str = Field(foreign_key="office.id")
    granted_at: datetime = _moment()


class SessionRow(Table, table=True):
    """One signed-in browser. The cookie holds the secret; the table its SHA-256."""

    id_hash: bytes = _bytes(primary_key=True)
    name: UUID = Field(
        default_factory=uuid4, sa_column_kwargs={"server_default": text("gen_random_uuid()")}
    )  # by which its person's pages call it
    person_id: UUID = Field(foreign_key="person.id", index=True)
    device: str = ""
    created_at: datetime = _moment(index=True)
    seen_at: datetime = _moment()
    ended_at: datetime | None = _moment(nullable=True)


class CaseRow(Table, table=True):
    """One application for one service by one resident; a draft until it is sent."""

    __table_args__ = (
        Index("ix_case_queue", "office_id", "status", "submitted_at", "id"),
        Index("ix_case_held", "holder_id", "status", "office_id", "submitted_at", "id"),
        Index("ix_case_resident", "resident_id", "changed_at"),
        Index("ix_case_waiting", "status", "status_since"),
        Index(
            "uq_case_open_draft",
            "resident_id",
            "service",
            unique=True,
            postgresql_where=text("status = 'draft'"),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    reference: str = Field(unique=True)
    tracking_code: str = Field(unique=True)
    service: str
    office_id: str = Field(foreign_key="office.id")
    resident_id: UUID = Field(foreign_key="person.id")
    status: str
    chain: list[str] = _json("[]")  # roles, frozen when the case is sent
    turn: int = 0
    holder_id: UUID | None = Field(default=None, foreign_key="person.id")
    typed: dict[str, Any] = _json()  # input name to the text as typed
    answers: dict[str, Any] = _json()  # as read when the case was sent
    upload_problems: dict[str, Any] = _json()  # requirement to [key, facts] of the last try
    applicant_name: str = ""
    applicant_phone: str = ""
    applicant_nik: bytes | None = _bytes(nullable=True)  # encrypted
    created_at: datetime = _moment()
    changed_at: datetime = _moment()
    submitted_at: datetime | None = _moment(nullable=True)
    due_at: datetime | None = _moment(nullable=True)
    status_since: datetime = _moment()


class FormRow(Table, table=True):
    """A rendered form that was sent, by its idempotency key, and the case that it made."""

    key: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="case.id")


class HistoryRow(Table, table=True):
    """One move of a case: who, when, which step, why. Never changed, never deleted."""

    __table_args__ = (CheckConstraint("mac IS NOT NULL", name="history_vouched"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    case_id: UUID = Field(foreign_key="case.id", index=True)
    at: datetime = _moment()
    actor_id: UUID | None = Field(default=None, foreign_key="person.id")
    actor_name: str = ""
    role: str
    step: str
    status_before: str
    status_after: str
    note: str = ""
    facts: dict[str, Any] = _json()  # what it was about: `app.domain.trail`
    digest: bytes | None = _bytes(nullable=True)  # None before it is adopted
    mac: bytes | None = _bytes(nullable=True)


class DocumentRow(Table, table=True):
    """A file that a resident uploaded for a requirement. Its bytes are in the store."""

    __table_args__ = (
        Index(
            "uq_document_current",
            "case_id",
            "requirement",
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_id: UUID = Field(foreign_key="case.id", index=True)
    requirement: str
    filename: str
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    sha256: str
    safety: str
    refusal: str = ""  # message key of why the check refused it
    refusal_facts: dict[str, Any] = _json()
    content_type: str = ""  # of the safe copy
    safe_size: int = 0
    pages: int = 0  # pictures made for the reviewer; a safe copy that is a light one needs none
    verdict: str = "pending"
    reason: str = ""
    decided_by: UUID | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = _moment(nullable=True)
    uploaded_at: datetime = _moment()
    replaced_at: datetime | None = _moment(nullable=True)


class UploadRow(Table, table=True):
    """A file that comes in pieces: what it is for, and how much of it is durable."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    case_id: UUID = Field(foreign_key="case.id")
    requirement: str
    filename: str
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    sha256: str = ""  # of the whole, as the sender says; empty when it does not
    received: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    created_at: datetime = _moment()
    changed_at: datetime = _moment(index=True)
    finished_at: datetime | None = _moment(nullable=True)  # the document is registered


class PieceRow(Table, table=True):
    """A piece of an upload that is in the store."""

    upload_id: UUID = Field(foreign_key="upload.id", primary_key=True, ondelete="CASCADE")
    at: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    size: int
    sha256: str


class MessageRow(Table, table=True):
    """A message between the resident and the office on a case."""

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    case_id: UUID = Field(foreign_key="case.id", index=True)
    at: datetime = _moment()
    author_id: UUID = Field(foreign_key="person.id")
    author_name: str
    author_role: str
    text: str


class LetterCounterRow(Table, table=True):
    """The last number given by an office in a year; locked while the next is drawn."""

    office_id: str = Field(primary_key=True, foreign_key="office.id")
    year: int = Field(primary_key=True)
    last: int


class LetterRow(Table, table=True):
    """A letter: numbered when it is signed for, signed and stored by a job right after."""

    __table_args__ = (UniqueConstraint("office_id", "year", "sequence"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_id: UUID = Field(foreign_key="case.id", unique=True)
    office_id: str = Field(foreign_key="office.id")
    year: int
    sequence: int
    number: str = Field(unique=True)
    code: str = Field(unique=True)  # verification code
    signer_id: UUID = Field(foreign_key="person.id")
    signer_name: str
    signer_title: str
    numbered_at: datetime = _moment()
    issued_at: datetime | None = _moment(nullable=True)
    file: str = Field(default="", sa_column_kwargs={"server_default": ""})  # key of the object
    sha256: str = Field(default="", index=True)
    size: int = 0
    revoked_at: datetime | None = _moment(nullable=True)
    revoked_reason: str = ""


class SweepRow(Table, table=True):
    """What one sweep did and found; the last one is what operators are told."""

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    at: datetime = _moment()
    expired: int
    orphans: int
    checks: int
    letters: int
    missing: int
    sessions: int = Field(default=0, sa_column_kwargs={"server_default": text("'0'")})


class GuessRow(Table, table=True):
    """A wrong guess at something secret; forgotten when it counts no more."""

    __table_args__ = (Index("ix_guess_recent", "kind", "at"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    kind: str
    source: bytes = _bytes()  # keyed hash of the address
    at: datetime = _moment()
