"""What does not work just now, so that pages can say so without asking anybody."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from app.db.queue import HEARTBEAT
from app.usecases import probing
from app.usecases.parts import Parts
from app.usecases.probing import tried

#: Files can be neither taken nor handed out; nothing is checked or made; pages stand still.
STORE, WORKER, LIVE = "store", "worker", "live"
#: The topic of the pages that are open when something goes or comes back.
TOPIC = "outages"

_EVERY_SECONDS = 5.0
#: One failure may be a moment's; a store that is killed is back soon.
_IN_A_ROW = 2
_PROBES = {STORE: probing.storage, LIVE: probing.open_pages, WORKER: probing.worker}


@dataclass
class Outages:
    """What one process knows of the parts that are away, some seconds old at most.

    Attributes:
        parts: gives the ports, when they are first needed.
        away: `STORE`, `WORKER`, `LIVE`: those that do not answer.
        began: the moment of `time.monotonic` from which a worker has been listened for.
    """

    parts: Callable[[], Parts]
    away: frozenset[str] = frozenset()
    began: float = field(default_factory=time.monotonic)
    _failures: dict[str, int] = field(default_factory=dict)

    async def look(self) -> bool:
        """Ask every part; return whether something went or came back."""
        parts = self.parts()
        found = await asyncio.gather(*(tried(probe, parts) for probe in _PROBES.values()))
        before = self.away
        self.away = frozenset(
            name for name, works in zip(_PROBES, found, strict=True) if self._is_away(name, works)
        )
        return self.away != before

    async def watch(self, changed: Callable[[], Awaitable[object]]) -> None:
        """Look every few seconds until cancelled, and tell when something changes."""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            if await self.look():
                await changed()

    def _is_away(self, name: str, works: bool | None) -> bool:
        if name == WORKER:
            # Where the database is silent nobody can say; and who has just begun has heard nobody.
            is_early = time.monotonic() - self.began < HEARTBEAT.total_seconds()
            return name in self.away if works is None else not (works or is_early)
        self._failures[name] = 0 if works else self._failures.get(name, 0) + 1
        return self._failures[name] >= _IN_A_ROW
