"""What identifies a case: its public reference and its secret tracking code."""

import secrets
from typing import Final

#: Crockford's base 32 (https://www.crockford.com/base32.html): no I, L, O or U, so that
#: a code survives being read aloud, written by hand and typed on a small keyboard.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD: Final = str.maketrans({"I": "1", "L": "1", "O": "0"})

TRACKING_LENGTH: Final = 12
VERIFICATION_LENGTH: Final = 16


def new_reference(year: int) -> str:
    """Return a new public number of a case, such as `2026-7K3M9Q`.

    Six random letters give 30 bits: enough that numbers rarely collide (the table
    refuses a double and the caller draws again) and that they cannot be counted.
    """
    return f"{year}-{_draw(6)}"


def new_tracking_code() -> str:
    """Return a new secret code (60 bits), in groups of four: `7K3M-9Q2X-4HVD`."""
    return _grouped(_draw(TRACKING_LENGTH))


def new_verification_code() -> str:
    """Return a new code for a letter (80 bits), in groups of four."""
    return _grouped(_draw(VERIFICATION_LENGTH))


def read_code(typed: str) -> str:
    """Return a code as it was drawn, however it was typed.

    Case, spaces and dashes do not matter, and the letters that Crockford left out are
    read as the digits they look like. Anything else is left for the look-up to miss.
    """
    letters = "".join(c for c in typed.upper() if c.isalnum()).translate(_MISREAD)
    return _grouped(letters)


def _draw(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _grouped(letters: str) -> str:
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))
