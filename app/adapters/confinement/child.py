"""The other side: a process that loads a module's libraries once, gives its network up, and forks
itself for each input. Each child gives up the rest, works, answers, ends. Standard library only.
"""

import ctypes
import gc
import json
import os
import resource
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
#: A third of the processor that a page gets where both want one.
_AFTER_OTHERS = 5
_MOST_OPEN = 64
#: Bytes of one order: what may wait in a socket of Linux.
_LONGEST = 200 << 10

Request = Mapping[str, Any]
Work = Callable[[bytes], tuple[Mapping[str, object], Sequence[bytes]]]


def serve(load: Callable[[Request], Work], before: Callable[[], object] = lambda: None) -> None:
    """Obey the process that started this one until it is gone; its line is standard input.

    `before` imports what most requests need; that happens once. `load` imports, in the child,
    what its request needs beyond, and returns the work: until it has returned, a failure is a
    defect of ours; afterwards, it is the input's doing.
    """
    line = socket.socket(fileno=os.dup(0))
    _close_itself_off()
    before()
    gc.freeze()  # no child looks through what is loaded for garbage, by which it would copy it
    _Nursery(line, load).obey()
    os._exit(0)  # who waits for the end of this process need not wait for its tidying up


class _Nursery:
    """The children that work, each known by the number of its order."""

    def __init__(self, line: socket.socket, load: Callable[[Request], Work]) -> None:
        self._line, self._load = line, load
        self._pids: dict[int, int] = {}
        self._heard = selectors.DefaultSelector()
        self._heard.register(line, selectors.EVENT_READ)

    def obey(self) -> None:
        """Start children, end them when told to, and tell how each ended."""
        is_asked = True
        while is_asked:
            for key, _ in self._heard.select():
                if key.data is None:
                    is_asked = self._heed()
                else:
                    self._reap(key)
        for number in self._pids:
            self._kill(number)

    def _heed(self) -> bool:
        message, fds, _, _ = socket.recv_fds(self._line, _LONGEST, 3)
        if not message:
            return False
        number, *order = json.loads(message)
        if order:
            self._start(number, fds, *order)
        else:
            self._kill(number)
        return True

    def _start(self, number: int, fds: list[int], limits: Mapping[str, int], told: Request) -> None:
        pid = os.fork()
        if pid == 0:
            _be_child(fds, limits, told, self._load)
        # A group of its own, before anybody may want to end it.
        os.setpgid(pid, pid)
        for fd in fds:
            os.close(fd)
        self._pids[number] = pid
        self._heard.register(os.pidfd_open(pid), selectors.EVENT_READ, number)

    def _reap(self, key: selectors.SelectorKey) -> None:
        self._heard.unregister(key.fileobj)
        os.close(key.fd)
        self._kill(key.data)  # what it has left behind, while nobody else can have its number
        _, status, used = os.wait4(self._pids.pop(key.data), 0)
        took = used.ru_utime + used.ru_stime, used.ru_maxrss << 10
        told = [key.data, os.waitstatus_to_exitcode(status), *took]
        self._line.send(json.dumps(told).encode())

    def _kill(self, number: int) -> None:
        """End a child, and whatever it may have started; one that was told of is over."""
        if pid := self._pids.get(number):
            os.killpg(pid, signal.SIGKILL)


def _be_child(
    fds: list[int],
    limits: Mapping[str, int],
    request: Request,
    load: Callable[[Request], Work],
) -> NoReturn:
    """Confine this process, load the libraries, do the work on standard input, answer."""
    code = 1
    try:
        os.setpgid(0, 0)
        for at, fd in enumerate(fds):
            os.dup2(fd, at)
        os.closerange(len(fds), _MOST_OPEN)
        _give_up(limits)
        work = load(request)
        _write(b"ready\n")
        with open(0, "rb", closefd=False) as source:  # it has no path
            facts, files = work(source.read())
        head = json.dumps({"facts": facts, "files": [len(file) for file in files]})
        _write(head.encode() + b"\n")
        for file in files:
            _write(file)
        code = 0
    except BaseException:  # noqa: BLE001  # told to the parent, by the code and what is printed
        traceback.print_exc()
    finally:
        os._exit(code)


def _close_itself_off() -> None:
    kernel = ctypes.CDLL(None, use_errno=True)
    # Refused by kernels that forbid user namespaces; the limits of each child hold regardless.
    kernel.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    # No child looks into this process, from which the next one comes.
    kernel.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _give_up(limits: Mapping[str, int]) -> None:
    kernel = ctypes.CDLL(None, use_errno=True)
    kernel.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    kernel.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    os.nice(_AFTER_OTHERS)
    for kind, value in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["processor"]),
        (resource.RLIMIT_FSIZE, 1 << 20),
        (resource.RLIMIT_NOFILE, _MOST_OPEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def _write(data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(sys.stdout.fileno(), rest) :]
