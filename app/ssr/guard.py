"""The outermost layer: headers on every answer, and no stranger's request let in."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.ssr.headers import completed
from app.ssr.kept import KeptPages
from app.ssr.options import Options

log = logging.getLogger(__name__)

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_OWN_SITES: Final = frozenset({b"same-origin", b"none"})
_REFUSED: Final = b"Refused: this request comes from another site."
_POLICY_VIOLATION: Final = 1008


def is_own(origin: str, host: str, allowed: Iterable[str]) -> bool:
    """Tell whether `origin` is this site: on the list, or without a list the request's own host."""
    listed = tuple(allowed)
    if listed:
        return origin.rstrip("/") in listed
    return bool(host) and urlsplit(origin).netloc.lower() == host.lower()


@dataclass(frozen=True, slots=True)
class Guard:
    """Wraps the whole app; see `Options` for what it may let through.

    Attributes:
        kept: pages that are answered here, as nothing further in would say more of them.
    """

    inner: ASGIApp
    options: Options
    kept: KeptPages | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "websocket" and not self._from_here(scope):
            log.warning("refused a websocket from a foreign or missing origin")
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return

        secure = scope.get("scheme") == "https" or self._is_behind_tls()

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {
                    **message,
                    "headers": completed(message.get("headers", ()), secure=secure),
                }
            await send(message)

        if self._forged(scope):
            await _refuse(sealed)
        elif self.kept and (answer := self.kept.find(scope)):
            await answer.send(scope, sealed)
        else:
            await self.inner(scope, receive, sealed)

    def _is_behind_tls(self) -> bool:
        """Tell whether browsers speak TLS to whoever passes their requests on to us."""
        origins = self.options.allowed_origins
        return bool(origins) and all(origin.startswith("https://") for origin in origins)

    def _from_here(self, scope: Scope) -> bool:
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        host = headers.get(b"host", b"").decode("latin-1")
        return bool(origin) and is_own(origin, host, self.options.allowed_origins)

    def _forged(self, scope: Scope) -> bool:
        """Tell whether a changing request was sent by another site's page.

        A browser always names the sender, by one header or the other; a request that names none
        comes from a program, which carries no cookie that its owner did not give it.
        """
        if scope["method"] in _SAFE or self.options.foreign_posts(scope["path"]):
            return False
        headers = dict(scope["headers"])
        if headers.get(b"origin"):
            return not self._from_here(scope)
        site = headers.get(b"sec-fetch-site")
        return site is not None and site not in _OWN_SITES


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": _REFUSED})
