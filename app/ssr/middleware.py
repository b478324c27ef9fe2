"""The pages' side of the server: which request is a page, and what it is answered with."""

import contextlib
import gzip
import json
import logging
import posixpath
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import reflex as rx
from reflex.utils.prerequisites import get_web_dir
from reflex_base.environment import environment
from reflex_base.event import EventSpec
from reflex_base.event.context import EventContext
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.ssr.answer import Answer, accepted_encoding, header
from app.ssr.headers import IMMUTABLE, PRIVATE, Header, hashed, new_nonce, nonced, policy, spent
from app.ssr.kept import KeptPages
from app.ssr.memory import keep_little
from app.ssr.options import Options, options_of
from app.ssr.outcomes import PageMissing, PageRedirect, PageUnavailable, incident
from app.ssr.renderer import Encoding, Mode, Page, Renderer, RendererDown
from app.ssr.state_run import MISSING, Request, state_for
from app.ssr.tabs import close_setters, follow

log = logging.getLogger(__name__)

NONCE_MARK: Final = "__nonce__"
UNDRAWN_MARK: Final = "__undrawn__"
#: When a page that could not be drawn is worth asking for again, as its shell does by itself.
_AGAIN_SECONDS: Final = 2
_HTML: Final = b"text/html; charset=utf-8"
_ASSETS: Final = "/assets/"

#: By identity, as Reflex's App cannot be hashed; a process has one app and keeps it.
_renderers: Final[dict[int, Renderer]] = {}
_kept: Final[dict[int, KeptPages]] = {}


def pattern_of(route: str) -> str:
    """Word a Reflex route as the renderer knows it: `cases/[id]` as `cases/:id`."""
    if route == MISSING:
        return "*"
    parts = [] if route == "index" else route.split("/")
    return "/".join(_pattern_part(part) for part in parts)


def _pattern_part(part: str) -> str:
    if part.startswith(("[...", "[[...")):
        return "*"
    if part.startswith("[["):
        return f":{part.strip('[]')}?"
    return f":{part.strip('[]')}" if part.startswith("[") else part


def is_plain(path: str) -> bool:
    """Tell whether a path means what it says: no `..`, no doubled slash, no backslash, no NUL."""
    bare = path.rstrip("/") or "/"
    odd = path.startswith("//") or "\\" in path or "\0" in path
    return not odd and posixpath.normpath(path) == bare


