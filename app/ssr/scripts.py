"""Scripts that pages load by name: ES modules of the site's own, bundled beside the pages."""

import hashlib
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from reflex_base.plugins.base import CommonContext, Plugin, PostBuildContext
from typing_extensions import Unpack, override

from app.ssr.toolchain import run_bun

_SERVED: Final = "assets/scripts"
_LOCK: Final = Path("reflex.lock/bun.lock")


class ScriptsPlugin(Plugin):
    """Bundles each module that lies directly in `folder`; those below it are what they share.

    What is imported with `import()` becomes a file of its own, fetched when it is asked for.
    """

    def __init__(self, folder: str, packages: Sequence[str] = ()) -> None:
        """`folder` is below the project's; `packages` are npm packages, `name@version`."""
        self._folder = Path(folder)
        self._packages = tuple(packages)

    @override
    def get_frontend_dependencies(self, **context: Unpack[CommonContext]) -> tuple[str, ...]:
        """Name the packages that the scripts import; the lock folder pins what they bring."""
        return self._packages

    @override
    def post_build(self, **context: Unpack[PostBuildContext]) -> None:
        """Bundle into the served folder, under a name that changes with any of the sources."""
        static = Path(context["static_dir"]).resolve()
        web = static.parents[1]
        # Packages are found from where a module lies, so the sources go to where those are.
        sources = web / "scripts"
        shutil.rmtree(sources, ignore_errors=True)
        shutil.copytree(self._folder, sources)
        entries = [str(path.relative_to(web)) for path in sorted(sources.glob("*.js"))]
        target = static / folder_of(self._folder).strip("/")
        options = ("--target=browser", "--format=esm", "--splitting", "--minify")
        run_bun(web, "build", *options, f"--outdir={target}", "--root=scripts", *entries)


@cache
def folder_of(folder: Path) -> str:
    """Return the path, without a `/` at its end, below which the scripts of `folder` are served."""
    digest = hashlib.sha256(_LOCK.read_bytes())
    for path in sorted(folder.rglob("*.js")):
        digest.update(f"{path.relative_to(folder)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"/{_SERVED}/{digest.hexdigest()[:12]}"
