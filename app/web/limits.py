"""No request may be larger than the largest form, and each is heard out before it is answered."""

from contextlib import suppress
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import audit
from app.web import lost


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """Answers 413 as soon as a body is known to be longer than `most` bytes.

    A body that turns out longer than it said raises `HTTPException` in whoever reads it. Any
    other answer waits for the end of the body: a connection that is closed over bytes that
    nobody has read is reset, and who still sends is then told nothing.
    """

    inner: ASGIApp
    most: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self.most:
            audit.note("refused", why="too long", at=audit.place(scope["path"]))
            await lost.response(413)(scope, receive, send)
            return
        body = _Body(receive, self.most, declared != b"0" or b"transfer-encoding" in headers)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                await body.hear_out()
            await send(message)

        with suppress(ClientDisconnect):  # gone in the middle: nothing was kept, nobody to tell
            await self.inner(scope, body.counted, answer)


@dataclass(slots=True)
class _Body:
    receive: Receive
    most: int
    goes_on: bool
    received: int = 0

    async def counted(self) -> Message:
        message = await self.receive()
        self.goes_on = message.get("more_body", False)
        self.received += len(message.get("body", b""))
        if self.received > self.most:
            raise HTTPException(413)
        return message

    async def hear_out(self) -> None:
        while self.goes_on and self.received <= self.most:
            with suppress(HTTPException):
                await self.counted()
