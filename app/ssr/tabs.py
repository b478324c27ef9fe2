"""The tabs that are open in this process: what each watches, and what it gives back when it goes.

A page that changes without a gesture reads what it shows `with watching(self, topic)`, in its
`on_load`. When that changes, `publish(app, topic)` runs the page's handlers again for every tab
that watches it, and Reflex sends each browser what is different. A deployment with several
processes tells each of them, and each publishes to its own tabs.
"""
# ruff: noqa: SLF001 (Reflex keeps tokens and sockets in places without a public door)

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import reflex as rx
from reflex_base.event import Event
from reflex_base.event.context import EventContext
from reflex_base.registry import RegistrationContext

from app.ssr.memory import give_back_later
from app.ssr.options import options_of
from app.ssr.state_run import is_server_rendering

_REFRESH: Final = "refresh"


@dataclass(slots=True)
class _Tab:
    router_data: dict[str, Any]
    topics: set[str] = field(default_factory=set)
    refreshing: bool = False
    again: bool = False


_tabs: Final[dict[str, _Tab]] = {}
_watchers: Final[dict[str, set[str]]] = {}


@contextmanager
def watching(state: rx.State, *topics: str) -> Iterator[None]:
    """Have the page of `state` refreshed whenever one of `topics` is published, until its tab goes.

    For `on_load`, around what reads them: what is published meanwhile is not missed then. A page
    that may not be read is not refreshed either. While a document is made it does nothing.
    """
    token = state.router.session.client_token
    if is_server_rendering() or not token:
        yield
        return
    tab = _tabs.setdefault(token, _Tab({}))
    tab.router_data = dict(state._get_root_state().router_data)
    for topic in topics:
        _watchers.setdefault(topic, set()).add(token)
    tab.topics.update(topics)
    try:
        yield
    except BaseException:
        tab.topics.difference_update(topics)
        _leave(token, topics)
        raise


def is_refreshing() -> bool:
    """Tell whether this handler runs because of news, and not because somebody asked."""
    return _REFRESH in EventContext.get().router_data


def watched() -> dict[str, int]:
    """Return how many tabs watch each topic."""
    return {topic: len(tokens) for topic, tokens in _watchers.items()}


async def publish(app: rx.App, topic: str) -> int:
    """Refresh every tab of this process that watches `topic`.

    Returns when all have been sent their changes. A tab that is being refreshed is refreshed once
    more, however often it was asked for meanwhile.

    Returns:
        How many tabs were asked.
    """
    tokens = tuple(_watchers.get(topic, ()))
    await asyncio.gather(*(_refresh(app, token) for token in tokens))
    return len(tokens)


async def _refresh(app: rx.App, token: str) -> None:
    tab = _tabs.get(token)
    if tab is None:
        return
    if tab.refreshing:
        tab.again = True
        return
    tab.refreshing = True
    try:
        while True:
            tab.again = False
            await _run_page(app, token, tab.router_data)
            if not tab.again:
                return
    finally:
        tab.refreshing = False


async def _run_page(app: rx.App, token: str, router_data: dict[str, Any]) -> None:
    processor = app.event_processor
    root = processor._root_context
    if root is None:
        return
    router_data = {**router_data, _REFRESH: True}
    handlers = app.get_load_events(str(router_data.get("asPath", "")).partition("?")[0])
    running = [
        await processor.enqueue(token, event, root.fork(token=token, router_data=router_data))
        for event in Event.from_event_type(handlers, router_data=router_data)
    ]
    # What a handler raises goes to the app's exception handler; here only the end matters.
    await asyncio.gather(*running, return_exceptions=True)


async def close_sockets(app: rx.App, matches: Callable[[Mapping[str, str]], bool]) -> int:
    """Close every websocket of this process whose handshake carried cookies that `matches`.

    The identity of a websocket is what its handshake said, however long ago: close those of a
    session when it ends. The page stays as it is and connects again when it is next looked at.

    Returns:
        How many were closed.
    """
    namespace, server = app.event_namespace, app.sio
    if namespace is None or server is None:
        return 0
    sids = [
        sid
        for sid, connection in namespace._static_router_data.items()
        if matches(read_cookies(connection["headers"].get("cookie", "")))
    ]
    for sid in sids:
        transport = server.manager.eio_sid_from_sid(sid, namespace.namespace)
        await server.disconnect(sid, namespace=namespace.namespace)
        socket = server.eio.sockets.get(transport)
        if transport is not None and socket is not None:
            await server.eio.disconnect(transport)
            # Engine.IO asks the other side to hang up, and waits; a program need not.
            await socket.queue.put(None)
    return len(sids)


def read_cookies(header: str) -> dict[str, str]:
    """Read a Cookie header; one that cannot be read has no cookies."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def follow(app: rx.App) -> None:
    """Keep each tab's state with whom it was made for, and learn of every tab that goes.

    Called once for each process.
    """
    namespace = app.event_namespace
    if namespace is None:
        return
    greet, forget = namespace.on_connect, namespace.on_disconnect

    async def on_connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        await greet(sid, {**environ, "QUERY_STRING": _bound_query(app, environ)}, auth)

    def on_disconnect(sid: str) -> asyncio.Task[None] | None:
        token = namespace.sid_to_token.get(sid)
        done = forget(sid)
        if token is not None:
            _forget(token)
            give_back_later(app, token, options_of(app).tab_grace_seconds)
        return done

    namespace.on_connect = on_connect
    namespace.on_disconnect = on_disconnect


def close_setters() -> None:
    """Take away the handler of every state by which any browser sets its variables to anything.

    What a page knows, its own handlers find out; nothing of an app should trust such a value,
    and here none has to. Called once for each process, when all states are there.
    """
    handlers = RegistrationContext.get().event_handlers
    for name in [name for name in handlers if name.endswith(".setvar")]:
        del handlers[name]


def _bound_query(app: rx.App, environ: Mapping[str, Any]) -> str:
    """Return a handshake's query with the token under which its state is kept.

    Browsers choose their tokens, and a token is no secret: it stands in an address. With who
    is behind the cookies in it, another one's token leads to a state of one's own.
    """
    query = dict(parse_qsl(str(environ.get("QUERY_STRING", ""))))
    identity = options_of(app).identity(read_cookies(str(environ.get("HTTP_COOKIE", ""))))
    bound = f"{identity}\0{query.get('token', '')}"
    return urlencode({**query, "token": hashlib.sha256(bound.encode()).hexdigest()})


def _forget(token: str) -> None:
    if tab := _tabs.pop(token, None):
        _leave(token, tab.topics)


def _leave(token: str, topics: Iterable[str]) -> None:
    for topic in topics:
        watchers = _watchers.get(topic, set())
        watchers.discard(token)
        if not watchers:
            _watchers.pop(topic, None)
