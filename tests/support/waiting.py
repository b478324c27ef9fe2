"""Waiting for what will be so soon, and failing when it is not."""

import asyncio
import time
from collections.abc import Awaitable, Callable


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    """Ask again and again until `holds` says yes."""
    late = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < late, f"did not come true within {seconds} s"
        await asyncio.sleep(0.05)
