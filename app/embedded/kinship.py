"""Processes that do not outlive the one that started them (Linux).

Run as a program, `kinship.py PARENT COMMAND...` keeps a whole tree of processes: it passes
SIGTERM on to the command, and leaves none of its descendants behind when the command or
the parent has ended. It is started without the package around it, to be small and quick.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_SET_PARENT_DEATH_SIGNAL = 1
_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)

_PARENT_DIED = signal.SIGUSR1
_STOP = {signal.SIGTERM, signal.SIGINT}
_WATCHED = {_PARENT_DIED, signal.SIGCHLD, *_STOP}


def die_with(parent: int, at_death: signal.Signals) -> Callable[[], None]:
    """Return what a child runs between fork and exec to get `at_death` when `parent` dies.

    The kernel sends the signal when the *thread* that forked ends, so fork from a thread
    that lives as long as the process.
    """

    def prepare() -> None:
        _prctl(_SET_PARENT_DEATH_SIGNAL, at_death)
        # The parent may have died before the kernel knew of our wish.
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def keeping(command: tuple[str, ...]) -> tuple[str, ...]:
    """Return `command` under a keeper of its whole tree, to be started by this process."""
    return (sys.executable, "-ES", __file__, str(os.getpid()), *command)


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _keep(parent: int, command: list[str]) -> int:
    """Run `command` to its end, or to that of `parent`, and return its exit status."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    _prctl(_SET_CHILD_SUBREAPER, 1)
    die_with(parent, _PARENT_DIED)()
    child = _start(command)
    status = None
    while status is None:
        received = signal.sigwaitinfo(_WATCHED).si_signo
        if received == _PARENT_DIED:
            break
        if received in _STOP:
            os.kill(child, received)
        else:
            status = _reap(child)
    _kill_descendants()
    return 1 if status is None else os.waitstatus_to_exitcode(status)


def _start(command: list[str]) -> int:
    die = die_with(os.getpid(), signal.SIGKILL)

    def prepare() -> None:
        die()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)

    return subprocess.Popen(command, preexec_fn=prepare).pid


def _reap(child: int) -> int | None:
    """Bury all that have ended; return the exit status of `child` if it is among them."""
    found = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if pid == 0:
            return found
        if pid == child:
            found = status


def _kill_descendants() -> None:
    """Kill children until there are none: those of a killed one become ours."""
    while children := _children():
        for pid in children:
            os.kill(pid, signal.SIGKILL)
        for pid in children:
            os.waitpid(pid, 0)


def _children() -> list[int]:
    me = str(os.getpid())
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                # pid (name) state parent ...; the name may hold blanks and brackets.
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue  # it has ended meanwhile
            if parent == me:
                found.append(int(entry.name))
    return found


if __name__ == "__main__":
    sys.exit(_keep(int(sys.argv[1]), sys.argv[2:]))