@dataclass(slots=True)
class PageServer:
    """Answers every request for a page; the rest goes to `inner`.

    Attributes:
        inner: Reflex's own ASGI app with the app's HTTP routes and the static files.
        shells: page pattern to the document without state, for when there is no renderer;
            `NONCE_MARK` stands where the nonce belongs, `UNDRAWN_MARK` where the app's words do.
        kept: the pages that all strangers share, which the outermost layer answers from.
    """

    inner: ASGIApp
    app: rx.App
    renderer: Renderer
    shells: dict[str, str]
    kept: KeptPages
    options: Options = field(default_factory=Options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.inner(scope, receive, send)
            return
        path = scope["path"]
        route = self.app.router(path) if is_plain(path) else MISSING
        if route is None:
            await self._other(scope, receive, send)
        else:
            await (await self._guarded(scope, route)).send(scope, send)

    async def _guarded(self, scope: Scope, route: str) -> Answer:
        try:
            return await self._page(scope, route)
        except Exception as error:  # noqa: BLE001 (everything unforeseen ends here, logged)
            return self._defect(scope, error)

    def _defect(self, scope: Scope, error: Exception | None = None) -> Answer:
        error_id = incident()
        log.error("defect %s at %s", error_id, scope["path"], exc_info=error)
        body = self.options.error_page(500, error_id, scope["path"])
        return Answer(
            500,
            body.encode(),
            [
                (b"content-type", _HTML),
                (b"cache-control", PRIVATE),
            ],
        )

    def _later(self, scope: Scope, refusal: PageUnavailable) -> Answer:
        error_id = incident() if refusal.status == 503 else ""
        body = self.options.error_page(refusal.status, error_id, scope["path"])
        return Answer(
            refusal.status,
            body.encode(),
            [
                (b"content-type", _HTML),
                (b"cache-control", PRIVATE),
                (b"retry-after", str(refusal.seconds).encode()),
            ],
        )

    async def _page(self, scope: Scope, route: str) -> Answer:
        missing = self.options.missing_page(scope["path"])
        route = missing if route == MISSING else route
        status = 404 if route == missing else 200
        query = scope["query_string"].decode("latin-1")
        request = Request(scope, scope["path"], query, route)
        version = self.kept.version(scope, route) if status == 200 else ""
        try:
            state = await state_for(self.app, request)
        except PageRedirect as redirect:
            location = redirect.path.encode("ascii", "xmlcharrefreplace")
            return Answer(302, b"", [(b"location", location), (b"cache-control", PRIVATE)])
        except PageUnavailable as refusal:
            return self._later(scope, refusal)
        except PageMissing:
            if status == 404:
                raise
            return await self._page(scope, MISSING)
        return await self._document(request, status, state, version)

    async def _document(self, request: Request, status: int, state: str, version: str) -> Answer:
        nonce = "" if version else new_nonce()
        loader = nonced(nonce) if nonce else self.kept.script
        encoding = accepted_encoding(request.scope)
        mode: Mode = "live" if status == 200 else "still"
        page = Page(pattern_of(request.route), request.url, nonce, mode, encoding, state)
        try:
            body = await self.renderer.render(page)
        except RendererDown as error:
            log.warning("serving the shell of %s: %s", request.path, error)
            return self._shell(page, request.path, status)
        answer = self._rendered(body, encoding, loader)
        if version and version == self.kept.version(request.scope, request.route):
            return self.kept.keep(request.scope, request.route, version, answer)
        asked = (header(request.scope, name) for name in (b"cookie", b"sec-fetch-mode"))
        used_up = spent(self.options.spent_cookies, *asked)
        return replace(answer, status=status, headers=[*answer.headers, *used_up])

    def _shell(self, page: Page, path: str, status: int) -> Answer:
        """Return the page without its state, which comes over the websocket.

        Who has no scripts gets nothing by that, and neither does a machine: for them it is a
        503, worth asking for again.
        """
        nonce = new_nonce()
        body = self.shells[page.pattern].replace(NONCE_MARK, nonce)
        body = body.replace(UNDRAWN_MARK, self.options.undrawn(path))
        plain, encoding = body.encode(), page.encoding and "gzip"
        sent = gzip.compress(plain, 5) if encoding else plain
        answer = self._rendered(sent, encoding, nonced(nonce), b"shell")
        if status != 200:
            return replace(answer, status=status)
        again = (b"retry-after", str(_AGAIN_SECONDS).encode())
        return replace(answer, status=503, headers=[*answer.headers, again])

    def _rendered(
        self, body: bytes, encoding: Encoding, loader: str, made_by: bytes = b"server"
    ) -> Answer:
        headers = [
            (b"content-type", _HTML),
            (b"cache-control", PRIVATE),
            (b"vary", b"accept-encoding, cookie"),
            (b"content-security-policy", policy(loader, self.options.form_targets)),
            (b"x-rendered-by", made_by),
        ]
        if encoding:
            headers.append((b"content-encoding", encoding.encode()))
        return Answer(200, body, headers)

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on to `inner`, and put our pages in place of bare 404 and 500 answers."""
        wants_page = "text/html" in header(scope, b"accept")
        began = False
        replaced_by = 0

        async def watch(message: Message) -> None:
            nonlocal began, replaced_by
            if message["type"] == "http.response.start":
                headers = dict(message.get("headers", []))
                bare = headers.get(b"content-type", b"").startswith(b"text/plain")
                if bare and wants_page and message["status"] in (404, 500):
                    replaced_by = message["status"]
                    return
                began = True
                message = {**message, "headers": _cached(scope["path"], message)}
            if not replaced_by:
                await send(message)

        try:
            await self.inner(scope, receive, watch)
        except Exception as error:
            if began:
                raise
            await self._defect(scope, error).send(scope, send)
            return
        if replaced_by == 404:
            await (await self._guarded(scope, MISSING)).send(scope, send)
        elif replaced_by:
            await self._defect(scope).send(scope, send)


def _cached(path: str, start: Message) -> list[Header]:
    headers: list[Header] = list(start.get("headers", []))
    names = {name.lower() for name, _ in headers}
    if b"cache-control" not in names:
        named = path.startswith(_ASSETS) and start["status"] in (200, 206, 304)
        file = IMMUTABLE if named else b"no-cache"
        headers.append((b"cache-control", file if named or b"etag" in names else PRIVATE))
    return headers


def outcomes_over_websocket(
    handle: Callable[[Exception], EventSpec | list[EventSpec] | None],
) -> Callable[[Exception], EventSpec | list[EventSpec] | None]:
    """Let what a page says about itself reach an open page: a redirect, or a reload for a 404."""

    def backend_exception_handler(exception: Exception) -> EventSpec | list[EventSpec] | None:
        if isinstance(exception, PageRedirect):
            return rx.redirect(exception.path)
        if isinstance(exception, PageUnavailable):
            return None
        if isinstance(exception, PageMissing):
            return rx.redirect(EventContext.get().router_data.get("asPath", "/"))
        return handle(exception)

    return backend_exception_handler


def renderer_is_ready(app: rx.App) -> bool:
    """Tell whether the renderer of this process answers now."""
    renderer = _renderers.get(id(app))
    return renderer is not None and renderer.ready.is_set()


def kept_pages_of(app: rx.App) -> KeptPages | None:
    """Return what is kept of the app's shared pages; None where nothing serves its pages."""
    return _kept.get(id(app))


def install(app: rx.App) -> None:
    """Serve the pages of `app` from here on; nothing in development, where Vite serves them."""
    if not environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.get():
        return
    built = get_web_dir().resolve() / "build" / "ssr"
    renderer = Renderer(built / "renderer.js")
    shells = json.loads((built / "shells.json").read_text())
    script = hashed((built / "loader.min.js").read_text())

    @contextlib.asynccontextmanager
    async def page_renderer() -> AsyncIterator[None]:
        async with renderer.running():
            yield

    _renderers[id(app)] = renderer
    app.register_lifespan_task(page_renderer)
    follow(app)
    keep_little(app)
    close_setters()
    app.backend_exception_handler = outcomes_over_websocket(app.backend_exception_handler)

    def pages(inner: ASGIApp) -> ASGIApp:
        options = options_of(app)
        kept = _kept[id(app)] = KeptPages(script, options.shared)
        return PageServer(inner, app, renderer, shells, kept, options)

    given = app.api_transformer
    before: list[Callable[[ASGIApp], ASGIApp] | Starlette] = (
        [] if given is None else list(given) if isinstance(given, Sequence) else [given]
    )
    app.api_transformer = [*before, pages]
