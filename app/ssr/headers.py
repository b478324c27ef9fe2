"""The headers that every answer carries."""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from typing import Final

Header = tuple[bytes, bytes]

PRIVATE: Final = b"private, no-store"
IMMUTABLE: Final = b"public, max-age=31536000, immutable"

_ALWAYS: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        (
            b"accelerometer=(), autoplay=(), display-capture=(), geolocation=(), gyroscope=(), "
            b"magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
        ),
    ),
)


def new_nonce() -> str:
    """Return a fresh nonce: 128 random bits."""
    return secrets.token_urlsafe(16)


def nonced(nonce: str) -> str:
    """Word a nonce as a source of scripts."""
    return f"'nonce-{nonce}'"


def hashed(script: str) -> str:
    """Word the digest of an inline script's text as a source of scripts."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def policy(loader: str = "", form_targets: Iterable[str] = ()) -> bytes:
    """Return the content security policy of a page.

    Args:
        loader: what allows its one inline script, `nonced` or `hashed`; "" for none.
        form_targets: other origins that a form may lead to.
    """
    forms = " ".join(("'self'", *form_targets))
    scripts = f"'self' {loader}" if loader else "'self'"
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; "
        f"base-uri 'none'; form-action {forms}; frame-src 'self'; frame-ancestors 'none'"
    ).encode()


def spent(cookies: Iterable[str], sent: str, fetch_mode: str) -> list[Header]:
    """Return the headers that take `cookies` away once a document was made from them.

    Args:
        cookies: names.
        sent: the request's Cookie header.
        fetch_mode: its Sec-Fetch-Mode; what a script fetches, nobody has looked at yet.
    """
    if fetch_mode not in ("", "navigate"):
        return []
    gone = "=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"
    return [
        (b"set-cookie", f"{name}{gone}{_secure(name)}".encode())
        for name in cookies
        if f"{name}=" in sent
    ]


def _secure(name: str) -> str:
    """Return what a browser wants to be told with a cookie whose name is bound to TLS."""
    return "; Secure" if name.startswith("__") else ""


def completed(headers: Iterable[Header], *, secure: bool) -> list[Header]:
    """Add every header that an answer must carry and does not; what it has, it keeps.

    Args:
        headers: the answer's own, names in lower case.
        secure: whether it goes out over TLS.
    """
    answer = [(name.lower(), value) for name, value in headers]
    present = {name for name, _ in answer}
    wanted = [*_ALWAYS, (b"content-security-policy", policy())]
    if secure:
        wanted.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
    return [*answer, *(header for header in wanted if header[0] not in present)]
