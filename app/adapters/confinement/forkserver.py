"""A process that is ready for work of one kind, and makes a child for each piece of it.

To start Python and to load what decodes takes many times as long as to decode.
"""

import asyncio
import contextlib
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
from asyncio import Future
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from weakref import WeakKeyDictionary

_ROOT = Path(__file__).parents[3]
_EXCERPT = 800
#: Children of one process are laid out alike in memory: whoever could learn from crashes how, has
#: to begin anew.
_MOST_CHILDREN = 200
#: It is let go when nothing was asked of it for so long.
_IDLE_S = 120
_LONGEST = 100

Loop = asyncio.AbstractEventLoop


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: its exit code, negative for a signal, and what it took in all.

    `processor` is in seconds, `memory` in bytes: the most that it had at once.
    """

    code: int
    processor: float
    memory: int


class ForkServer:
    """The process of one module (one that calls `child.serve`), used by one event loop."""

    def __init__(self, module: str) -> None:
        self.module = module
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # as long as the process
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.setblocking(False)
        with theirs:
            self._process = subprocess.Popen(
                (sys.executable, "-m", module),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                cwd=_ROOT,
                env=_bare_environment(),
                start_new_session=True,
            )
        self._numbers = itertools.count()
        self._working: dict[int, Future[Ended]] = {}
        self._is_leaving = False
        loop = asyncio.get_running_loop()
        loop.add_reader(self._line, self._hear)
        self._idle = loop.call_later(_IDLE_S, self._leave)

    def start(
        self, limits: Mapping[str, object], request: Mapping[str, object], fds: Sequence[int]
    ) -> "tuple[int, Future[Ended]]":
        """Make a child whose standard input, output and error are `fds`.

        Returns:
            Its number, and what will be told of its end.
        """
        self._idle.cancel()
        number = next(self._numbers)
        ended: Future[Ended] = asyncio.get_running_loop().create_future()
        socket.send_fds(self._line, [json.dumps([number, limits, request]).encode()], fds)
        self._working[number] = ended
        if number + 1 == _MOST_CHILDREN:
            self._leave()
        return number, ended

    def kill(self, number: int) -> None:
        """End a child, and whatever it may have started, unless it has ended."""
        if number in self._working:
            with contextlib.suppress(ConnectionError):  # it is gone, and its children with it
                self._line.send(json.dumps([number]).encode())

    @property
    def is_open(self) -> bool:
        """Whether it takes more work."""
        return not self._is_leaving

    def _hear(self) -> None:
        try:
            message = self._line.recv(_LONGEST)
        except ConnectionError:
            message = b""
        if not message:
            return self._lost()
        number, *ended = json.loads(message)
        self._working.pop(number).set_result(Ended(*ended))
        return self._rest()

    def _rest(self) -> None:
        if self._working:
            return
        if self._is_leaving:
            self._close()
        else:
            loop = asyncio.get_running_loop()
            self._idle = loop.call_later(_IDLE_S, self._leave)

    def _leave(self) -> None:
        self._is_leaving = True
        self._rest()

    def _lost(self) -> None:
        self._is_leaving = True
        self._close()
        said = f"{self.module} did not start ({self._process.returncode}): {excerpt(self._errors)}"
        while self._working:
            _, ended = self._working.popitem()
            ended.set_exception(RuntimeError(said))

    def _close(self) -> None:
        self._idle.cancel()
        asyncio.get_running_loop().remove_reader(self._line)
        self._line.close()  # by which it ends
        self._process.wait()


def fork_server(module: str) -> ForkServer:
    """Return the running event loop's process for work of this kind; it may be starting yet."""
    mine = _servers.setdefault(asyncio.get_running_loop(), {})
    server = mine.get(module)
    if not server or not server.is_open:
        server = mine[module] = ForkServer(module)
    return server


_servers: WeakKeyDictionary[Loop, dict[str, ForkServer]] = WeakKeyDictionary()


def excerpt(errors: IO[bytes]) -> str:
    """Return the end of what was printed."""
    errors.seek(0, os.SEEK_END)
    errors.seek(max(0, errors.tell() - _EXCERPT))
    return errors.read().decode(errors="replace")


def _bare_environment() -> dict[str, str]:
    """No secret of the parent reaches the child."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {
        "LANG": "C.UTF-8",
        "MALLOC_ARENA_MAX": "2",
        # A picture is megabytes, and each 4 kB of it that are new cost the kernel a turn.
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    }
