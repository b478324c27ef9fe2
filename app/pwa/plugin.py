"""The build's side: manifest, service worker, and the lines in each head that name them."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from reflex_base.plugins.base import Plugin, PostBuildContext, PreCompileContext
from typing_extensions import Unpack, override

from app.pwa.manifest import Manifest
from app.ssr.toolchain import run_bun

_JS: Final = Path(__file__).parent / "js"
#: Files below this path never change under their name.
_LASTING: Final = "/assets/"
_HEAD_ENDS: Final = "jsx(Links,{},)"


class HeadMissing(RuntimeError):
    """The document that Reflex generated has no place where the head's links stand."""


class PwaPlugin(Plugin):
    """Makes the app installable; see the package's docstring."""

    def __init__(
        self, manifest: Manifest, part: str = "", facts: Mapping[str, Any] | None = None
    ) -> None:
        """Let the site's own module take part in the worker.

        Args:
            manifest: what the app is called and looks like.
            part: a module below the folder of `ScriptsPlugin`, which stands before this plugin;
                its `part(app)` returns what `js/worker.js` calls a `Part`.
            facts: handed to it as `app.facts`.
        """
        self.manifest = manifest
        self.part = part
        self.facts = dict(facts or {})

    @override
    def pre_compile(self, **context: Unpack[PreCompileContext]) -> None:
        """Name manifest, worker, colour and icon in the head of every page."""
        context["add_modify_task"]("app/_document.js", self._named_in_head)

    def _named_in_head(self, document: str) -> str:
        if document.count(_HEAD_ENDS) != 1:
            raise HeadMissing(f"expected {_HEAD_ENDS!r} once")
        lines = "".join(
            f"jsx({json.dumps(tag)},{json.dumps(props)})," for tag, props in self.head()
        )
        return document.replace(_HEAD_ENDS, lines + _HEAD_ENDS)

    def head(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Return the elements that every page's head gets, the first icon standing for the app."""
        yield "link", {"rel": "manifest", "href": "/manifest.webmanifest"}
        yield "link", {"rel": "serviceworker", "href": "/sw.js"}
        for scheme, colour in (("light", self.manifest.theme), ("dark", self.manifest.theme_dark)):
            media = f"(prefers-color-scheme: {scheme})"
            yield "meta", {"name": "theme-color", "media": media, "content": colour}
        for icon in self.manifest.icons[:1]:
            yield "link", {"rel": "icon", "href": icon.path}
            yield "link", {"rel": "apple-touch-icon", "href": icon.path}

    @override
    def post_build(self, **context: Unpack[PostBuildContext]) -> None:
        """Write both files; the worker knows what belongs to this very build."""
        static = Path(context["static_dir"]).resolve()
        (static / "manifest.webmanifest").write_text(self.manifest.as_json())
        worker = self._bundled(static.parents[1])
        facts = {
            "build": build_id(static, worker),
            "offline": self.manifest.offline,
            "files": [icon.path for icon in self.manifest.icons[:1]],
            "lasting": _LASTING,
            "facts": self.facts,
        }
        (static / "sw.js").write_text(f"const APP = {json.dumps(facts)};\n{worker}")

    def _bundled(self, web: Path) -> str:
        """Return the worker as one script that reads `APP`, the site's own part in it."""
        shutil.copytree(_JS, web / "pwa", dirs_exist_ok=True)
        lines = ['import { work } from "./pwa/worker.js";', "work(APP);"]
        if self.part:
            named = json.dumps(f"./scripts/{self.part}")
            lines[1:] = [f"import {{ part }} from {named};", "work(APP, part(APP));"]
        (web / "worker.js").write_text("\n".join(lines))
        target = Path("build") / "worker.min.js"
        options = ("--target=browser", "--format=iife", "--minify")
        run_bun(web, "build", *options, f"--outfile={target}", "worker.js")
        return (web / target).read_text()


def build_id(static: Path, worker: str) -> str:
    """Return a short digest of everything that the build serves."""
    digest = hashlib.sha256(worker.encode())
    for path in sorted(static.rglob("*")):
        if path.is_file() and path.name != "sw.js":
            digest.update(f"{path.relative_to(static)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
