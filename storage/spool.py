"""Content on its way into a store: counted, hashed and held until it is complete."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

from storage.port import Content, Spooled, TooLarge

#: Held in memory up to here, then in an unnamed file of the temporary folder.
IN_MEMORY = 1 << 20
PIECE = 256 << 10


@asynccontextmanager
async def spooled(content: Content, max_bytes: int) -> AsyncIterator[Spooled]:
    """Take content in to its end, and hold it for the length of the block.

    Raises:
        TooLarge: it is longer than `max_bytes`. No more than one piece beyond is read.
    """
    if isinstance(content, Spooled):  # which somebody else holds
        if content.size > max_bytes:
            raise TooLarge(max_bytes)
        yield content
        return
    size, digest = 0, hashlib.sha256()
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
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
        yield Spooled(file, size, digest.hexdigest())


async def _pieces(content: AsyncIterator[bytes] | BinaryIO | bytes) -> AsyncIterator[bytes]:
    if isinstance(content, bytes):
        for start in range(0, len(content), PIECE):
            yield content[start : start + PIECE]
    elif isinstance(content, AsyncIterator):
        async for piece in content:
            yield piece
    else:
        while piece := await asyncio.to_thread(content.read, PIECE):
            yield piece
