"""A websocket that the server ends is ended at once, whatever the other side does."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_GONE: Message = {"type": "websocket.disconnect", "code": 1000}


async def served(inner: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one websocket.

    granian 2.8 sends no closing frame while the app waits for a message, and leaves the line
    open until the other side ends it; so whoever waits is told first that the line is gone.
    """
    waiting: asyncio.Future[Message] | None = None

    async def heard() -> Message:
        nonlocal waiting
        waiting = asyncio.ensure_future(receive())
        try:
            await asyncio.wait({waiting})
        finally:
            waiting.cancel()
        return _GONE if waiting.cancelled() else waiting.result()

    async def said(message: Message) -> None:
        if message["type"] == "websocket.close" and waiting is not None:
            waiting.cancel()
            await asyncio.wait({waiting})
        await send(message)

    await inner(scope, heard, said)
