"""What an open tab costs the server: little, and given back soon after the tab is gone."""
# ruff: noqa: SLF001 (Reflex keeps states in places without a public door)

import asyncio
import ctypes
import gc
from typing import Any, Final

import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken, StateToken

from app.ssr.state_tree import new_tree

_STILL_BUSY_SECONDS: Final = 5.0
#: Engine.IO keeps a closed socket until its next ping is due, 25 seconds at most.
_TRIM_SECONDS: Final = 30.0

_trims: Final[list[asyncio.TimerHandle]] = []


def keep_little(app: rx.App) -> None:
    """Make of each tab's states only those that are asked for; a page needs a few of a site's.

    Called once for each process. Redis, where it is used, keeps them apart by itself.
    """
    manager = app.state_manager
    if not isinstance(manager, StateManagerMemory):
        return
    kept_or_made = manager._get_or_create_state

    def kept_or_begun(token: StateToken[Any]) -> Any:
        if isinstance(token, BaseStateToken) and token.cache_key not in manager.states:
            manager.states[token.cache_key] = new_tree(token.cls.get_root_state())
        return kept_or_made(token)

    manager._get_or_create_state = kept_or_begun


def give_back_later(app: rx.App, token: str, seconds: float) -> None:
    """Drop the state of `token` after a while, unless its tab has come back by then.

    Only what is kept in this process: Redis forgets by itself, in its own time.
    """
    asyncio.get_running_loop().call_later(seconds, _give_back, app, token)


def _give_back(app: rx.App, token: str) -> None:
    namespace, manager, root = app.event_namespace, app.state_manager, app._state
    if namespace is None or root is None or not isinstance(manager, StateManagerMemory):
        return
    if token in namespace._token_manager.token_to_socket:
        return
    lock = manager._states_locks.get(token)
    if lock is not None and lock.locked():
        give_back_later(app, token, _STILL_BUSY_SECONDS)
        return
    manager._purge_token(BaseStateToken(ident=token, cls=root))
    if not _trims:
        _trims.append(asyncio.get_running_loop().call_later(_TRIM_SECONDS, _trim))


def _trim() -> None:
    """Hand memory back to the system, once for all the tabs that went together.

    Closed sockets hold themselves in cycles, which nothing would look for in a quiet process.
    """
    _trims.clear()
    gc.collect()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)
