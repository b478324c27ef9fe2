"""Where Loket's processes report each named point that they reach, and wait for an answer."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

_GO, FAIL = "go", "fail"


@dataclass(frozen=True, slots=True)
class Hit:
    """One process at one point, waiting there."""

    point: str
    process: str
    pid: int


#: What is done while the process waits; it may say how the process is to go on.
Action = Callable[[Hit], Awaitable[str | None]]


@dataclass
class Trap:
    """What shall happen the `nth` time that a point is reached; once, unless it `stays`."""

    point: str
    action: Action
    nth: int = 1
    stays: bool = False
    sprung: asyncio.Event = field(default_factory=asyncio.Event)
    process: str = ""


@dataclass
class Switchboard:
    """Counts what is reached, and springs the traps that were set."""

    reached: Counter[str] = field(default_factory=Counter)
    _traps: list[Trap] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def listening(self, path: Path) -> AsyncIterator["Switchboard"]:
        """Answer at the socket `path`."""
        server = await asyncio.start_unix_server(self._answer, path)
        async with server:
            yield self

    def set(self, point: str, action: Action, nth: int = 1, *, stays: bool = False) -> Trap:
        """Set a trap at a point, counting from now."""
        trap = Trap(point, action, self.reached[point] + nth, stays)
        self._traps.append(trap)
        return trap

    def take_away(self, trap: Trap) -> None:
        """Take a trap away, sprung or not."""
        with contextlib.suppress(ValueError):
            self._traps.remove(trap)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Whoever waits here may be killed meanwhile.
        with contextlib.suppress(ConnectionError):
            point, process, pid = (await reader.readline()).decode().split()
            self.reached[point] += 1
            answer = await self._spring(Hit(point, process, int(pid)))
            writer.write(f"{answer}\n".encode())
            await writer.drain()
        writer.close()

    async def _spring(self, hit: Hit) -> str:
        for trap in self._traps:
            if trap.point == hit.point and self.reached[hit.point] >= trap.nth:
                if not trap.stays:
                    self._traps.remove(trap)
                trap.process = hit.process
                try:
                    return await trap.action(hit) or _GO
                finally:
                    trap.sprung.set()
        return _GO
