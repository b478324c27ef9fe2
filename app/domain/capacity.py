"""In what capacity a transaction is opened. The database shows each one only what is due.

There is none that sees everything: whoever opens work says on whose behalf.
"""

from dataclasses import dataclass
from uuid import UUID

from app.domain.identity import Actor


@dataclass(frozen=True, slots=True)
class AsResident:
    """A person with what is their own: cases, account, sessions. Staff are residents too."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class AsStaff:
    """A person at work: the cases of the offices that granted them a role, drafts left out."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class AsJob:
    """Loket itself, at work on one document or letter and its case, or on one upload."""

    about: UUID


@dataclass(frozen=True, slots=True)
class AsSweeper:
    """Loket itself, when it clears away what nobody will ask for again."""


@dataclass(frozen=True, slots=True)
class AsSignIn:
    """Whoever holds a session's secret, or the subject for whom the provider has vouched.

    Attributes:
        id_hash: of the one session that may be seen, begun or ended.
        issuer: of the subject, at sign-in only.
        subject: who is signing in, or empty.
    """

    id_hash: bytes
    issuer: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class AsFollower:
    """Anyone with a tracking code: that one case's standing, and nothing personal."""

    code: str


@dataclass(frozen=True, slots=True)
class AsVerifier:
    """Anyone with a letter in hand: known by its code, by its file's SHA-256, or not at all."""

    code: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class AsOperator:
    """Whoever runs Loket, from its command line: offices, grants, demo people; no cases."""


@dataclass(frozen=True, slots=True)
class AsQueue:
    """The queue of jobs and those who watch over it; nothing of what the jobs are about."""


@dataclass(frozen=True, slots=True)
class AsCounter:
    """Whoever reads the figures: how many there are of what and since when, and of nobody."""


@dataclass(frozen=True, slots=True)
class AsSealer:
    """Whoever seals anew what former keys sealed: that alone, without whose it is."""


@dataclass(frozen=True, slots=True)
class AsAuditor:
    """Whoever verifies the trail: all that it binds, at one moment, and to change nothing."""


_ByPerson = AsResident | AsStaff | AsSignIn
_ByCode = AsFollower | AsVerifier
_ByLoket = AsJob | AsSweeper | AsOperator | AsQueue | AsCounter | AsSealer | AsAuditor

Capacity = _ByPerson | _ByCode | _ByLoket
