"""What every line between a phone and Loket does: carry bytes both ways until either way ends."""

import asyncio
from collections.abc import Awaitable, Callable

#: Carries what one end says to the other, to its end.
Way = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_PIECE = 65_536


async def both_ways(
    phone: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    server: str,
    up: Way,
    down: Way,
) -> None:
    """Carry one connection: `up` from the phone to the server, `down` back.

    `server` is `host:port`, or the path of a socket.

    When one of them returns or fails, both ends are cut off at once, as a line is that breaks; so
    is the phone's at once when the server does not answer.
    """
    said, to_phone = phone
    try:
        answered, to_server = await _open(server)
    except OSError:
        to_phone.transport.abort()
        return
    ways = [
        asyncio.ensure_future(up(said, to_server)),
        asyncio.ensure_future(down(answered, to_phone)),
    ]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for end in (to_phone, to_server):
            end.transport.abort()


async def passing(said: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    """Carry all that is said, as it comes."""
    while piece := await said.read(_PIECE):
        to.write(piece)
        await to.drain()


async def _open(server: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if server.startswith("/"):
        return await asyncio.open_unix_connection(server)
    host, _, port = server.rpartition(":")
    return await asyncio.open_connection(host, int(port))
