"""Content on its way into a store: counted, hashed and held until it is complete."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile

from storage.port import Content, TooLarge

#: Held in memory up to here, then in an unnamed file of the temporary folder.
IN_MEMORY = 1 << 20
PIECE = 256 << 10


@dataclass(frozen=True, slots=True)
class Spooled:
    """Complete content, rewound to its start; close `file` to let it go."""

    file: SpooledTemporaryFile[bytes]
    size: int
    sha256: str


async def spool(content: Content, max_bytes: int) -> Spooled:
    """Take content in to its end.

    Raises:
        TooLarge: it is longer than `max_bytes`. No more than one piece beyond is read.
    """
    file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    size, digest = 0, hashlib.sha256()
    try:
        async for piece in _pieces(content):
            size += len(piece)
            if size > max_bytes:
                raise TooLarge(max_bytes)
            digest.update(piece)
            if size > IN_MEMORY:
                await asyncio.to_thread(file.write, piece)
            else:
                file.write(piece)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return Spooled(file, size, digest.hexdigest())


async def _pieces(content: Content) -> AsyncIterator[bytes]:
    if isinstance(content, bytes):
        for start in range(0, len(content), PIECE):
            yield content[start : start + PIECE]
    elif isinstance(content, AsyncIterator):
        async for piece in content:
            yield piece
    else:
        while piece := await asyncio.to_thread(content.read, PIECE):
            yield piece
