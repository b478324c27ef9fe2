"""What processes use, as the kernel counts it."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

_TICK = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[psutil.Process]:
    """Return a process and all that descend from it."""
    first = psutil.Process(pid)
    return [first, *first.children(recursive=True)]


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process and its living descendants have used.

    Those that ended are counted by who waited for them.
    """
    return sum(_cpu_of(process.pid) for process in family(pid))


def resident_kb(processes: list[psutil.Process]) -> float:
    """Return the memory that only these processes hold, in kB."""
    found = 0.0
    for process in processes:
        try:
            found += process.memory_full_info().uss / 1024
        except psutil.Error:
            continue  # it has ended meanwhile
    return found


@dataclass(frozen=True, slots=True)
class Idle:
    """What a process tree uses when nobody asks it anything, in seconds a second."""

    rate: float

    @classmethod
    def of(cls, pid: int, seconds: float = 3.0) -> "Idle":
        """Watch the tree for a while."""
        before = cpu_seconds(pid)
        time.sleep(seconds)
        return cls((cpu_seconds(pid) - before) / seconds)


def _cpu_of(pid: int) -> float:
    try:
        text = (Path("/proc") / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    # The name, in brackets, may hold anything; 14 to 17 are own and reaped children's times.
    fields = text.rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / _TICK
