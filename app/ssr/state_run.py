"""One request's state: a fresh tree of Reflex states, the page's handlers run on it, and gone.

This is the one module that reaches into Reflex 0.10.1's own workings to do so.
"""
# ruff: noqa: SLF001 (Reflex offers no public way to run a page's handlers without a websocket)

import contextvars
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import reflex as rx
from reflex.state import BaseState
from reflex_base.event import Event
from reflex_base.event.context import EventContext
from reflex_base.event.processor.base_state_processor import process_event
from reflex_base.registry import RegistrationContext
from reflex_base.utils.format import json_dumps
from starlette.types import Scope

from app.ssr.outcomes import PageRedirect
from app.ssr.state_tree import new_tree

MISSING: Final = "404"
_LONGEST_CHAIN: Final = 100
#: What the browser must not get: the request's headers, and a session it does not have yet.
_PRIVATE: Final = ("rx_router_headers_rx_state_", "rx_router_session_rx_state_")
#: What no handler reads of a page's request, and Reflex would word anew for every one.
_UNREAD: Final = ("sec-", "accept-encoding", "connection", "upgrade", "cache-control", "pragma")
#: What would end a script element, or a line in one; `str.translate` takes far longer.
_SCRIPT_SAFE: Final = (("<", "\\u003c"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))

_shared: contextvars.ContextVar[dict[str, Any] | None] = contextvars.ContextVar(
    "shared", default=None
)


class EndlessChain(RuntimeError):
    """The handlers of a page keep naming further handlers."""


def is_server_rendering() -> bool:
    """Tell whether this handler runs for a document, and not over a websocket."""
    return _shared.get() is not None


def shared_by_handlers() -> dict[str, Any]:
    """Return what the handlers of one document share, as long as it is being made.

    Over a websocket every handler gets a fresh one: what held for the last event need not
    hold for this.
    """
    shared = _shared.get()
    return {} if shared is None else shared


@dataclass(frozen=True, slots=True)
class Request:
    """Where a page is asked for.

    Attributes:
        scope: the ASGI scope, for its headers and its client.
        path: the decoded path, beginning with a slash.
        query: the raw query string.
        route: the app's route for it, `cases/[id]`; `MISSING` for none.
    """

    scope: Scope
    path: str
    query: str
    route: str

    @property
    def url(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path


def route_params(route: str, path: str) -> dict[str, str | list[str]]:
    """Read what `path` gives for the brackets of `route`: `[id]`, `[[id]]` and `[[...splat]]`."""
    parts = [part for part in path.split("/") if part]
    params: dict[str, str | list[str]] = {}
    for position, name in enumerate(part for part in route.split("/") if part):
        if name.startswith(("[...", "[[...")):
            params[name.strip("[].")] = parts[position:]
        elif name.startswith("[") and position < len(parts):
            params[name.strip("[]")] = parts[position]
    return params


async def state_for(app: rx.App, request: Request) -> str:
    """Run the page's handlers on fresh state and return what differs from the compiled state.

    Returns:
        JSON, state name to variable to value, safe inside a script element.

    Raises:
        PageRedirect: a handler raised it, or returned `rx.redirect`.
        PageMissing: a handler raised it.
    """
    router_data = _router_data(app, request)
    root_class = app._state
    if root_class is None:
        return ""
    root = new_tree(root_class)
    root.router_data = root._update_router_vars(router_data, {})
    with _context(app, router_data) as waiting:
        handlers = app._load_events.get(request.route, app._load_events.get(MISSING, []))
        waiting.extend(Event.from_event_type(handlers))
        await _run_all(waiting, root)
        root.is_hydrated = True
        delta = await root._get_resolved_delta()
    for name in _PRIVATE:
        delta[root_class.get_full_name()].pop(name, None)
    text = json_dumps(delta, separators=(",", ":"))
    for character, escape in _SCRIPT_SAFE:
        text = text.replace(character, escape)
    return text


async def _run_all(waiting: deque[Event], root: BaseState) -> None:
    registered = RegistrationContext.get().event_handlers
    for _ in range(_LONGEST_CHAIN):
        if not waiting:
            return
        event = waiting.popleft()
        entry = registered[event.name]
        if entry.handler.is_background:
            continue  # it belongs to an open page, and runs there
        state = await root.get_state(entry.states[0])
        # Without its root no delta is made after each handler: one is made at the end.
        await process_event(
            handler=entry.handler, payload=dict(event.payload), state=state, root_state=None
        )
    raise EndlessChain(f"more than {_LONGEST_CHAIN} handlers for one page")


@contextmanager
def _context(app: rx.App, router_data: dict[str, Any]) -> Iterator[deque[Event]]:
    waiting: deque[Event] = deque()

    async def enqueue(token: str, *events: Event) -> None:
        waiting.extend(events)

    async def emit(token: str, *events: Event) -> None:
        for event in events:
            if event.name == "_redirect":
                raise PageRedirect(str(event.payload["path"]))

    shared = _shared.set({})
    context = EventContext.set(
        EventContext(
            token="",
            state_manager=app.state_manager,
            enqueue_impl=enqueue,
            emit_event_impl=emit,
            router_data=router_data,
        )
    )
    try:
        yield waiting
    finally:
        EventContext.reset(context)
        _shared.reset(shared)


def _router_data(app: rx.App, request: Request) -> dict[str, Any]:
    namespace = app.event_namespace
    connection = (
        namespace._build_static_router_data("", {"asgi.scope": request.scope}) if namespace else {}
    )
    headers = {
        name: value
        for name, value in connection.get("headers", {}).items()
        if not name.startswith(_UNREAD)
    }
    # A page's own request has no Origin; Reflex takes the site's address from it.
    headers["origin"] = f"{request.scope.get('scheme', 'http')}://{headers.get('host', '')}"
    query = {**dict(parse_qsl(request.query)), **route_params(request.route, request.path)}
    return {
        **connection,
        "headers": headers,
        "pathname": "/" + request.route.removeprefix("/"),
        "asPath": request.url,
        "query": {name.replace("-", "_"): value for name, value in query.items()},
        "token": "",
    }
