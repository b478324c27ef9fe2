"""Who asks for a page, and what their being refused does to it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar
from urllib.parse import urlencode

import reflex as rx

from app import audit, container, routes
from app.domain.errors import (
    DomainError,
    LoginNeeded,
    NotFound,
    ProfileNeeded,
    TooMany,
    Unavailable,
)
from app.domain.guessing import WINDOW
from app.domain.points import at
from app.domain.typed import seen
from app.ssr import tabs
from app.ssr.outcomes import PageMissing, PageRedirect, PageUnavailable
from app.ssr.state_run import shared_by_handlers
from app.texts import speaking
from app.usecases import sessions
from app.usecases.sessions import Visitor, secret_in

_VISIT, _VISITOR = "visit", "visitor"
#: With whatever stands between its letters.
_LONGEST_CODE = 40

StateT = TypeVar("StateT", bound=rx.State)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a page: over HTTP, or over the websocket of the page that is open.

    Attributes:
        path: without the query, in the language's own tree.
        query: the query's values by name; the last one counts.
        secret: what the session's cookie holds, empty without one.
        news: what this person just did, for the one document that says so.
        address: from which they ask.
    """

    path: str
    query: Mapping[str, str]
    secret: str
    news: str
    address: str

    def part(self, route: str, name: str) -> str:
        """Return what the address gives for `[name]` of `route`."""
        return seen(routes.parts_of(route, self.path).get(name, ""))

    def code(self, route: str) -> str:
        """Return the code in the address of `route`, or the one typed into a form."""
        return self.part(route, "code") or self.query.get("kode", "")[:_LONGEST_CODE]


def visit_of(state: rx.State) -> Visit:
    """Return the request that a handler of `state` runs for; those of one document share it."""
    shared = shared_by_handlers()
    if _VISIT not in shared:
        router = state.router
        url, cookies = router.url, tabs.read_cookies(router.headers.cookie)
        parts = container.parts()
        news = cookies.get(routes.cookie(routes.NEWS, parts.public_url), "")
        secret = secret_in(parts, cookies)
        query = {name: seen(value) for name, value in url.query_parameters.items()}
        shared[_VISIT] = Visit(url.path, query, secret, news, router.session.client_ip)
    return shared[_VISIT]


async def visitor_of(state: rx.State) -> Visitor:
    """Return who is behind the request; the handlers of one document ask the database once.

    Raises:
        LoginNeeded: nobody is signed in.
    """
    shared = shared_by_handlers()
    if _VISITOR not in shared:
        secret, is_use = visit_of(state).secret, not tabs.is_refreshing()
        shared[_VISITOR] = await sessions.visitor(container.parts(), secret, is_use=is_use)
    visitor: Visitor = shared[_VISITOR]
    audit.is_asking(visitor.actor.person)
    return visitor


def page_load(
    handler: Callable[[StateT], Awaitable[None]],
) -> Callable[[StateT], Awaitable[None]]:
    """Let a page's `load` speak the page's language, and be refused.

    Who must sign in is sent to do so and comes back; what they may not see is missing.
    Any other refusal, and any other error, is a defect of the page. Stand it below
    `@rx.event`.
    """

    @wraps(handler)
    async def guarded(self: StateT) -> None:
        url = self.router.url
        here = f"{url.path}?{url.query}" if url.query else url.path
        with speaking(routes.language_of(url.path)), audit.asking():
            try:
                await handler(self)
                at("pages.loaded")
            except Unavailable:
                raise PageUnavailable from None
            except DomainError as error:
                audit.refused(error, url.path, had_session=bool(visit_of(self).secret))
                if outcome := _outcome(error, here):
                    raise outcome from None
                raise

    return guarded


def _outcome(error: DomainError, here: str) -> Exception | None:
    """Return what a refusal does to the page at an address; None: it is a defect."""
    match error:
        case LoginNeeded():
            return PageRedirect(_asking(routes.SIGN_IN, here))
        case ProfileNeeded():
            return PageRedirect(_asking(routes.PROFILE, here))
        case NotFound():
            return PageMissing()
        case TooMany():
            return PageUnavailable(429, int(WINDOW.total_seconds()))
        case _:
            return None


def _asking(route: str, here: str) -> str:
    path = routes.in_language(route, routes.language_of(here))
    return f"{path}?{urlencode({routes.BACK: here})}"
