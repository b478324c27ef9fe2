"""Several files for one requirement, on their way in as one."""

import tarfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from app.adapters.inspection.kinds import BUNDLE_FOLDER
from app.usecases.uploads import Upload

#: Names beyond these are left out of what the bundle is called.
_NAMED = 3
_SAFE_NAME = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One of several files: its name, its size in bytes, and its bytes."""

    filename: str
    size: int
    chunks: AsyncIterator[bytes]


def bundled(parts: Sequence[Part]) -> Upload:
    """Return files as one upload; the check joins them into a PDF, in this order.

    A single file goes on as it is. Several become a tar archive that holds each as it came: one
    object to store, to hash and to keep as evidence, and nothing in it is packed.
    """
    if len(parts) == 1:
        return Upload(parts[0].filename, parts[0].chunks)
    named = [part.filename for part in parts[:_NAMED]]
    more = [] if len(parts) <= _NAMED else ["…"]
    return Upload(", ".join(named + more), _archive(parts), files=len(parts))


async def _archive(parts: Sequence[Part]) -> AsyncIterator[bytes]:
    for number, part in enumerate(parts, start=1):
        head = tarfile.TarInfo(f"{BUNDLE_FOLDER}{number:02}-{_plain(part.filename)}")
        head.size = part.size
        yield head.tobuf(tarfile.USTAR_FORMAT)
        async for chunk in part.chunks:
            yield chunk
        yield bytes(-part.size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _plain(filename: str) -> str:
    """Return a name that every tar reader takes, whatever the phone called the file."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in filename)
    return plain[-_SAFE_NAME:]
