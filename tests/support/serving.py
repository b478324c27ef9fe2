"""One way to start Loket as its users do, and to stop it: in order, or else by force."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from app.embedded.kinship import die_with

_REPO = Path(__file__).parents[2]
_STOP_SECONDS = 40


def start(
    data: Path, port: int, log: Path | None = None, settings: Mapping[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    """Start `python -m app serve` on a data folder; it ends when this process does.

    Args:
        data: its data folder.
        port: where it will listen.
        log: the file to which what it says is added; None: nobody hears it.
        settings: other settings than these; none is taken from the environment.
    """
    others = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
    ours = {"LOKET_PORT": str(port), "LOKET_DATA_DIR": str(data), **(settings or {})}
    with (log or Path(os.devnull)).open("ab") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "app", "serve"],
            cwd=_REPO,
            env={**others, **ours},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
            preexec_fn=die_with(os.getpid(), signal.SIGTERM),
        )


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Have it end all that it started; kill it when it does not."""
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
