"""A piece that is still being read ends when its sender comes back to ask how far it came.

A line that breaks without a word leaves the server waiting for bytes that will not come,
while the phone already asks, over a new line, where to go on. Then what came is kept
first. Each process knows its own readers; what another one reads ends by its silence.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

#: A sender that says nothing for so long, in seconds, has gone.
_SILENCE = 30.0
#: One who has come back over another line says no more than what is here already.
_SILENCE_OF_THE_GONE = 0.3
#: As long as this, in seconds, the answer waits for what is still being read and kept.
_PATIENCE = 5.0


class Turn:
    """One piece on its way in, from its first byte until it is kept."""

    def __init__(self) -> None:
        self._silence = _SILENCE
        self._waiting: asyncio.Timeout | None = None
        self.is_kept = asyncio.Event()

    async def read_on(self, stream: AsyncIterator[bytes]) -> bytes | None:
        """Return the next bytes, or None at the end.

        Raises:
            TimeoutError: the sender has gone.
        """
        try:
            async with asyncio.timeout(self._silence) as self._waiting:
                return await anext(stream, None)
        finally:
            self._waiting = None

    def sender_has_left(self) -> None:
        """Wait for nothing more than what has arrived."""
        self._silence = _SILENCE_OF_THE_GONE
        if self._waiting is not None and not self._waiting.expired():
            self._waiting.reschedule(asyncio.get_running_loop().time() + self._silence)


class Turns:
    """The pieces that this process is reading, by upload."""

    def __init__(self) -> None:
        self._under_way: dict[UUID, set[Turn]] = {}

    @asynccontextmanager
    async def taken(self, upload: UUID) -> AsyncIterator[Turn]:
        """Give the turn in which a piece is read and kept."""
        turn = Turn()
        turns = self._under_way.setdefault(upload, set())
        turns.add(turn)
        try:
            yield turn
        finally:
            turns.discard(turn)
            if not turns:
                self._under_way.pop(upload, None)
            turn.is_kept.set()

    async def end(self, upload: UUID) -> bool:
        """Have what came of an upload kept; return whether there was anything."""
        turns = tuple(self._under_way.get(upload, ()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                for turn in turns:
                    turn.sender_has_left()
                    await turn.is_kept.wait()
        return bool(turns)
