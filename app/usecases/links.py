"""Signed links: one object, one minute, nothing to guess."""

import base64
import binascii
import hmac
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

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
    until = (parts.now() + LIVES).timestamp()
    text = json.dumps([until, asdict(link)], separators=(",", ":"))
    sealed = parts.seal.mac(_PURPOSE, text) + text.encode()
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def open_link(parts: Parts, token: str) -> Link:
    """Return what a token gives.

    Raises:
        NotFound: not a token of ours, altered, or too old.
    """
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        mac, text = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:].decode()
    except (binascii.Error, ValueError):
        raise NotFound(link="unreadable") from None
    if not hmac.compare_digest(mac, parts.seal.mac(_PURPOSE, text)):
        raise NotFound(link="altered")
    until, link = json.loads(text)
    if parts.now() > datetime.fromtimestamp(until, UTC):
        raise NotFound(link="too old")
    return Link(**link)
