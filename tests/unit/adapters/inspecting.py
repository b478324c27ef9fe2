"""`python -m tests.unit.adapters.inspecting`: inspect files named on standard input, and weigh it.

A process of its own, which holds no file itself: the kernel counts the most memory that a child
ever had from before it became the child, when it was still this process.
"""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from app.adapters.inspection import Inspected, inspect

_ANY = frozenset({"jpeg", "png", "webp", "heic", "avif", "pdf"})


async def main() -> None:
    """Answer each line, a path, with one line: what came of it, and what it took so far."""
    for line in sys.stdin:
        path, began, before = Path(line.rstrip("\n")), time.monotonic(), _processor()
        found = await inspect(path, _ANY)
        is_safe = isinstance(found, Inspected)
        if is_safe:
            path.with_suffix(".safe").write_bytes(found.safe)
        told = {
            "refused": "" if is_safe else found.key,
            "seconds": time.monotonic() - began,
            "processor": _processor() - before,
            "memory": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10,
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    asyncio.run(main())
