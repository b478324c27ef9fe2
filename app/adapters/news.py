"""What changed, as PostgreSQL's NOTIFY tells it to this process."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable

import psycopg
from psycopg.sql import SQL, Identifier

from app.domain.points import at

log = logging.getLogger(__name__)
_RETRY_SECONDS = 1.0

Subscriber = Callable[[str], Awaitable[None]]


class News:
    """Listens on one channel and passes each topic on.

    News may be missed while PostgreSQL is away: whoever needs to be sure looks at the
    tables. `listen` runs for as long as the process does.
    """

    def __init__(self, conninfo: str, channel: str) -> None:
        self._conninfo, self._channel = conninfo, channel
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._subscribers: list[Subscriber] = []

    def subscribe(self, subscriber: Subscriber) -> None:
        """Have every topic passed to `subscriber`."""
        self._subscribers.append(subscriber)

    @contextlib.asynccontextmanager
    async def expecting(self, topic: str) -> AsyncIterator[asyncio.Event]:
        """Give an event that is set when `topic` is announced inside the block."""
        event = asyncio.Event()
        self._waiting[topic].add(event)
        try:
            yield event
        finally:
            self._waiting[topic].discard(event)
            if not self._waiting[topic]:
                del self._waiting[topic]

    async def listen(self) -> None:
        """Pass news on until cancelled, through every loss of the connection."""
        while True:
            try:
                await self._listen_once()
            except psycopg.Error as error:
                log.warning("news: connection lost (%s), trying again", error)
            await asyncio.sleep(_RETRY_SECONDS)

    async def _listen_once(self) -> None:
        connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
        async with connection:
            await connection.execute(SQL("LISTEN {}").format(Identifier(self._channel)))
            async for notice in connection.notifies():
                await self._pass_on(notice.payload)

    async def _pass_on(self, topic: str) -> None:
        at("news.heard")
        for event in self._waiting.get(topic, ()):
            event.set()
        results = await asyncio.gather(
            *(subscriber(topic) for subscriber in self._subscribers), return_exceptions=True
        )
        for result in results:
            if isinstance(result, BaseException):
                log.error("news: %s could not be passed on", topic, exc_info=result)
