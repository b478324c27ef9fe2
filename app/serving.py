"""`python -m app serve`: all of Loket in the foreground, until it is told to stop."""

import asyncio
import contextlib
import hashlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

from app.embedded import Part, PartFailed, Stack
from app.embedded.identity.accounts import Accounts, demo_accounts
from app.embedded.supervisor import together
from app.settings import ONE_LOGIN, Settings
from app.ssr.build import is_built

_PROJECT = Path(__file__).parents[1]
#: What decides whether the stores have to be prepared again.
_PREPARED_FROM = (
    "app/db/capacity.py",
    "app/db/login.py",
    "app/db/migrations",
    "app/embedded/postgres.py",
    "app/operating.py",
    "app/usecases/demo.py",
    "app/usecases/demo.toml",
)
_ANSWER_SECONDS = 5.0
#: The worker finishes what it is at.
_WORKER_STOP_SECONDS = 15.0


def serve(settings: Settings, tell: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM, then stop every process that was started.

    `tell` gets what the operator may want to know, line by line.

    Raises:
        DataFolderInUse: another Loket uses the same data folder.
        NotLoopback: the demo sign-in was asked to serve others than this machine.
        PartFailed: a part does not start, or the port is taken.
    """
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_Serving(settings, tell).run())


class _Serving:
    def __init__(self, settings: Settings, tell: Callable[[str], None]) -> None:
        self._settings = settings
        self._tell = tell
        self._began = time.monotonic()

    async def run(self) -> None:
        self._heed_signals()
        _refuse_taken_port(self._settings)
        stack = Stack.missing_in(self._settings, self._say)
        async with stack as settings:
            stamp = None if _names_a_store(self._settings) else _Stamp(settings, stack.is_new)
            if not await asyncio.to_thread(is_built, _PROJECT) or not (stamp and stamp.is_fresh):
                await self._make_ready(stack, settings, stamp)
            # A page waits for nothing that it does not need itself.
            await stack.supervisor.start(_web(settings))
            await stack.up()
            await stack.supervisor.start(_worker(settings))
            self._welcome()
            await asyncio.Event().wait()

    async def _make_ready(self, stack: Stack, settings: Settings, stamp: "_Stamp | None") -> None:
        self._say("starting database, storage and sign-in; building the pages if they changed")
        await together(
            self._build(stack, settings),
            self._prepare(stack, settings, stamp),
        )

    async def _build(self, stack: Stack, settings: Settings) -> None:
        if not await asyncio.to_thread(is_built, _PROJECT):
            self._say("building the pages: a minute or two the first time")
            await stack.supervisor.run(_child("build", settings))
            self._say("pages built")

    async def _prepare(self, stack: Stack, settings: Settings, stamp: "_Stamp | None") -> None:
        await stack.up()
        self._say("servers answer")
        if stamp is None or not stamp.is_fresh:
            await stack.supervisor.run(_child("prepare", settings, for_operators=True))
            self._say("database and storage prepared")
            if not settings.separate_owner:
                self._say(ONE_LOGIN)
            if stamp:
                stamp.set()

    def _say(self, words: str) -> None:
        self._tell(f"{time.monotonic() - self._began:6.1f} s  {words}")

    def _welcome(self) -> None:
        self._say(f"Loket is at {self._settings.public_url}")
        if self._settings.oidc is None:
            self._tell(_table_of_accounts(demo_accounts()))
        self._tell("  Ctrl-C stops Loket\n")

    def _heed_signals(self) -> None:
        """Let the first signal stop everything in order; those after it change nothing."""
        loop, me = asyncio.get_running_loop(), asyncio.current_task()
        asked = False

        def stop() -> None:
            nonlocal asked
            if not asked and me is not None:
                asked = True
                self._say("stopping")
                me.cancel()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, stop)


def _table_of_accounts(accounts: Accounts) -> str:
    rows = [("account", "name", "is")]
    rows += [(one.subject, one.name, one.role) for one in accounts.people.values()]
    lines = [f"  {subject:<12}  {name:<18}  {role}" for subject, name, role in rows]
    return "\n".join(("", *lines, "", f"  password of all: {accounts.password}"))


class _Stamp:
    """Remembers from what our own stores were prepared, so that a start can skip it."""

    def __init__(self, settings: Settings, new_stores: bool) -> None:
        self._file = settings.data_dir / "prepared"
        digest = hashlib.sha256()
        for place in _PREPARED_FROM:
            path = _PROJECT / place
            for file in sorted(path.rglob("*.py")) if path.is_dir() else (path,):
                digest.update(file.read_bytes())
        issuer = settings.oidc.issuer if settings.oidc else None
        digest.update(repr((issuer, settings.demo, settings.admin_subject)).encode())
        self._digest = digest.hexdigest()
        if new_stores:
            self._file.unlink(missing_ok=True)

    @property
    def is_fresh(self) -> bool:
        """Whether nothing has changed since."""
        return self._file.exists() and self._file.read_text() == self._digest

    def set(self) -> None:
        """Say that the stores are prepared as things are now."""
        self._file.write_text(self._digest)


def _names_a_store(settings: Settings) -> bool:
    """Whether somebody else may have changed what we prepared."""
    return settings.database_url is not None or settings.s3 is not None


def _web(settings: Settings) -> Part:
    host = "::1" if ":" in settings.host else "127.0.0.1"
    if not ip_address(settings.host).is_unspecified:
        host = settings.host

    async def answers() -> bool:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                reader, writer = await asyncio.open_connection(host, settings.port)
                writer.write(
                    b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
                )
                status = await reader.readline()
                writer.close()
        except (OSError, TimeoutError):
            return False
        return b" 200 " in status

    return replace(_child("web", settings), ready=answers)


def _worker(settings: Settings) -> Part:
    return replace(_child("worker", settings), stop_seconds=_WORKER_STOP_SECONDS)


def _child(command: str, settings: Settings, *, for_operators: bool = False) -> Part:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
    return Part(
        name=command,
        command=(sys.executable, "-m", "app", command),
        environment={**ours, **settings.as_environment(for_operators=for_operators)},
        folder=_PROJECT,
        whole_tree=True,
        stops_at=1,
    )


def _refuse_taken_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            where = f"LOKET_PORT {settings.port} on {settings.host}"
            raise PartFailed(f"{where} cannot be used: {error.strerror}") from None
