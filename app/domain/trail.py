"""The trail: rows that are never changed, each bound to the one before it by a digest.

A digest is a SHA-256 over the digest before it and over what the row says, so that it stands for
all rows up to its own. Anybody can work it out; that Loket wrote it, its code (HMAC) shows, whose
key is not in the database (`app.adapters.seal`).
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from app.domain.workflow import Status, Step

Value: TypeAlias = (
    "bool | float | str | datetime | UUID | Sequence[Value] | Mapping[str, Value] | None"
)
#: What a move was about, by name: a digest, or digests by document. Kept as JSON.
Facts: TypeAlias = "dict[str, Any]"

#: Comes before the first row of a trail.
BEGINNING: Final = bytes(32)
#: Steps by which a resident hands in what the case is about.
SENDING: Final = frozenset({Step.SUBMIT, Step.SUBMIT_AGAIN, Step.ANSWER})
#: A greater number of an anchor is none.
_MOST_ANCHORS: Final = 2**62
#: While a case has one of these, its resident may replace documents.
REPLACEABLE: Final = frozenset({Status.DRAFT, Status.NEEDS_CHANGES})


class Anchored(NamedTuple):
    """An anchor as a move cites it: its number, and its digest in hex."""

    number: int
    digest: str


def _plain(value: Value) -> str:
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} is not written in one way")
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


_WRITER: Final = json.JSONEncoder(
    separators=(",", ":"), sort_keys=True, allow_nan=False, default=_plain
)


def canonical(value: Value) -> bytes:
    """Return the one way in which a value is written: JSON, names in order, moments in UTC.

    Raises:
        TypeError: a value that has no such way.
        ValueError: a moment without a time zone, a number that is none.
    """
    return _WRITER.encode(value).encode()


def digest(*values: Value) -> str:
    """Return the digest (SHA-256, base64url) of some values, for `Facts`."""
    return urlsafe_b64encode(hashlib.sha256(canonical(values)).digest()).decode().rstrip("=")


def following(before: bytes, *values: Value) -> bytes:
    """Return the digest (32 bytes) of a row that says `values`, after one whose digest is given."""
    return hashlib.sha256(before + canonical(values)).digest()


@dataclass
class Holding:
    """What of all that the moves of a case said must still be so.

    Attributes:
        facts: standing, application, letter, issued: as the last move that told of each said.
        files: every document that was ever sent, by its id.
        current: the ids of those that stand; None while the resident may replace them.
        verdicts: by document, until the case is under review again.
        cited: the last anchor that there was before each move.
    """

    facts: Facts = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    current: frozenset[str] | None = None
    verdicts: dict[str, str] = field(default_factory=dict)
    cited: set[Anchored] = field(default_factory=set)


def holding(moves: Iterable[tuple[str, Facts]]) -> Holding:
    """Return what must be so after these moves: of each its new status and its facts.

    Facts that are not in their form are left out, as no row with such has its own digest.
    """
    held = Holding()
    for status, facts in moves:
        if status in REPLACEABLE:
            held.current = None
        if status == Status.IN_REVIEW:
            held.verdicts = {}
        for name, told in facts.items():
            match name, told:
                case "files", dict():
                    held.files |= told
                    held.current = frozenset(told)
                case "verdicts", dict():
                    held.verdicts = dict(told)
                case "anchor", [int() as number, str() as cited] if 0 < number < _MOST_ANCHORS:
                    held.cited.add(Anchored(number, cited))
                case _:
                    held.facts[name] = told
    return held
