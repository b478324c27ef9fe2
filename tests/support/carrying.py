"""What every line between a phone and Loket does: carry bytes both ways until either way ends."""

import asyncio
from collections.abc import Awaitable, Callable

#: Carries what one end says to the other, to its end.
Way = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def both_ways(
    phone: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    server: tuple[str, int],
    up: Way,
    down: Way,
) -> None:
    """Carry one connection: `up` from the phone to the server, `down` back.

    When one of them returns or fails, both ends are cut off at once, as a line is that breaks.

    Raises:
        OSError: the server does not answer.
    """
    said, to_phone = phone
    answered, to_server = await asyncio.open_connection(*server)
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
