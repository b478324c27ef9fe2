"""A Loket of its own to be killed: started as its users start it, by its own command."""

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import ssl
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx2
import psutil
from sqlalchemy.exc import DBAPIError

from app.domain.errors import Unavailable
from tests.faults.switchboard import Hit, Switchboard
from tests.support.running import Loket, free_port
from tests.support.serving import start, stop

T = TypeVar("T")

#: Bytes of a file that is checked before its answer: the photos of forms are lighter, files that
#: come in pieces heavier, and wait for a job.
CHECKED_AT_ONCE = 50_000
#: The first start builds the pages.
_START_SECONDS = 600
#: Made once: each client would make its own otherwise, which takes longer than asking.
TLS = ssl.create_default_context()


@dataclass(frozen=True)
class Fragile(Loket):
    """A running Loket whose processes may be killed, one kind at a time."""

    points: Switchboard = field(default_factory=Switchboard)

    def pids(self, victim: str) -> list[int]:
        """Return the processes of one kind: those that do the work, not who watches them."""
        return [one.pid for one in self._alive() if _is(one, victim)]

    async def kill(self, victim: str) -> list[int]:
        """Kill every process of one kind with SIGKILL, and return when they have ended.

        So have those that they had started: a connection of a dead PostgreSQL answers for a moment.
        """
        pids = self.pids(victim)
        dying = {*pids, *(child for pid in pids for child in _children(pid))}
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        await until(lambda: not any(map(_lives, dying)), f"{victim} killed", 30)
        return pids

    async def hold_down(self, victim: str, seconds: float) -> None:
        """Kill a kind of process again and again, so that it is away for so long."""
        late = time.monotonic() + seconds
        while time.monotonic() < late:
            await self.kill(victim)
            await asyncio.sleep(0.02)

    def killing(self, victim: str) -> Callable[[Hit], "asyncio.Future[None]"]:
        """Return what a trap does: kill the process at the point, or another one."""

        async def strike(hit: Hit) -> None:
            if victim == hit.process:
                os.kill(hit.pid, signal.SIGKILL)
            else:
                await self.kill(victim)

        return strike

    async def ready(self, seconds: float = 60) -> float:
        """Return once every part says that it is ready: after how many seconds."""
        began = time.monotonic()
        async with httpx2.AsyncClient(timeout=5, verify=TLS) as client:
            await until(lambda: self._is_ready(client), "ready", seconds, every=0.2)
        return time.monotonic() - began

    async def recovered(self, victim: str, seconds: float = 60) -> float:
        """Return once a kind of process is there again and every part is ready, as `ready`."""
        began = time.monotonic()
        await until(lambda: self.pids(victim), f"{victim} started again", seconds, every=0.2)
        await self.ready(seconds)
        return time.monotonic() - began

    async def _is_ready(self, client: httpx2.AsyncClient) -> bool:
        try:
            return (await client.get(f"{self.url}/readyz")).status_code == 200
        except httpx2.TransportError:
            return False

    def _alive(self) -> list[psutil.Process]:
        return psutil.Process(self.pid).children(recursive=True)


@contextlib.asynccontextmanager
async def fragile_loket(data: Path | None = None, **settings: str) -> AsyncIterator[Fragile]:
    """Start a whole Loket on a new data folder, all of its points told to a switchboard."""
    # A socket's address is short, and a test's own folder may be deep.
    folder = Path(tempfile.mkdtemp(prefix="lk-"))
    port, points = free_port(), Switchboard()
    async with points.listening(folder / "points"):
        data = data or folder / "data"
        # People say from where they ask, as if each had come by way of a proxy.
        told = {
            "LOKET_POINTS": str(folder / "points"),
            "LOKET_PROXIES": "127.0.0.1",
            "LOKET_CHECKED_AT_ONCE": str(CHECKED_AT_ONCE),
            **settings,
        }
        process = start(data, port, folder / "serve.log", told)
        loket = Fragile(f"http://localhost:{port}", data, process.pid, points)
        try:
            await loket.ready(_START_SECONDS)
            yield loket
        finally:
            await asyncio.to_thread(stop, process)
            _keep_logs(data)
            shutil.rmtree(folder)


async def until(
    condition: Callable[[], object], what: str, seconds: float, every: float = 0.05
) -> None:
    """Return when `condition` holds; fail with `what` when it does not in time."""
    late = time.monotonic() + seconds
    while True:
        held = condition()
        if await held if asyncio.iscoroutine(held) else held:
            return
        assert time.monotonic() < late, f"not in {seconds} s: {what}"
        await asyncio.sleep(every)


async def patiently(work: Callable[[], Awaitable[T]], seconds: float = 60) -> T:
    """Do work on Loket's own servers again until they answer."""
    late = time.monotonic() + seconds
    while True:
        try:
            return await work()
        except (Unavailable, DBAPIError):
            if time.monotonic() > late:
                raise
            await asyncio.sleep(0.1)


def token() -> str:
    """Return a word that nothing else in this run has."""
    return secrets.token_hex(6)


def _keep_logs(data: Path) -> None:
    """Keep what the processes said beside the report, where one was asked for."""
    if report := os.environ.get("LOKET_FAULTS_REPORT"):
        shutil.copytree(data / "log", Path(f"{report}.log") / data.parent.name)


def _is(process: psutil.Process, victim: str) -> bool:
    try:
        command, parent = process.cmdline(), process.parent()
        if not command or process.status() == psutil.STATUS_ZOMBIE:
            return False
        program = Path(command[0]).name
        match victim:
            case "web":
                # The one that answers is forked from the one that listens.
                return command[1:] == ["-m", "app", "web"] and _runs(parent, "web")
            case "worker":
                return command[1:] == ["-m", "app", "worker"]
            case "postgres":
                return program == "postgres" and "-D" in command
            case "seaweedfs":
                return program == "weed" and "mini" in command
            case "renderer":
                return any(word.endswith("renderer.js") for word in command)
            case "identity":
                return command[1:3] == ["-m", "app.embedded.identity"]
    except psutil.Error:
        return False  # it has ended meanwhile
    raise ValueError(victim)


def _runs(process: psutil.Process | None, command: str) -> bool:
    return process is not None and process.cmdline()[1:] == ["-m", "app", command]


def _children(pid: int) -> list[int]:
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
