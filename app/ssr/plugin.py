"""The build's side: what Reflex compiles becomes renderable per request."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import reflex_base
from reflex_base.components.component import BaseComponent
from reflex_base.environment import environment
from reflex_base.plugins.base import (
    CommonContext,
    Plugin,
    PostBuildContext,
    PostCompileContext,
    PreCompileContext,
    RegisterRouteContext,
)
from reflex_base.plugins.compiler import PageContext
from typing_extensions import Unpack, override

from app.ssr import patches
from app.ssr.compiled import leave_to_browser, prepare_memos, refuse_style
from app.ssr.toolchain import run_bun

_JS: Final = Path(__file__).parent / "js"
_TEMPLATES: Final = Path(reflex_base.__file__).parent / ".templates" / "web"

_PACKAGES: Final = ("preact@11.2.0", "preact-render-to-string@6.8.2")

#: Files laid beside the generated ones: name in `js/` to path in `.web`.
_ADDED: Final = {
    "ssr.js": "utils/ssr.js",
    "mini-router.js": "utils/mini-router.js",
    "emotion-lite.js": "utils/emotion-lite.js",
    "theme-lite.js": "utils/theme-lite.js",
    "merge-lite.js": "utils/merge-lite.js",
    "cookie-lite.js": "utils/cookie-lite.js",
    "socket-lite.js": "utils/socket-lite.js",
    "upload-late.js": "utils/upload-late.js",
    "pieces.js": "utils/pieces.js",
    "vite-plugin-ssr.js": "vite-plugin-ssr.js",
    "entry.server.jsx": "app/entry.server.jsx",
    "entry.client.js": "app/entry.client.js",
}


def _patched_state(_current: str) -> str:
    # Reflex copies this file once and keeps it, perhaps patched: start from its source.
    pristine = (_TEMPLATES / "utils" / "state.js").read_text()
    state = patches.no_script_from_text(patches.same_from_same_source(pristine))
    return patches.socket_when_needed(state)


_MODIFIED: Final[dict[str, Callable[[str], str]]] = {
    "utils/context.jsx": patches.start_from_embedded_state,
    "utils/state.js": _patched_state,
    "app/_document.js": patches.document_without_inline_script,
    "app/root.jsx": patches.root_without_global_libraries,
    "vite.config.js": patches.lighter_pages,
    "react-router.config.js": patches.no_prerendering,
}


class SsrPlugin(Plugin):
    """Renders every page on the server for each request, and lets it come alive late.

    Add it to the plugins of `rxconfig.py`; `app.ssr.build` builds and `app.ssr.serve` serves.
    """

    @override
    def get_frontend_development_dependencies(
        self, **context: Unpack[CommonContext]
    ) -> tuple[str, ...]:
        """Name the packages that stand in for React; the lock folder pins what they bring."""
        return _PACKAGES

    @override
    def pre_compile(self, **context: Unpack[PreCompileContext]) -> None:
        """Lay our modules beside the generated ones and change those that must know of them."""
        context["add_save_task"](
            lambda: [(path, (_JS / name).read_text()) for name, path in _ADDED.items()]
        )
        for path, change in _MODIFIED.items():
            context["add_modify_task"](path, change)

    @override
    def register_route(self, **context: Unpack[RegisterRouteContext]) -> None:
        """Prepare what is compiled beside the pages; the one hook that comes before it."""
        if not environment.REFLEX_SKIP_COMPILE.get():
            prepare_memos()

    @override
    def enter_component(
        self,
        comp: BaseComponent,
        /,
        *,
        page_context: PageContext,
        compile_context: Any,
        in_prop_tree: bool = False,
    ) -> None:
        """Check each component of a page, and make plain forms plain."""
        refuse_style(comp)
        leave_to_browser(comp)

    @override
    def provides_entry_client(self) -> bool:
        """Tell Reflex that the browser's entry is ours."""
        return True

    @override
    def post_build(self, **context: Unpack[PostBuildContext]) -> None:
        """Bundle the renderer into one file outside the served folder."""
        web = Path(context["static_dir"]).resolve().parents[1]
        (web / "renderer.js").write_text((_JS / "renderer.js").read_text())
        bundle_renderer(web)

    @override
    def post_compile(self, **context: Unpack[PostCompileContext]) -> None:
        """Put the middleware and the renderer's lifespan on the app, in every process."""
        from app.ssr.middleware import install

        install(context["app"])


def bundle_renderer(web: Path) -> None:
    """Write `build/ssr/renderer.js` and the pages' shells under `web`, from its server build.

    Raises:
        BundleFailed: bun could not bundle it, or a page threw with its default state.
    """
    (web / "build" / "ssr").mkdir(parents=True, exist_ok=True)
    loader = str(_JS / "loader.js")
    run_bun(web, "build", "--minify", "--outfile=build/ssr/loader.min.js", loader)
    production = 'process.env.NODE_ENV="production"'
    options = ("--target=bun", "--minify", "--define", production)
    run_bun(web, "build", *options, "--outfile=build/ssr/renderer.js", "renderer.js")
    run_bun(web, "build/ssr/renderer.js", "--shells", "build/ssr/shells.json")
