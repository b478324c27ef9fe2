"""Every key of the bucket, once. Nothing else in Loket spells a key."""

import re
from uuid import UUID

QUARANTINE = "quarantine/"
DOCUMENTS = "documents/"
LETTERS = "letters/"
UPLOADS = "uploads/"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def quarantine(document_id: UUID | str) -> str:
    """The bytes as they came, before inspection; served to nobody."""
    return f"{QUARANTINE}{_name(document_id)}"


def original(document_id: UUID | str) -> str:
    """The bytes as they came, after inspection; evidence, served to nobody by default."""
    return f"{document(document_id)}original"


def safe(document_id: UUID | str, extension: str) -> str:
    """The re-written file that people open; `extension` is `jpg` or `pdf`."""
    return f"{document(document_id)}safe.{_name(extension)}"


def page(document_id: UUID | str, number: int) -> str:
    """The picture of one page; the first page is 1."""
    return f"{document(document_id)}page-{number}.jpg"


def document(document_id: UUID | str) -> str:
    """The prefix of all that is kept of one inspected document."""
    return f"{DOCUMENTS}{_name(document_id)}/"


def upload(upload_id: UUID | str) -> str:
    """The prefix of the pieces of a file that has not come in whole yet; served to nobody."""
    return f"{UPLOADS}{_name(upload_id)}/"


def piece(upload_id: UUID | str, at: int, sha256: str) -> str:
    """One piece, by the byte that it begins at and its digest.

    The same bytes sent twice are one object; other bytes for the same place are another, so
    that none is ever written over one that a row may already name.
    """
    return f"{upload(upload_id)}{at:012}-{_name(sha256)}"


def owner(key: str) -> str:
    """Return whose a key is: the part after its kind, an id."""
    return key.split("/")[1].partition(".")[0]


def letter(letter_id: UUID | str, sha256: str) -> str:
    """The signed letter, by its digest: of two that were signed for one row neither replaces
    the other, however late a store that hung carries out what it was sent.
    """
    return f"{LETTERS}{_name(letter_id)}/{_name(sha256)}.pdf"


def only_letter(letter_id: UUID | str) -> str:
    """The signed letter of a row that names no file: made when each had but one key."""
    return f"{LETTERS}{_name(letter_id)}.pdf"


def _name(part: UUID | str) -> str:
    text = str(part)
    if not _NAME.fullmatch(text):
        raise ValueError(f"not a part of a key: {text!r}")
    return text
