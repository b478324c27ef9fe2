"""What Loket is compared with: its bytes from memory, a Django site, Reflex as it comes."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

from app.ssr.toolchain import prepare_environment
from tests.bench.load import Target
from tests.bench.peer import PATH
from tests.bench.reference import Recording
from tests.support.running import free_port

_STOCK = Path(__file__).with_name("stock")
#: The first start fetches npm packages and builds.
_PATIENCE_SECONDS = 300


@contextmanager
def starlette(recording: Recording) -> Iterator[tuple[str, int]]:
    """Serve a recording; give the address and the first process."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.reference", str(recording.folder), str(port)]
    with _running(command) as process:
        url = f"http://localhost:{port}"
        wait_for(lambda: _answers(url), "the reference does not answer")
        yield url, process.pid


@contextmanager
def django(folder: Path, headers: Mapping[str, str]) -> Iterator[Target]:
    """Serve the list page as Django makes it; give where and how it is asked for."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.peer", str(folder), str(port)]
    with _running(command, stdout=subprocess.PIPE) as process:
        if process.stdout is None or not (cookie := process.stdout.readline().decode().strip()):
            raise RuntimeError("the Django site does not start")
        url = f"http://localhost:{port}{PATH}"
        wait_for(lambda: _answers(url), "the Django site does not answer")
        yield Target("Django", url, {**headers, "cookie": cookie}, process.pid)


@contextmanager
def stock_reflex(folder: Path) -> Iterator[str]:
    """Serve the list page as Reflex serves it unchanged; give its address."""
    prepare_environment()
    shutil.copytree(_STOCK, folder)
    port = str(free_port())
    ports = ("--frontend-port", port, "--backend-port", port)
    command = [sys.executable, "-m", "reflex", "run", "--env", "prod", *ports]
    with (folder / "log").open("wb") as log, _running(command, cwd=folder, stdout=log) as process:
        url = f"http://localhost:{port}{PATH}/"

        def is_up() -> bool:
            if process.poll() is not None:
                raise RuntimeError((folder / "log").read_text(errors="replace")[-2000:])
            return _answers(url)

        wait_for(is_up, "stock Reflex does not start")
        yield url


def wait_for(condition: Callable[[], bool], otherwise: str) -> None:
    """Wait until a condition holds.

    Raises:
        RuntimeError: it does not in time; says `otherwise`.
    """
    late = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > late:
            raise RuntimeError(otherwise)
        time.sleep(0.1)


@contextmanager
def _running(
    command: list[str], cwd: Path | None = None, stdout: int | IO[bytes] | None = None
) -> "Iterator[subprocess.Popen[bytes]]":
    null = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=cwd, stdin=null, stdout=stdout, stderr=null)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=10):
            return True
    except URLError as error:
        return hasattr(error, "code")
    except OSError:
        return False
