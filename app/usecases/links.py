"""Signed tokens in addresses: one thing, one minute, nothing to guess."""

import base64
import binascii
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.errors import NotFound
from app.usecases.parts import Parts

LIVES = timedelta(seconds=60)
_PURPOSE = "download"
_MAC_BYTES = 32


@dataclass(frozen=True, slots=True)
class Link:
    """A stored object as it is handed out: its key, file name, content type, size in bytes."""

    key: str
    filename: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Pass:
    """What the token of a link says: the code of one letter, and the session that asked for it."""

    code: str
    session: str


def seal_pass(parts: Parts, given: Pass) -> str:
    """Return the token of a link that lives for `LIVES` from now."""
    return seal(parts, _PURPOSE, asdict(given))


def open_pass(parts: Parts, token: str) -> Pass:
    """Return what the token of a link says.

    Raises:
        NotFound: not a token of ours, altered, or too old.
    """
    return Pass(**unseal(parts, _PURPOSE, token))


def seal(parts: Parts, purpose: str, told: dict[str, Any]) -> str:
    """Return a token that shows that Loket said `told`, for `LIVES` from now."""
    until = (parts.now() + LIVES).timestamp()
    text = json.dumps([until, told], separators=(",", ":"))
    sealed = parts.seal.mac(purpose, text) + text.encode()
    return _in_letters(sealed)


def unseal(parts: Parts, purpose: str, token: str) -> dict[str, Any]:
    """Return what a token says.

    Raises:
        NotFound: not a token of ours for this purpose, altered, or too old.
    """
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        mac, text = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:].decode()
        # There is one way to write a token: what the decoder overlooks is altered, too.
        if _in_letters(sealed) != token:
            raise NotFound(why="altered")
    except (binascii.Error, ValueError):
        raise NotFound(why="unreadable") from None
    if not parts.seal.is_mac(mac, purpose, text):
        raise NotFound(why="altered")
    until, told = json.loads(text)
    if parts.now() > datetime.fromtimestamp(until, UTC):
        raise NotFound(why="too old")
    return told


def _in_letters(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
