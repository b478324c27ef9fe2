"""Firefox as Playwright wants to start it: Playwright asks for one thing that it does not know yet.

`python -m tests.support.bidi FIREFOX ARGUMENTS...` starts a Firefox and says on which address it is
driven, as Firefox does. What is said there (WebDriver BiDi) goes both ways as it is, but for
`_UNKNOWN`, with which Playwright 1.65 begins every context: that is answered here.
"""

import asyncio
import json
import re
import sys
from asyncio.subprocess import PIPE

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web

#: What the page's colours are to be; Firefox 153 has no such command.
_UNKNOWN = "emulation.setMediaFeaturesOverride"
_LISTENING = re.compile(rb"WebDriver BiDi listening on (ws://\S+)")


async def main(command: list[str]) -> int:
    """Run until Firefox ends; return what it returned."""
    firefox = await asyncio.create_subprocess_exec(*command, stderr=PIPE)
    assert firefox.stderr
    async for line in firefox.stderr:
        if found := _LISTENING.search(line):
            port = await _relay_to(found[1].decode())
            line = f"WebDriver BiDi listening on ws://127.0.0.1:{port}\n".encode()
        sys.stderr.buffer.write(line)
        sys.stderr.flush()
    return await firefox.wait()


async def _relay_to(url: str) -> int:
    """Listen for Playwright; return the port."""

    async def relay(request: web.Request) -> web.WebSocketResponse:
        driver = web.WebSocketResponse(max_msg_size=0)
        await driver.prepare(request)
        async with (
            ClientSession() as session,
            session.ws_connect(url + request.path, max_msg_size=0) as firefox,
        ):
            ways = [
                asyncio.ensure_future(_asked(driver, firefox)),
                asyncio.ensure_future(_told(firefox, driver)),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
        await driver.close()
        return driver

    app = web.Application()
    app.router.add_get("/{path:.*}", relay)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner.addresses[0][1]


async def _asked(driver: web.WebSocketResponse, firefox: ClientWebSocketResponse) -> None:
    async for message in driver:
        if message.type is not WSMsgType.TEXT:
            return
        asked = json.loads(message.data)
        if asked["method"] == _UNKNOWN:
            await driver.send_json({"type": "success", "id": asked["id"], "result": {}})
        else:
            await firefox.send_str(message.data)


async def _told(firefox: ClientWebSocketResponse, driver: web.WebSocketResponse) -> None:
    async for message in firefox:
        if message.type is not WSMsgType.TEXT:
            return
        await driver.send_str(message.data)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
