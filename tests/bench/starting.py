"""From the command to the first page, everything built and every store filled."""

import subprocess
import time
import urllib.request
from pathlib import Path

from tests.bench.machine import cpu_seconds
from tests.support.serving import start, stop

_PATIENCE_SECONDS = 120


def seconds_to_first_page(data_dir: Path, port: int) -> tuple[float, float]:
    """Start Loket on a data folder that was used before, fetch a page, stop it again.

    On the port of the time before it is what a second `make run` is; on another one the demo
    sign-in has another address, and the stores are prepared for it first.

    Returns:
        Seconds of the clock, and of the processors until then.
    """
    began = time.perf_counter()
    loket = start(data_dir, port)
    try:
        _first_page(f"http://localhost:{port}/", loket, began + _PATIENCE_SECONDS)
        return time.perf_counter() - began, cpu_seconds(loket.pid)
    finally:
        stop(loket)


def _first_page(url: str, loket: "subprocess.Popen[bytes]", late: float) -> None:
    while loket.poll() is None and time.perf_counter() < late:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                if answer.status == 200 and b"</main>" in answer.read():
                    return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("Loket did not serve a page in time")
