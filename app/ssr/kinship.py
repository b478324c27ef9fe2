"""No orphans: a child process ends when its parent does, however that one ended."""

import ctypes
import os
import signal
from collections.abc import Callable
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def dying_with_parent() -> Callable[[], None]:
    """Return a `preexec_fn` that has the kernel kill the child when its parent dies.

    The library is opened here, before the fork: after it almost nothing is safe to call.
    """
    libc = ctypes.CDLL(None, use_errno=True)

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    return ask


def end_with_parent(by: signal.Signals) -> None:
    """Have the kernel send this process `by` when its parent dies, at once if it is dead."""
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, by)
    if os.getppid() != parent or parent == 1:
        os.kill(os.getpid(), by)
