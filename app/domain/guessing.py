"""How often somebody may be wrong: what is secret must not be found by trying.

Only what is wrong counts, so that whoever holds a code meets no limit of their own making; and
only what could be a code is a guess at one.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from app.domain.cases import ALPHABET, TRACKING_LENGTH, VERIFICATION_LENGTH

#: How long a wrong guess counts.
WINDOW: Final = timedelta(minutes=5)
#: Who has IPv6 has a whole network of this size.
_IPV6_NETWORK: Final = 64


class Guess(StrEnum):
    """What may be guessed at."""

    TRACKING = "tracking"
    LETTER = "letter"
    SIGN_IN = "sign_in"


@dataclass(frozen=True, slots=True)
class Limit:
    """How many wrong guesses may count at once.

    Attributes:
        alone: from one address.
        together: from all; above it nobody is heard who has guessed wrongly at all.
    """

    alone: int
    together: int


#: A sign-in is answered with secrets that nobody guesses; its limit spares the provider.
LIMITS: Final = {
    Guess.TRACKING: Limit(alone=10, together=300),
    Guess.LETTER: Limit(alone=10, together=300),
    Guess.SIGN_IN: Limit(alone=100, together=3_000),
}


def is_too_many(kind: Guess, alone: int, together: int) -> bool:
    """Return whether an address with `alone` of `together` wrong guesses is heard no more."""
    limit = LIMITS[kind]
    return alone >= limit.alone or (alone > 0 and together >= limit.together)


def could_be_tracking(code: str) -> bool:
    """Return whether a code, as `read_code` gives it, has the form of a tracking code."""
    return _has_form(code, TRACKING_LENGTH)


def could_be_of_letter(code: str) -> bool:
    """Return whether a code, as `read_code` gives it, has the form of a verification code."""
    return _has_form(code, VERIFICATION_LENGTH)


def neighbourhood(address: str) -> str:
    """Return what counts as one address: itself, or the network of one that has IPv6."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    inner = known.ipv4_mapped
    return str(inner or ip_network((known, _IPV6_NETWORK), strict=False))


def _has_form(code: str, length: int) -> bool:
    letters = code.replace("-", "")
    return len(letters) == length and set(letters) <= set(ALPHABET)
