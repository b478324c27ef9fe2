"""The parent's side: have a child made, feed it, and believe nothing that it says at length."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO
from weakref import WeakKeyDictionary

from app.adapters.confinement.forkserver import Ended, excerpt, fork_server

log = logging.getLogger(__name__)

#: The child writes this when its libraries are loaded; from then on a crash is the input's.
READY = b"ready\n"

#: Logged of each child at its end, for whoever wants to know: its module, seconds, bytes.
TOOK = "%s took %.2f s of a processor and %d bytes of memory"

_PIECE = 256 << 10


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: bytes of address space, seconds of processor and of clock.

    `answer` bounds what the parent takes from it, in bytes.
    """

    memory: int = 800 << 20
    processor: int = 15
    clock: float = 20.0
    answer: int = 96 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What a child answered: facts, and files in the order in which it wrote them."""

    facts: Mapping[str, object]
    files: tuple[bytes, ...]


class TooSlow(Exception):
    """The child used up its time, of the clock or of the processor."""


class Broke(Exception):
    """The child died on this input: out of memory, or a crash in a decoder."""


async def confined(
    module: str, request: Mapping[str, object], data: bytes | Path, limits: Limits | None = None
) -> Answer:
    """Let `module` (one that calls `serve`) work on `data`, given `request` as JSON.

    Waits while as many children work as there are processors; that time does not count.

    Raises:
        TooSlow: it did not end in time.
        Broke: it died on the input.
        RuntimeError: it could not even start, which is a defect of ours.
    """
    async with _place():
        return await _confined(module, request, data, limits or Limits())


async def _confined(
    module: str, request: Mapping[str, object], data: bytes | Path, limits: Limits
) -> Answer:
    server = fork_server(module)
    with tempfile.TemporaryFile() as errors, _as_input(data) as source:
        reading, writing = os.pipe()
        with os.fdopen(reading, "rb", 0) as said_to:
            with os.fdopen(writing, "wb", 0) as said_by:
                fds = (source.fileno(), said_by.fileno(), errors.fileno())
                number, ended = server.start(asdict(limits), request, fds)
            try:
                async with asyncio.timeout(limits.clock), _reading(said_to) as reader:
                    said = await _hear(reader, limits.answer)
                    code = (await asyncio.shield(ended)).code
            except TimeoutError:
                raise TooSlow(module) from None
            finally:
                server.kill(number)
                await asyncio.wait([ended])
                _note(module, ended)
        if code != 0:
            raise _reason(module, code, said, errors)
    return _parse(said)


def _note(module: str, ended: "asyncio.Future[Ended]") -> None:
    if not ended.exception():
        took = ended.result()
        log.debug(TOOK, module, took.processor, took.memory)


@asynccontextmanager
async def _reading(pipe: IO[bytes]) -> AsyncIterator[asyncio.StreamReader]:
    reader = asyncio.StreamReader(limit=_PIECE)
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, pipe)
    try:
        yield reader
    finally:
        transport.close()


def _place() -> asyncio.Semaphore:
    """One child a processor: a crowd of uploads waits in line instead of in memory."""
    loop = asyncio.get_running_loop()
    return _places.setdefault(loop, asyncio.Semaphore(os.cpu_count() or 1))


_places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


def _as_input(data: bytes | Path) -> contextlib.AbstractContextManager[IO[bytes]]:
    """A file rather than a pipe: the child may stop reading, and nothing blocks."""
    if isinstance(data, Path):
        return data.open("rb")
    file = tempfile.TemporaryFile()  # noqa: SIM115
    file.write(data)
    file.seek(0)
    return file


async def _hear(reader: asyncio.StreamReader, at_most: int) -> bytes:
    said = bytearray()
    while piece := await reader.read(_PIECE):
        said += piece
        if len(said) > at_most:
            raise Broke(f"answered more than {at_most} bytes")
    return bytes(said)


def _reason(module: str, code: int, said: bytes, errors: IO[bytes]) -> Exception:
    printed = excerpt(errors)
    if not said.startswith(READY):
        return RuntimeError(f"{module} did not start ({code}): {printed}")
    log.warning("%s ended with %s: %s", module, code, printed)
    if -code in (signal.SIGXCPU, signal.SIGKILL):
        return TooSlow(module)
    return Broke(module)


def _parse(said: bytes) -> Answer:
    head, _, rest = said.removeprefix(READY).partition(b"\n")
    answer = json.loads(head)
    files: list[bytes] = []
    for size in answer["files"]:
        files.append(rest[:size])
        rest = rest[size:]
    return Answer(answer["facts"], tuple(files))
