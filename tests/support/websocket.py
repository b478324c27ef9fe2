"""Speaking with a page's websocket as a program may: any handler, any address."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import aiohttp
from reflex_base.constants import Reflex

from app.ssr.state_run import route_params
from app.usecases.sessions import PLAIN_COOKIE
from tests.support.running import Loket

_NAMESPACE = "/_event"
_ROOT = "reflex___state____state"
_BEGUN, _ENDED = '"is_hydrated_rx_state_":true', '"is_hydrated_rx_state_":false'


async def told_by(loket: Loket, secret: str, handler: str, route: str, path: str) -> str:
    """Call the `load` of a state with an address, and return all that it says.

    Args:
        loket: the server.
        secret: of the session; empty for a stranger.
        handler: such as `case.CaseState`.
        route: the page's, with its parts in brackets.
        path: the address that it is called with.
    """
    async with asyncio.timeout(60), connected(loket, secret) as tab:
        return await tab.told([event(state_of(handler) + ".load", route, path)])


@dataclass
class Tab:
    """One open websocket.

    Attributes:
        began: all that was said until the page had begun.
    """

    socket: aiohttp.ClientWebSocketResponse
    began: str = ""

    async def told(self, events: Sequence[Mapping[str, object]]) -> str:
        """Send events, and return all that is said until they are done."""
        end = {**event(f"{_ROOT}.set_is_hydrated", "/", "/"), "payload": {"value": False}}
        for one in (*events, end):
            await self.say(one)
        return await self.heard_until(_ENDED)

    async def say(self, one: Mapping[str, object]) -> None:
        """Send one event, and wait for nothing."""
        await self.socket.send_str(f"42{_NAMESPACE},{json.dumps(['event', one])}")

    async def heard_until(self, word: str) -> str:
        """Return all that is said up to `word`, or until the line ends."""
        heard: list[str] = []
        async for message in self.socket:
            heard.append(str(message.data))
            if heard[-1] == "2":
                await self.socket.send_str("3")
            if word in heard[-1]:
                break
        return "\n".join(heard)

    async def closed(self) -> None:
        """Wait until the server ends the line."""
        await self.heard_until("\0")


@asynccontextmanager
async def connected(
    loket: Loket, secret: str, token: str = "", *, route: str = "/", path: str = "/"
) -> AsyncIterator[Tab]:
    """Open a tab that has begun its page, with a token of its own unless one is given."""
    begin = event(f"{_ROOT}.hydrate_and_load", route, path)
    url = f"{loket.url}{_NAMESPACE}/?token={token or uuid4()}&EIO=4&transport=websocket"
    headers = {"origin": loket.url, "cookie": f"{PLAIN_COOKIE}={secret}"}
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(url, headers=headers, protocols=[Reflex.VERSION]) as socket,
    ):
        tab = Tab(socket)
        await tab.heard_until("sid")
        await socket.send_str(f"40{_NAMESPACE},{json.dumps({'event': begin})}")
        tab.began = await tab.heard_until(_BEGUN)
        yield tab


def event(name: str, route: str, path: str, **payload: object) -> dict[str, object]:
    """Return an event as a page sends it: a handler's full name, and where it stands."""
    query = route_params(route.strip("/"), path.partition("?")[0])
    return {
        "name": name,
        "payload": payload,
        "router_data": {"pathname": route, "asPath": path, "query": query},
    }


def state_of(handler: str) -> str:
    """Return the full name of a state such as `case.CaseState`."""
    module, _, name = handler.partition(".")
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return f"{_ROOT}.state___{module}____{words.removeprefix('_')}"
