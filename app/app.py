"""The composition root: pages in both languages, plain routes, news to open tabs."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine, Mapping
from typing import Any

import reflex as rx
from reflex_base.constants import Endpoint
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from app import container, routes
from app.db.isolation import refuse_breaches
from app.pages import NOT_FOUND, PAGES, Page
from app.ssr import tabs
from app.ssr.middleware import renderer_is_ready
from app.ssr.options import Options, configure
from app.texts import LANGUAGES, say, speaking
from app.usecases import outages
from app.usecases.sessions import is_session_of, secret_in
from app.web import figures, lost
from app.web.limits import BodyLimit
from app.web.routes import plain_routes
from state.shell import ShellState

#: All documents of the largest service at their limits, and the answers beside them.
_MOST_BODY_BYTES = 120_000_000

#: What Reflex says of itself to everybody; operators have addresses of ours.
_CLOSED = (Endpoint.PING, Endpoint.HEALTH)

#: As Reflex words them, in every language.
_SHARED = frozenset(
    routes.in_language(page.route, language).strip("/") or "index"
    for language in LANGUAGES
    for page in PAGES
    if page.is_shared
)


def _with_plain_routes(inner: ASGIApp) -> ASGIApp:
    """Put the plain HTTP routes before Reflex's own; runs once in each web process."""
    configure(
        app,
        Options(
            error_page=lost.for_defect,
            undrawn=lost.for_undrawn,
            allowed_origins=container.origins(),
            form_targets=container.form_targets(),
            missing_page=_missing_page,
            shared=_shared,
            spent_cookies=(routes.cookie(routes.NEWS, container.origins()[0]),),
            identity=_secret_in,
            meter=figures.METER,
            proxies=container.proxies(),
        ),
    )
    site = Starlette(
        routes=[
            *plain_routes(lambda: renderer_is_ready(app)),
            *(Route(str(address), _nothing) for address in _CLOSED),
            Mount("/", inner),
        ],
        exception_handlers={413: _too_large},
    )
    return BodyLimit(site, _MOST_BODY_BYTES)


def _missing_page(path: str) -> str:
    return routes.in_language(routes.NOT_FOUND, routes.language_of(path)).removeprefix("/")


def _shared(route: str) -> str:
    """Return the version of a page that says the same to every stranger.

    It holds for a day at most, and as long as what is away stays away.
    """
    if route not in _SHARED:
        return ""
    parts = container.parts()
    return " ".join(
        (parts.catalogue.version, str(parts.today()), *sorted(container.outages().away))
    )


async def _nothing(_request: Request) -> Response:
    return PlainTextResponse("404\n", status_code=404)


async def _too_large(_request: Request, _refusal: Exception) -> Response:
    return lost.response(413)


@contextlib.asynccontextmanager
async def _news() -> AsyncIterator[None]:
    """Pass what other processes announce on to the tabs that are open here.

    Nothing is served from a database that does not keep people's rows apart.
    """
    await refuse_breaches(container.parts().open_work)
    news = container.parts().news
    news.subscribe(_tell_tabs)
    async with _beside(news.listen()):
        yield


@contextlib.asynccontextmanager
async def _outages() -> AsyncIterator[None]:
    """Look out for parts that are away, and have the pages that are open say so."""
    async with _beside(container.outages().watch(lambda: tabs.publish(app, outages.TOPIC))):
        yield


@contextlib.asynccontextmanager
async def _beside(endless: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Have something go on until the block ends."""
    going_on = asyncio.create_task(endless)
    try:
        yield
    finally:
        going_on.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await going_on


async def _tell_tabs(topic: str) -> None:
    if topic.startswith("session:"):
        await tabs.close_sockets(app, lambda sent: is_session_of(_secret_in(sent), topic))
    else:
        await tabs.publish(app, topic)


def _secret_in(cookies: Mapping[str, str]) -> str:
    return secret_in(container.parts(), cookies)


def _add(page: Page, language: str) -> None:
    def build() -> rx.Component:
        with speaking(language):
            return rx.fragment(rx.el.html(lang=language), page.build())

    with speaking(language):
        app.add_page(
            build,  # called by the compiler only: a process that serves builds no page
            route=routes.in_language(page.route, language),
            title=say("page.title", title=say(page.title)),
            description=say("page.description"),
            on_load=[ShellState.load, *page.loads],
        )


app = rx.App(
    toaster=None,
    app_wraps={},
    reset_style=False,
    stylesheets=["/app.css"],
    html_lang="id",
    api_transformer=[_with_plain_routes],
)
for _language in LANGUAGES:
    for _page in PAGES:
        _add(_page, _language)
    _add(NOT_FOUND, _language)
app.register_lifespan_task(_news)
app.register_lifespan_task(_outages)
