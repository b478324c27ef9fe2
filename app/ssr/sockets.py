"""A websocket that the server ends is ended at once, and none keeps all others waiting."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.ssr.pace import Pace

log = logging.getLogger(__name__)

_GONE: Message = {"type": "websocket.disconnect", "code": 1000}
#: A page says two or three things when it opens, and few after that; those of one address
#: (an office, a village behind one line) may say more. What comes faster is read more slowly.
_OF_A_SOCKET: Final = 5.0, 60
_OF_AN_ADDRESS: Final = 30.0, 1_000
#: Whoever is too fast so often in a row does not stop by itself: the line ends, and with it what
#: waits on it. A page opens another when it is next used.
_MOST_TOO_FAST: Final = 25
_MOST_ADDRESSES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Sockets:
    """The websockets of one process."""

    _addresses: dict[str, Pace] = field(default_factory=dict)

    async def served(self, inner: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one websocket.

        granian 2.8 sends no closing frame while the app waits for a message, and leaves the line
        open until the other side ends it; so whoever waits is told first that the line is gone.
        """
        own, shared, too_fast = Pace(*_OF_A_SOCKET), self._pace_of(scope), 0
        waiting: asyncio.Future[Message] | None = None

        async def next_message() -> Message:
            nonlocal too_fast
            due = own.wait()
            too_fast = too_fast + 1 if due else 0
            if too_fast > _MOST_TOO_FAST:
                log.warning("ended a websocket on which too much was said")
                return _GONE
            if seconds := max(due, shared.wait()):
                await asyncio.sleep(seconds)
            return await receive()

        async def heard() -> Message:
            nonlocal waiting
            waiting = asyncio.ensure_future(next_message())
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

    def _pace_of(self, scope: Scope) -> Pace:
        """Return the pace that all websockets of an address share."""
        address = str((scope.get("client") or ("",))[0])
        if address not in self._addresses and len(self._addresses) >= _MOST_ADDRESSES:
            rested = [name for name, pace in self._addresses.items() if pace.is_rested]
            for name in rested or [*self._addresses]:
                del self._addresses[name]
        return self._addresses.setdefault(address, Pace(*_OF_AN_ADDRESS))
