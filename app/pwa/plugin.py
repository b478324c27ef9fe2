"""The build's side: manifest, service worker, and the lines in each head that name them."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reflex_base.plugins.base import Plugin, PostBuildContext, PreCompileContext
from typing_extensions import Unpack, override

from app.pwa.manifest import Manifest

_WORKER: Final = Path(__file__).parent / "worker.js"
_HEAD_ENDS: Final = "jsx(Links,{},)"


class HeadMissing(RuntimeError):
    """The document that Reflex generated has no place where the head's links stand."""


class PwaPlugin(Plugin):
    """Makes the app installable; see the package's docstring."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest

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
        static = Path(context["static_dir"])
        (static / "manifest.webmanifest").write_text(self.manifest.as_json())
        kept = self.kept_files(static)
        worker = _WORKER.read_text()
        facts = {"build": build_id(static), "offline": self.manifest.offline, "files": kept}
        (static / "sw.js").write_text(f"const APP = {json.dumps(facts)};\n{worker}")

    def kept_files(self, static: Path) -> list[str]:
        """Return what is kept beside the offline page: its styles and the first icon, no more."""
        styles = sorted(f"/assets/{path.name}" for path in (static / "assets").glob("*.css"))
        return [*styles, *(icon.path for icon in self.manifest.icons[:1])]


def build_id(static: Path) -> str:
    """Return a short digest of everything that the build serves."""
    digest = hashlib.sha256()
    for path in sorted(static.rglob("*")):
        if path.is_file() and path.name != "sw.js":
            digest.update(f"{path.relative_to(static)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
