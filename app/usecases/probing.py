"""Whether the parts that Loket works with answer, one question each."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import text

from app.db.isolation import breaches
from app.db.queue import HEARTBEAT
from app.domain.capacity import AsQueue
from app.usecases.parts import Parts
from storage.patience import patience

_PATIENCE_SECONDS = 3.0

Probe = Callable[[Parts], Awaitable[bool]]


async def tried(probe: Probe, parts: Parts) -> bool | None:
    """Return what a probe finds; None when it fails, or finds nothing within three seconds."""
    try:
        with patience(_PATIENCE_SECONDS):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await probe(parts)
    except Exception:  # noqa: BLE001 (whatever ails a part, it does not answer)
        return None


async def database(parts: Parts) -> bool:
    """Tell whether PostgreSQL answers."""
    async with parts.open_work(AsQueue()) as work:
        connection = await work.session.connection()
        return bool((await connection.execute(text("SELECT true"))).scalar_one())


async def isolation(parts: Parts) -> bool:
    """Tell whether the database keeps people's rows apart."""
    async with parts.open_work(AsQueue()) as work:
        return not await breaches(await work.session.connection())


async def storage(parts: Parts) -> bool:
    """Tell whether the store of files answers."""
    await parts.files.ready()
    return True


async def worker(parts: Parts) -> bool:
    """Tell whether a worker has lately said that it lives."""
    query = text("SELECT max(last_heartbeat) > now() - :age FROM procrastinate_workers")
    async with parts.open_work(AsQueue()) as work:
        connection = await work.session.connection()
        return bool((await connection.execute(query, {"age": HEARTBEAT})).scalar())


async def scanner(parts: Parts) -> bool:
    """Tell whether the scanner answers, where there is one."""
    if parts.scanner:
        await parts.scanner.ready()
    return True


async def open_pages(parts: Parts) -> bool:
    """Tell whether what is open in browsers can be kept, where processes share it."""
    if parts.open_pages:
        await parts.open_pages.ready()
    return True
