"""For operators: alive, and ready part by part."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app import container
from app.db.isolation import breaches
from app.db.queue import HEARTBEAT
from app.domain.capacity import AsQueue

_PATIENCE_SECONDS = 3.0
#: What Loket can use but does not bring; shown, so that nobody believes it is on.
_OFF = ("sms", "mail", "push", "tsa")

Probe = Callable[[], Awaitable[bool]]


async def alive(_: Request) -> Response:
    """Answer as soon as this process does."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


def ready(renderer_is_ready: Callable[[], bool]) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler that names each part's state; 503 while one is missing that is needed."""

    async def renderer() -> bool:
        return renderer_is_ready()

    probes = {
        "database": _database,
        "isolation": _isolation,
        "storage": _storage,
        "renderer": renderer,
        "worker": _worker,
    }

    async def answer(_: Request) -> Response:
        asked = [*probes.values(), _scanner]
        *states, scanner = await asyncio.gather(*(_state(probe) for probe in asked))
        needed = dict(zip(probes, states, strict=True))
        found = {**needed, "scanner": scanner if container.parts().scanner else "off"}
        is_whole = "failing" not in found.values()
        return JSONResponse(
            {
                "status": "ready" if is_whole else "degraded",
                "parts": found | dict.fromkeys(_OFF, "off"),
            },
            # Without its scanner Loket does all but release files: it goes on being asked.
            status_code=503 if "failing" in needed.values() else 200,
            headers={"Cache-Control": "no-store"},
        )

    return answer


async def _state(probe: Probe) -> str:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return "ok" if await probe() else "failing"
    except Exception:  # noqa: BLE001 (whatever ails a part, it is failing)
        return "failing"


async def _database() -> bool:
    async with container.parts().open_work(AsQueue()) as work:
        connection = await work.session.connection()
        return bool((await connection.execute(text("SELECT true"))).scalar_one())


async def _isolation() -> bool:
    async with container.parts().open_work(AsQueue()) as work:
        return not await breaches(await work.session.connection())


async def _storage() -> bool:
    await container.parts().files.ready()
    return True


async def _scanner() -> bool:
    if scanner := container.parts().scanner:
        await scanner.ready()
    return True


async def _worker() -> bool:
    query = text("SELECT max(last_heartbeat) > now() - :age FROM procrastinate_workers")
    async with container.parts().open_work(AsQueue()) as work:
        connection = await work.session.connection()
        return bool((await connection.execute(query, {"age": HEARTBEAT})).scalar())
