"""Speaking with a page's websocket as a program may: any handler, any address."""

import asyncio
import json
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
    begin = _event(f"{_ROOT}.hydrate_and_load", "/", "/")
    load = _event(_full_name(handler), route, path)
    end = {**_event(f"{_ROOT}.set_is_hydrated", "/", "/"), "payload": {"value": False}}
    url = f"{loket.url}{_NAMESPACE}/?token={uuid4()}&EIO=4&transport=websocket"
    headers = {"origin": loket.url, "cookie": f"{PLAIN_COOKIE}={secret}"}
    async with (
        asyncio.timeout(60),
        aiohttp.ClientSession() as session,
        session.ws_connect(url, headers=headers, protocols=[Reflex.VERSION]) as socket,
    ):
        heard: list[str] = []
        is_begun = False
        async for message in socket:
            heard.append(str(message.data))
            if heard[-1].startswith("0"):
                await socket.send_str(f"40{_NAMESPACE},{json.dumps({'event': begin})}")
            elif heard[-1] == "2":
                await socket.send_str("3")
            elif not is_begun and _BEGUN in heard[-1]:
                is_begun = True
                heard.clear()  # what the page itself told
                for event in (load, end):
                    await socket.send_str(f"42{_NAMESPACE},{json.dumps(['event', event])}")
            elif is_begun and _ENDED in heard[-1]:
                break
        return "\n".join(heard)


def _event(name: str, route: str, path: str) -> dict[str, object]:
    query = route_params(route.strip("/"), path.partition("?")[0])
    return {
        "name": name,
        "payload": {},
        "router_data": {"pathname": route, "asPath": path, "query": query},
    }


def _full_name(handler: str) -> str:
    module, _, name = handler.partition(".")
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return f"{_ROOT}.state___{module}____{words.removeprefix('_')}.load"
