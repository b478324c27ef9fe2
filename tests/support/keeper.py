"""Keeps one whole Loket running for as long as anyone holds the users' lock.

`python -m tests.support.keeper FOLDER PORT` writes FOLDER/address once Loket is ready. Those
who use it hold a shared lock on FOLDER/users, which the kernel takes from whoever ends, however
it ends; when the last one has gone, Loket is stopped in order.
"""

import fcntl
import json
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

from tests.support.serving import start, stop

#: The first start builds the pages.
_START_SECONDS = 900


def main(folder: Path, port: int) -> None:
    """Start Loket, say where it is, and stop it when nobody uses it any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests, then for us
    # So that who must be refused for wrong guesses can come from elsewhere than all other tests.
    loket = start(folder / "data", port, folder / "serve.log", {"LOKET_PROXIES": "127.0.0.1"})
    threading.Thread(target=_tell_when_ready, args=(folder, port, loket), daemon=True).start()
    with (folder / "users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        (folder / "address").unlink(missing_ok=True)
        stop(loket)


def _tell_when_ready(folder: Path, port: int, loket: "subprocess.Popen[bytes]") -> None:
    url = f"http://localhost:{port}"
    late = time.monotonic() + _START_SECONDS
    while loket.poll() is None and time.monotonic() < late:
        if _is_ready(url):
            _write(folder / "address", {"url": url, "pid": loket.pid})
            return
        time.sleep(0.1)
    _write(folder / "address", {"failed": (folder / "serve.log").read_text(errors="replace")})


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def _write(path: Path, told: dict[str, object]) -> None:
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(told))
    draft.rename(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
