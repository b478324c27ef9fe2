"""For operators: alive, and ready part by part."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app import container
from app.usecases import probing
from app.usecases.parts import Parts
from app.usecases.probing import Probe, tried

#: What Loket can use but does not bring; shown, so that nobody believes it is on.
_OFF = ("sms", "mail", "push", "tsa")
#: Without these Loket does all but release files, or tell open pages what is new.
_SPARED = {"scanner": probing.scanner, "live": probing.open_pages}


async def alive(_: Request) -> Response:
    """Answer as soon as this process does."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


def ready(renderer_is_ready: Callable[[], bool]) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler that names each part's state; 503 while one is missing that is needed."""

    async def renderer(_: Parts) -> bool:
        return renderer_is_ready()

    needed: dict[str, Probe] = {
        "database": probing.database,
        "isolation": probing.isolation,
        "storage": probing.storage,
        "renderer": renderer,
        "worker": probing.worker,
    }

    async def answer(_: Request) -> Response:
        parts = container.parts()
        probes = {**needed, **_SPARED}
        works = await asyncio.gather(*(tried(probe, parts) for probe in probes.values()))
        found = dict(zip(probes, ("ok" if one else "failing" for one in works), strict=True))
        found |= dict.fromkeys(_unused(parts), "off")
        failing = {name for name, state in found.items() if state == "failing"}
        return JSONResponse(
            {
                "status": "degraded" if failing else "ready",
                "parts": found | dict.fromkeys(_OFF, "off"),
            },
            status_code=503 if failing & needed.keys() else 200,
            headers={"Cache-Control": "no-store"},
        )

    return answer


def _unused(parts: Parts) -> list[str]:
    ports = {"scanner": parts.scanner, "live": parts.open_pages}
    return [name for name, port in ports.items() if port is None]
