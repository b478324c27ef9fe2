"""The renderer: one bun child per web process, kept alive, asked over a unix socket."""

import asyncio
import contextlib
import itertools
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from app.ssr.kinship import dying_with_parent
from app.ssr.toolchain import find_bun

log = logging.getLogger(__name__)

LIMIT_SECONDS: Final = 1.0
#: A child that was killed is back after some 0.3 s: a page waits for that rather than come empty.
_BACK_SECONDS: Final = 2.0
_RESTART_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 5.0
_START_SECONDS: Final = 10.0

Mode = Literal["live", "shell", "still"]
Encoding = Literal["br", "gzip", ""]


class RendererDown(RuntimeError):
    """No document: the child is dead, restarting or slower than the limit."""


class RenderFailed(RuntimeError):
    """The page's own code threw while it was rendered: a defect, with bun's stack."""


@dataclass(frozen=True, slots=True)
class Page:
    """What to render.

    Attributes:
        pattern: the page's route as the browser's router words it, `cases/:id`; "" for the root.
        url: path and query of the request.
        nonce: allows the loader's script.
        mode: "live" carries its loader, "shell" also has no state, "still" has no scripts.
        encoding: how the document is compressed; "" for not at all.
        state: the difference to the compiled state, as JSON that is safe inside a script element.
    """

    pattern: str
    url: str
    nonce: str = ""
    mode: Mode = "live"
    encoding: Encoding = ""
    state: str = ""

    def frame(self, number: int) -> bytes:
        """Return the request as it goes over the socket."""
        head = {
            "id": number,
            "pattern": self.pattern,
            "url": self.url,
            "nonce": self.nonce,
            "mode": self.mode,
            "encoding": self.encoding,
        }
        payload = json.dumps(head).encode() + b"\n" + self.state.encode()
        return len(payload).to_bytes(4, "big") + payload


@dataclass(slots=True)
class Renderer:
    """The client of the renderer's child process, which it starts again whenever it ends.

    Attributes:
        bundle: the renderer's one file, made by the build.
        ready: set while the child answers.
    """

    bundle: Path
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    pid: int | None = None
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _waiting: dict[int, asyncio.Future[bytes]] = field(default_factory=dict)
    _writer: asyncio.StreamWriter | None = None

    async def render(self, page: Page) -> bytes:
        """Return the document of `page`, compressed as it asks; a child that died is waited for.

        Raises:
            RendererDown: no answer within `LIMIT_SECONDS`, or no child to ask.
            RenderFailed: the page threw.
        """
        try:
            return await self._ask(page)
        except RendererDown:
            if self.ready.is_set():
                raise
        try:
            await asyncio.wait_for(self.ready.wait(), _BACK_SECONDS)
        except TimeoutError:
            raise RendererDown("the renderer does not come back") from None
        return await self._ask(page)

    async def _ask(self, page: Page) -> bytes:
        if self._writer is None:
            raise RendererDown("the renderer is not running")
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(page.frame(number))
            return await asyncio.wait_for(answer, LIMIT_SECONDS)
        except (OSError, TimeoutError) as error:
            raise RendererDown(f"no answer from the renderer: {error!r}") from error
        finally:
            self._waiting.pop(number, None)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep a child alive for the length of the block, which begins once it answers."""
        folder = Path(tempfile.mkdtemp(prefix="renderer-"))
        task = asyncio.create_task(self._keep_alive(folder / "socket"))
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ready.wait(), _START_SECONDS)
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            shutil.rmtree(folder, ignore_errors=True)

    async def _keep_alive(self, socket: Path) -> None:
        pause = _RESTART_PAUSE_SECONDS
        while True:
            began = time.monotonic()
            await self._one_life(socket)
            lived_long = time.monotonic() - began > _LONGEST_PAUSE_SECONDS
            pause = _RESTART_PAUSE_SECONDS if lived_long else min(pause * 2, _LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(pause)

    async def _one_life(self, socket: Path) -> None:
        child = await asyncio.create_subprocess_exec(
            str(find_bun()),
            "--smol",
            str(self.bundle),
            str(socket),
            stdin=asyncio.subprocess.PIPE,
            preexec_fn=dying_with_parent(),
            env={"PATH": os.environ.get("PATH", "")},
        )
        self.pid = child.pid
        try:
            await self._talk(*await self._connect(socket, child))
        except (OSError, EOFError) as error:
            log.warning("the renderer is gone, starting another: %r", error)
        finally:
            self.ready.clear()
            self.pid = None
            self._writer = None
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(RendererDown("the renderer ended"))
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()

    async def _connect(
        self, socket: Path, child: asyncio.subprocess.Process
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and child.returncode is None:
            with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                return await asyncio.open_unix_connection(str(socket), limit=2**20)
            await asyncio.sleep(0.005)
        raise ConnectionError("the renderer did not start")

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.ready.set()
        try:
            while True:
                length = int.from_bytes(await reader.readexactly(4), "big")
                head, _, body = (await reader.readexactly(length)).partition(b"\n")
                self._answered(json.loads(head), body)
        finally:
            writer.close()

    def _answered(self, head: dict[str, Any], body: bytes) -> None:
        answer = self._waiting.get(head["id"])
        if answer is None or answer.done():
            return
        if "error" in head:
            answer.set_exception(RenderFailed(head["error"]))
        else:
            answer.set_result(body)
