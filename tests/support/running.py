"""One whole Loket, started as its users start it and shared by all tests of a run."""

import contextlib
import fcntl
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.embedded import settings_of_running
from app.settings import Settings, load

_REPO = Path(__file__).parents[2]
_WAIT_SECONDS = 960


@dataclass(frozen=True)
class Loket:
    """A running Loket: its address, its data folder, its first process."""

    url: str
    data_dir: Path
    pid: int

    @property
    def settings(self) -> Settings:
        """The settings of its web process, with the addresses of its servers."""
        port = self.url.rpartition(":")[2]
        named = {"LOKET_PORT": port, "LOKET_DATA_DIR": str(self.data_dir)}
        return settings_of_running(load(named, None))

    def processes(self, word: str) -> list[psutil.Process]:
        """Return its processes whose command line holds `word`."""
        return [
            child
            for child in psutil.Process(self.pid).children(recursive=True)
            if any(word in part for part in _command(child))
        ]

    def said(self) -> str:
        """Return what it printed so far."""
        return (self.data_dir.parent / "serve.log").read_text(errors="replace")

    def log(self, process: str) -> str:
        """Return what one of its processes logged so far, such as `web`."""
        return (self.data_dir / "log" / f"{process}.log").read_text(errors="replace")


@contextlib.contextmanager
def shared_loket(folder: Path) -> Iterator[Loket]:
    """Use the Loket of `folder`, starting it if nobody has; the last user's leaving stops it."""
    folder.mkdir(exist_ok=True)
    with (folder / "users").open("a") as users:
        with (folder / "start").open("a") as start:
            fcntl.flock(start, fcntl.LOCK_EX)  # one looks and starts at a time
            fcntl.flock(users, fcntl.LOCK_SH)  # waits for one that is being stopped
            if not (folder / "address").exists():
                _start_keeper(folder)
                _wait_for(folder / "address")
        told = json.loads((folder / "address").read_text())
        assert "failed" not in told, f"Loket does not start:\n{told['failed']}"
        yield Loket(told["url"], folder / "data", told["pid"])


def free_port() -> int:
    """Return a port on which nobody listens now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _start_keeper(folder: Path) -> None:
    with (folder / "keeper.log").open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.keeper", str(folder), str(free_port())],
            cwd=_REPO,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _wait_for(path: Path) -> None:
    late = time.monotonic() + _WAIT_SECONDS
    while not path.exists():
        assert time.monotonic() < late, f"{path} was not written in time"
        time.sleep(0.1)


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []  # it has ended meanwhile
