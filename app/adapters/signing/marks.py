"""What tells a signed letter from any other PDF, read from raw bytes without parsing."""

import re
from typing import Final

#: How the code stands in the signature and among the letter's keywords.
CODE_PREFIX: Final = "loket:"

#: Any of them says that there was a signature: no single change removes them all.
_MARKS: Final = (b"/ByteRange", b"ETSI.CAdES.detached", b"adbe.pkcs7.detached", b"/Type/Sig")
_RANGE: Final = re.compile(
    rb"/ByteRange\s{0,9}\[\s{0,9}0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s{0,60}\]"
)
_CODE: Final = re.compile(CODE_PREFIX.encode() + rb"([A-Za-z0-9][A-Za-z0-9-]{3,63})")
_HEADER_WITHIN: Final = 1024
#: More signatures than any office puts on one letter.
_MOST: Final = 8


def is_pdf(data: bytes) -> bool:
    """Tell whether readers would take `data` for a PDF."""
    return b"%PDF-" in data[:_HEADER_WITHIN]


def has_signature(data: bytes) -> bool:
    """Tell whether there is, or was, a signature in `data`."""
    return any(mark in data for mark in _MARKS)


def claimed_code(data: bytes) -> str | None:
    """Return the first verification code in `data`, whoever wrote it there."""
    found = _CODE.search(data)
    return found[1].decode() if found else None


def signed_revisions(data: bytes) -> list[tuple[int, int, int]]:
    """Return (start, end, whole) of each signature, oldest first.

    `data[start:end]` is the hexadecimal string that holds it, `data[:whole]` the file as
    it was when it was signed.
    """
    found: set[tuple[int, int, int]] = set()
    for match in _RANGE.finditer(data):
        start, end, rest = (int(number) for number in match.groups())
        if 0 < start < end and end + rest <= len(data):
            found.add((start, end, end + rest))
    return sorted(found, key=lambda revision: revision[2])[:_MOST]
