"""Named points told to another process, which may answer late, with a failure, or with a kill."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

from app.domain.points import listen

_FAIL = "fail"


class PointFailed(Exception):
    """Whoever listens at the points asked for a defect at this one."""


def report_to(path: Path, process: str) -> None:
    """Tell every point to the socket at `path`, and go on when it has answered.

    Args:
        path: where somebody listens; as long as nobody does, points are passed unseen.
        process: what kind of process this is: `web`, `worker`.
    """
    listen(_telling(path, process))


def _telling(path: Path, process: str) -> Callable[[str], None]:
    def tell(point: str) -> None:
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(str(path))
            except (FileNotFoundError, ConnectionRefusedError):
                return
            line.sendall(f"{point} {process} {os.getpid()}\n".encode())
            answer = line.recv(64).decode().strip()
        if answer == _FAIL:
            raise PointFailed(point)

    return tell
