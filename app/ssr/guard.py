"""The outermost layer: headers on every answer, and no stranger's request let in."""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.ssr.answer import Answer
from app.ssr.headers import PRIVATE, completed
from app.ssr.kept import KeptPages
from app.ssr.options import Options
from app.ssr.outcomes import REQUEST, new_request_id
from app.ssr.sockets import Sockets

log = logging.getLogger(__name__)

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_OWN_SITES: Final = frozenset({b"same-origin", b"none"})
_POLICY_VIOLATION: Final = 1008
_REFUSED: Final[Message] = {"type": "http.response.start", "status": 403, "headers": []}


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
    sockets: Sockets = field(default_factory=Sockets)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "websocket" and not self._from_here(scope):
            log.warning("refused a websocket from a foreign or missing origin")
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            self.options.meter.answered(scope, _REFUSED, 0)
            return
        if scope["type"] not in ("http", "websocket"):
            await self.inner(scope, receive, send)
            return
        request_id = new_request_id()
        with structlog.contextvars.bound_contextvars(**{REQUEST: request_id}):
            if scope["type"] == "websocket":
                await self._follow(scope, receive, send)
            else:
                await self._answer(scope, receive, send, request_id)

    async def _follow(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.options.meter.sockets(1)
        try:
            await self.sockets.served(self.inner, scope, receive, send)
        finally:
            self.options.meter.sockets(-1)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        began = time.perf_counter()
        secure = scope.get("scheme") == "https" or self._is_behind_tls()

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {
                    **message,
                    "headers": [
                        *completed(message.get("headers", ()), secure=secure),
                        (b"x-request-id", request_id.encode()),
                    ],
                }
                self.options.meter.answered(scope, message, time.perf_counter() - began)
            await send(message)

        if self._forged(scope):
            await self._refuse(scope, sealed)
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
        return self._is_own(headers.get(b"origin", b""), headers)

    def _is_own(self, origin: bytes, headers: dict[bytes, bytes]) -> bool:
        host = headers.get(b"host", b"").decode("latin-1")
        named = origin.decode("latin-1")
        return bool(named) and is_own(named, host, self.options.allowed_origins)

    def _forged(self, scope: Scope) -> bool:
        """Tell whether a changing request was, or may have been, sent by another site's page.

        A browser names the sender in one header or another; old ones that go by way of a
        compressing proxy in the last of them. A request that names none is let in when it
        carries no cookie: it asks in nobody's name.
        """
        if scope["method"] in _SAFE or self.options.foreign_posts(scope["path"]):
            return False
        headers = dict(scope["headers"])
        origin, site = headers.get(b"origin"), headers.get(b"sec-fetch-site")
        if origin or site:
            is_own = not origin or self._is_own(origin, headers)
            return not is_own or (site is not None and site not in _OWN_SITES)
        if page := headers.get(b"referer"):
            return not self._is_own(_origin_of(page), headers)
        return b"cookie" in headers

    async def _refuse(self, scope: Scope, send: Send) -> None:
        log.warning("refused a changing request of another site, or of nobody: %s", scope["path"])
        body = self.options.error_page(403, "", scope["path"])
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", PRIVATE)]
        await Answer(403, body.encode(), headers).send(scope, send)


def _origin_of(address: bytes) -> bytes:
    scheme, _, rest = address.partition(b"://")
    return scheme + b"://" + rest.partition(b"/")[0]
