"""What the headers of a resumable upload say, read strictly: programs write them."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from uuid import UUID

from app.domain.typed import seen
from app.usecases.announcing import Announced

VERSION = "1.0.0"
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: Nothing has more bytes than this, so that every number fits the database.
_LARGEST = 1 << 50


class BadHeader(Exception):
    """A header that no correct program sends; says which."""


def announced(headers: Mapping[str, str]) -> Announced:
    """Return what the headers of a creation say of a file.

    Raises:
        BadHeader: a header is missing or cannot be read.
    """
    told = metadata(headers.get("upload-metadata", ""))
    sha256 = told.get("sha256", "")
    if sha256 and not _SHA256.fullmatch(sha256):
        raise BadHeader("Upload-Metadata: sha256 is not 64 hex digits")
    if bool(told.get("form_key")) == bool(told.get("reference")):
        raise BadHeader("Upload-Metadata: one of form_key and reference")
    return Announced(
        requirement=told.get("requirement", ""),
        filename=seen(told.get("filename", "")),
        size=number(headers, "upload-length"),
        kind=told.get("kind", ""),
        sha256=sha256,
        service=told.get("service", ""),
        form_key=_uuid(told["form_key"]) if told.get("form_key") else None,
        reference=seen(told.get("reference", "")),
    )


def metadata(header: str) -> dict[str, str]:
    """Return the pairs of an `Upload-Metadata` header: `name base64(UTF-8 value), ...`.

    Raises:
        BadHeader: a name stands twice or is empty, or a value is not base64 of UTF-8.
    """
    pairs: dict[str, str] = {}
    for pair in header.split(",") if header.strip() else []:
        name, _, value = pair.strip().partition(" ")
        if not name or name in pairs:
            raise BadHeader("Upload-Metadata: a name is empty or stands twice")
        try:
            pairs[name] = base64.b64decode(value, validate=True).decode().replace("\0", "")
        except (binascii.Error, UnicodeDecodeError):
            raise BadHeader(f"Upload-Metadata: {name} is not base64 of UTF-8") from None
    return pairs


def checksum(headers: Mapping[str, str]) -> bytes:
    """Return the SHA-256 that `Upload-Checksum` names; empty without one.

    Raises:
        BadHeader: another algorithm, or no digest.
    """
    header = headers.get("upload-checksum", "")
    if not header:
        return b""
    algorithm, _, digest = header.partition(" ")
    try:
        expected = base64.b64decode(digest, validate=True)
    except binascii.Error:
        expected = b""
    if algorithm != "sha256" or len(expected) != hashlib.sha256().digest_size:
        raise BadHeader("Upload-Checksum: sha256 and its digest in base64")
    return expected


def is_sound(data: bytes, expected: bytes) -> bool:
    """Tell whether `data` has the expected SHA-256."""
    return hashlib.sha256(data).digest() == expected


def number(headers: Mapping[str, str], name: str) -> int:
    """Return a header that counts bytes.

    Raises:
        BadHeader: it is missing, not a plain number, or beyond reason.
    """
    text = headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= _LARGEST):
        raise BadHeader(f"{name}: a number of bytes")
    return int(text)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadHeader("Upload-Metadata: form_key is not a UUID") from None
