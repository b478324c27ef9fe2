"""Serve what `app.ssr.build` has built: granian, any number of workers, no compiler."""

import gc
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Final, Literal

from starlette.types import ASGIApp

from app.ssr.kinship import end_with_parent
from app.ssr.toolchain import prepare_environment

if TYPE_CHECKING:
    import reflex as rx

LogLevel = Literal["critical", "error", "warning", "info", "debug"]

DEFAULT_TARGET: Final = "app.app:app"
_TARGET: Final = "SSR_TARGET"
_STOP_SECONDS: Final = 2
#: The server's own lines go where all others of its process go.
_AS_ALL_ELSE: Final = {"loggers": {"_granian": {"handlers": [], "propagate": True}}}


def run(
    host: str,
    port: int,
    workers: int = 1,
    log_level: LogLevel = "warning",
    target: str = DEFAULT_TARGET,
) -> None:
    """Serve until SIGTERM or SIGINT; open requests get two seconds to end.

    Args:
        host: the address to listen on.
        port: the port to listen on.
        workers: web processes; more than one needs Redis, as each keeps its own tabs.
        log_level: of the server's own log.
        target: the Reflex app, as `module:name`.
    """
    gc.disable()  # nothing that is imported is garbage
    prepare_serving(target)
    _import_socket_server()
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    _reflex_app(target)  # imported once here, shared by every worker that is forked from here
    gc.collect()
    gc.freeze()
    gc.enable()
    Server(
        target=f"{__name__}:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        log_level=LogLevels(log_level),
        log_dictconfig=_AS_ALL_ELSE,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=_STOP_SECONDS,
    ).serve()


def prepare_serving(target: str = DEFAULT_TARGET) -> None:
    """Set the environment in which Reflex serves a finished build instead of making one."""
    prepare_environment()
    os.environ.update(
        {
            _TARGET: target,
            "__REFLEX_SKIP_COMPILE": "true",
            "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
        }
    )
    # granian's allocator hands back what is free only while it is asked for more: when two hundred
    # tabs close and nobody comes, 25 MB of their read buffers would stay.
    os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")


class _WithoutHttpClient(MetaPathFinder):
    """Says that there is no `aiohttp`: an optional part of Socket.IO's own client."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        if fullname == "aiohttp":
            raise ModuleNotFoundError(fullname, name=fullname)


def _import_socket_server() -> None:
    """Import Socket.IO without the client that a server never uses: a fifth of the start.

    Whoever else wants `aiohttp` gets it afterwards.
    """
    absent = _WithoutHttpClient()
    sys.meta_path.insert(0, absent)
    try:
        importlib.import_module("socketio")
    finally:
        sys.meta_path.remove(absent)


def application() -> ASGIApp:
    """Return the whole site as one ASGI app; called once in every worker."""
    from app.ssr.guard import Guard
    from app.ssr.middleware import kept_pages_of
    from app.ssr.options import options_of

    end_with_parent(signal.SIGTERM)
    app = _reflex_app(os.environ[_TARGET])
    inner = app()
    options = options_of(app)
    guarded = Guard(inner, options, kept_pages_of(app))
    if not options.proxies:
        return guarded
    from granian.utils.proxies import wrap_asgi_with_proxy_headers

    return wrap_asgi_with_proxy_headers(guarded, [*options.proxies])


def _reflex_app(target: str) -> "rx.App":
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)
