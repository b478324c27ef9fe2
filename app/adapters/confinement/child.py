"""The child's side: give everything up, work, answer, end. Standard library only."""

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
#: A third of the processor that a page gets where both want one.
_AFTER_OTHERS = 5

Request = Mapping[str, Any]
Work = Callable[[bytes], tuple[Mapping[str, object], Sequence[bytes]]]


def serve(load: Callable[[Request], Work]) -> None:
    """Confine this process, load the libraries, do the work on standard input, answer.

    `load` imports what this request needs and returns the work: until it has returned, a
    failure is a defect of ours; afterwards, it is the input's doing.
    """
    limits, request = json.loads(sys.argv[1]), json.loads(sys.argv[2])
    _give_up(limits)
    work = load(request)
    _write(b"ready\n")
    facts, files = work(sys.stdin.buffer.read())
    head = json.dumps({"facts": facts, "files": [len(file) for file in files]})
    _write(head.encode() + b"\n")
    for file in files:
        _write(file)


def _give_up(limits: Mapping[str, int]) -> None:
    kernel = ctypes.CDLL(None, use_errno=True)
    # Refused by kernels that forbid user namespaces; the limits below hold regardless.
    kernel.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    kernel.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # After unshare, which would clear it.
    kernel.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    os.nice(_AFTER_OTHERS)
    for kind, value in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["processor"]),
        (resource.RLIMIT_FSIZE, 1 << 20),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def _write(data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(sys.stdout.fileno(), rest) :]
