"""No request may be larger than the largest form."""

from contextlib import suppress
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web import lost


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """Answers 413 as soon as a body is known to be longer than `most` bytes.

    A body that turns out longer than it said raises `HTTPException` in whoever reads it.
    """

    inner: ASGIApp
    most: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self.most:
            await lost.response(413)(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.most:
                raise HTTPException(413)
            return message

        with suppress(ClientDisconnect):  # gone in the middle: nothing was kept, nobody to tell
            await self.inner(scope, counted, send)
