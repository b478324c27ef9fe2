"""Starts parts, keeps them alive, and stops them in order."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from app.embedded.kinship import die_with, keeping

_PROBE_SECONDS = 0.02
_FIRST_BACK_OFF = 0.05
_LONGEST_BACK_OFF = 5.0
#: A part that ran this long is taken as healthy, and its next fall as its first.
_STABLE_SECONDS = 10.0
_TRIES_TO_START = 5
_LARGEST_LOG = 10_000_000
_TAIL_LINES = 12


class PartFailed(Exception):
    """A part did not come up; the message carries the end of what it said."""


async def _nothing_to_do() -> None:
    return


async def _at_once() -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Part:
    """A program that has to run.

    Attributes:
        name: of its log file and in messages.
        command: the program and its arguments.
        environment: the whole of it.
        folder: where it runs.
        ready: asked again and again after a start until it says True.
        before: done before each start, as after a kill something may be left over.
        after: done when it was stopped for good.
        stop_signal: asks it to end; after `stop_seconds` it is killed.
        orphan_signal: what the kernel sends it when the supervisor dies.
        whole_tree: it starts processes of its own that might outlive it.
        stops_at: parts with a higher number are stopped before those with a lower one.
        user: number of the user and group to run as, None for our own.
        start_seconds: how long it may take until it is ready.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    ready: Callable[[], Awaitable[bool]] = _at_once
    before: Callable[[], Awaitable[None]] = _nothing_to_do
    after: Callable[[], Awaitable[None]] = _nothing_to_do
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    orphan_signal: signal.Signals = signal.SIGKILL
    whole_tree: bool = False
    stops_at: int = 0
    user: int | None = None
    start_seconds: float = 60.0


@dataclass
class _Running:
    part: Part
    process: asyncio.subprocess.Process
    up: asyncio.Event = field(default_factory=asyncio.Event)
    keeper: asyncio.Task[None] | None = None


class Supervisor:
    """Runs parts; `say` is told in words when one falls and comes back.

    Use it as an async context manager: leaving stops everything that was started.
    """

    def __init__(self, log_folder: Path, say: Callable[[str], None]) -> None:
        self._log_folder = log_folder
        self._say = say
        self._running: dict[str, _Running] = {}

    async def __aenter__(self) -> "Supervisor":
        self._log_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def pid(self, name: str) -> int:
        """Return the process of a part, or of the keeper of its tree."""
        return self._running[name].process.pid

    def log(self, name: str) -> Path:
        """Return the file that holds what a part says."""
        return self._log_folder / f"{name}.log"

    async def start(self, part: Part) -> None:
        """Start `part`, wait until it is ready, and keep it alive from then on.

        Raises:
            PartFailed: it ended again and again, or was not ready in time.
        """
        for attempt in range(_TRIES_TO_START):
            running = await self._spawn(part)
            if await self._becomes_ready(running):
                running.up.set()
                running.keeper = asyncio.create_task(self._keep(running), name=part.name)
                return
            ended = running.process.returncode is not None
            await self._end(running)
            if not ended:
                break
            await asyncio.sleep(_FIRST_BACK_OFF * 2**attempt)
        del self._running[part.name]
        raise PartFailed(f"{part.name} does not start{self._last_words(part)}")

    async def run(self, part: Part) -> None:
        """Run `part` to its end, as it is one that ends by itself.

        Raises:
            PartFailed: it said that it failed.
        """
        running = await self._spawn(part)
        try:
            status = await running.process.wait()
        finally:
            await self._end(running)
            del self._running[part.name]
        if status:
            raise PartFailed(f"{part.name} failed ({_why(status)}){self._last_words(part)}")

    async def wait_until_up(self, name: str) -> None:
        """Return when the part is ready, or ready again."""
        await self._running[name].up.wait()

    async def stop(self) -> None:
        """Stop all parts: highest `stops_at` first, equals together."""
        levels = {running.part.stops_at for running in self._running.values()}
        for level in sorted(levels, reverse=True):
            falling = [r for r in self._running.values() if r.part.stops_at == level]
            await asyncio.gather(*(self._stop(running) for running in falling))
            for running in falling:
                del self._running[running.part.name]

    async def _stop(self, running: _Running) -> None:
        if running.keeper:
            running.keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running.keeper
        await self._end(running)
        await running.part.after()

    async def _end(self, running: _Running) -> None:
        process, part = running.process, running.part
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(part.stop_signal)
            try:
                await asyncio.wait_for(process.wait(), part.stop_seconds)
            except TimeoutError:
                process.kill()
                await process.wait()
        _kill_group(process.pid)

    async def _spawn(self, part: Part) -> _Running:
        await part.before()
        command = keeping(part.command) if part.whole_tree else part.command
        with self._open_log(part.name) as log:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=part.folder,
                env=dict(part.environment),
                # A group of its own: Ctrl-C is for the supervisor alone.
                start_new_session=True,
                preexec_fn=die_with(os.getpid(), part.orphan_signal),
                user=part.user,
                group=part.user,
                extra_groups=None if part.user is None else [],
            )
        running = self._running.get(part.name)
        if running is None:
            running = self._running[part.name] = _Running(part, process)
        running.process = process
        return running

    async def _becomes_ready(self, running: _Running) -> bool:
        """Wait until the part is ready; False when it ended or took too long."""
        late = time.monotonic() + running.part.start_seconds
        while running.process.returncode is None and time.monotonic() < late:
            if await running.part.ready():
                return True
            await asyncio.sleep(_PROBE_SECONDS)
        return False

    async def _keep(self, running: _Running) -> None:
        name, back_off = running.part.name, _FIRST_BACK_OFF
        began = time.monotonic()
        while True:
            status = await running.process.wait()
            running.up.clear()
            _kill_group(running.process.pid)
            if time.monotonic() - began > _STABLE_SECONDS:
                back_off = _FIRST_BACK_OFF
            self._say(f"{name} ended ({_why(status)}), starting it again")
            await asyncio.sleep(back_off)
            back_off = min(2 * back_off, _LONGEST_BACK_OFF)
            began = time.monotonic()
            try:
                await self._spawn(running.part)
            except OSError as error:
                self._say(f"{name} cannot be started: {error}")
                continue
            if await self._becomes_ready(running):
                running.up.set()
                self._say(f"{name} is back after {time.monotonic() - began:.1f} s")
            else:
                await self._end(running)

    def _open_log(self, name: str) -> IO[bytes]:
        path = self.log(name)
        if path.exists() and path.stat().st_size > _LARGEST_LOG:
            path.replace(path.with_suffix(".old.log"))
        path.touch(mode=0o600)
        return path.open("ab")

    def _last_words(self, part: Part) -> str:
        lines = self.log(part.name).read_text(errors="replace").splitlines()[-_TAIL_LINES:]
        return "".join(f"\n  {line}" for line in lines)


async def together(*works: Coroutine[Any, Any, None]) -> None:
    """Do all at once; when one fails, end the others and raise what it raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work)
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None


def _kill_group(leader: int) -> None:
    """Kill what is left of a group whose leader has ended."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _why(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"status {status}"
