"""From the command to the first page, everything built and every store filled."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.bench.machine import cpu_seconds

_REPO = Path(__file__).parents[2]
_PATIENCE_SECONDS = 120
_STOP_SECONDS = 40


def seconds_to_first_page(data_dir: Path, port: int) -> tuple[float, float]:
    """Start Loket on a data folder that was used before, fetch a page, stop it again.

    On the port of the time before it is what a second `make run` is; on another one the demo
    sign-in has another address, and the stores are prepared for it first.

    Returns:
        Seconds of the clock, and of the processors until then.
    """
    others = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
    ours = {"LOKET_PORT": str(port), "LOKET_DATA_DIR": str(data_dir)}
    began = time.perf_counter()
    loket = subprocess.Popen(
        [sys.executable, "-m", "app", "serve"],
        cwd=_REPO,
        env={**others, **ours},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _first_page(f"http://localhost:{port}/", loket, began + _PATIENCE_SECONDS)
        return time.perf_counter() - began, cpu_seconds(loket.pid)
    finally:
        loket.send_signal(signal.SIGTERM)
        loket.wait(_STOP_SECONDS)


def _first_page(url: str, loket: "subprocess.Popen[bytes]", late: float) -> None:
    while loket.poll() is None and time.perf_counter() < late:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                if answer.status == 200 and b"</main>" in answer.read():
                    return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("Loket did not serve a page in time")
