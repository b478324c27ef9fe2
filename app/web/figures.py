"""Prometheus' figures, each declared once: what this process did, and what the database counts."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Scope

from app import container, routes
from app.db.figures import Counted, count
from app.domain.errors import Unavailable
from app.web import lost
from app.web.counted import in_figures

#: Asked more often, the database is not asked again: to look must cost nothing.
_FRESH_SECONDS = 5.0
_FALLBACK = (b"x-rendered-by", b"shell")
#: Where several web processes of one Loket keep their figures, so that each can tell all.
SHARED = "PROMETHEUS_MULTIPROC_DIR"

_ANSWERS: Final = Counter("loket_answers", "Answers by kind and HTTP status", ["kind", "status"])
_SECONDS: Final = Histogram(
    "loket_answer_seconds",
    "From a request's arrival, its body still to come, to the beginning of its answer",
    ["kind"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
_FALLBACKS: Final = Counter(
    "loket_renderer_fallbacks", "Pages sent without content, as the renderer did not answer"
)
_SOCKETS: Final = Gauge("loket_websockets", "Websockets that are open", multiprocess_mode="livesum")

#: First words of addresses whose requests are of another kind than a page.
_KINDS: Final = {
    routes.UPLOADS: "upload",
    routes.DOWNLOAD.rpartition("/")[0]: "file",
    routes.SIGN_IN: "sign_in",
    routes.SIGN_OUT: "sign_in",
    routes.IDENTITY: "sign_in",
    "/assets": "asset",
    **dict.fromkeys((routes.HEALTH, routes.READY, routes.METRICS), "operator"),
}


def kind_of(scope: Scope) -> str:
    """Return what kind of request it is: one of eight words, never a part of its address."""
    if scope["type"] == "websocket":
        return "websocket"
    _, first, *rest = (*routes.without_language(scope["path"]).split("/"), "")
    if kind := _KINDS.get(f"/{first}"):
        return kind
    if scope["method"] == "POST":
        return "form"
    if "surat" in rest or "berkas" in rest:
        return "file"
    return "asset" if "." in scope["path"].rpartition("/")[2] else "page"


class _OfProcess:
    """Counts what becomes of this process' requests."""

    def answered(self, scope: Scope, start: Message, seconds: float) -> None:
        kind = kind_of(scope)
        _ANSWERS.labels(kind, start["status"]).inc()
        _SECONDS.labels(kind).observe(seconds)
        if _FALLBACK in start["headers"]:
            _FALLBACKS.inc()

    def sockets(self, change: int) -> None:
        _SOCKETS.inc(change)


METER: Final = _OfProcess()


class Latest(Collector):
    """The database's figures, as they were a few seconds ago at most."""

    def __init__(self, ask: Callable[[], Awaitable[Counted]]) -> None:
        """Ask for them with `ask`, which may be Unavailable."""
        self._ask = ask
        self._turn = asyncio.Lock()
        self._at = -_FRESH_SECONDS
        self._counted: Counted | None = None

    async def refresh(self) -> None:
        """Count again, unless that was just done; whoever asks meanwhile waits for the answer."""
        async with self._turn:
            if time.monotonic() - self._at < _FRESH_SECONDS:
                return
            try:
                self._counted = await self._ask()
            except Unavailable:
                self._counted = None
            self._at = time.monotonic()

    def collect(self) -> Iterable[Metric]:
        """Yield them; while the database is away, only that it is."""
        return in_figures(self._counted, datetime.now(UTC))


_LATEST: Final = Latest(lambda: count(container.parts().read))


async def metrics(request: Request) -> Response:
    """Give Prometheus its figures, to this machine only."""
    host = request.client.host if request.client else ""
    if "x-forwarded-for" in request.headers or not ip_address(host).is_loopback:
        return lost.response(404)
    await _LATEST.refresh()
    counted = CollectorRegistry()
    counted.register(_LATEST)
    told = b"".join(map(generate_latest, (_of_processes(), counted)))
    return Response(told, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _of_processes() -> CollectorRegistry:
    """Return what this process counts; with several, what all of them count."""
    if SHARED not in os.environ:
        return REGISTRY
    for process in _gone(Path(os.environ[SHARED])):
        mark_process_dead(process)
    together = CollectorRegistry()
    MultiProcessCollector(together)
    return together


def _gone(folder: Path) -> Iterator[int]:
    """Yield the processes that no longer are, and have left open websockets behind."""
    for path in folder.glob("gauge_live*.db"):
        process = int(path.stem.rpartition("_")[2])
        if not Path(f"/proc/{process}").exists():
            yield process
