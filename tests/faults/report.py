"""What a run has seen, line by line, for `docs/reliability.md`."""

import os
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Line:
    """One death: where it happened, who died, who was at the point, seconds until ready again."""

    point: str
    victim: str
    at: str
    reached: float
    back: float

    def ready_after(self, seconds: float) -> "Line":
        """Return the same death, once everything was ready again."""
        return replace(self, back=seconds)

    def __str__(self) -> str:
        return (
            f"{self.point:32} {self.victim:10} at {self.at:7} "
            f"reached in {self.reached:5.1f} s, ready after {self.back:4.1f} s"
        )


def table(lines: Iterable[Line]) -> str:
    """Return what came of the deaths, victim by victim, as Markdown: seconds until ready."""
    of_victim: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        of_victim[line.victim].append(line)
    rows = [
        f"| {victim} | {len(found)} | {statistics.median(back):.1f} s | {max(back):.1f} s |"
        for victim, found in sorted(of_victim.items())
        if (back := [one.back for one in found])
    ]
    head = "| victim | killed at points | ready again, median | at worst |\n|---|---|---|---|"
    return "\n".join([head, *rows])


def note(told: object) -> None:
    """Tell the run's own output, and the file that LOKET_FAULTS_REPORT names."""
    print(told, file=sys.stderr, flush=True)
    if path := os.environ.get("LOKET_FAULTS_REPORT"):
        with Path(path).open("a") as file:
            print(told, file=file)
