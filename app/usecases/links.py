"""Signed tokens in addresses: one thing, one minute, nothing to guess."""

import base64
import binascii
import hmac
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
    """What a link gives: a stored object, under a file name, as a content type, its bytes."""

    key: str
    filename: str
    content_type: str
    size: int


def seal_link(parts: Parts, link: Link) -> str:
    """Return the token of a link that lives for `LIVES` from now."""
    return seal(parts, _PURPOSE, asdict(link))


def open_link(parts: Parts, token: str) -> Link:
    """Return what a token gives.

    Raises:
        NotFound: not a token of ours, altered, or too old.
    """
    return Link(**unseal(parts, _PURPOSE, token))


def seal(parts: Parts, purpose: str, told: dict[str, Any]) -> str:
    """Return a token that shows that Loket said `told`, for `LIVES` from now."""
    until = (parts.now() + LIVES).timestamp()
    text = json.dumps([until, told], separators=(",", ":"))
    sealed = parts.seal.mac(purpose, text) + text.encode()
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def unseal(parts: Parts, purpose: str, token: str) -> dict[str, Any]:
    """Return what a token says.

    Raises:
        NotFound: not a token of ours for this purpose, altered, or too old.
    """
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        mac, text = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:].decode()
    except (binascii.Error, ValueError):
        raise NotFound(why="unreadable") from None
    if not hmac.compare_digest(mac, parts.seal.mac(purpose, text)):
        raise NotFound(why="altered")
    until, told = json.loads(text)
    if parts.now() > datetime.fromtimestamp(until, UTC):
        raise NotFound(why="too old")
    return told
