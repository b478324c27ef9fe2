"""The port behind which files are kept, and the three ways in which it can fail."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Spooled:
    """Complete content, rewound to its start; whoever has it spooled closes `file`.

    `size` is in bytes, `sha256` 64 lower-case hex digits.
    """

    file: SpooledTemporaryFile[bytes]
    size: int
    sha256: str


#: What `put` accepts. What is not complete is spooled first, so a sender that breaks off
#: in the middle never makes an object.
Content = AsyncIterator[bytes] | BinaryIO | bytes | Spooled


class StorageError(Exception):
    """Anything that keeps a file from being stored or fetched."""


class FileMissing(StorageError):
    """There is no file under this key."""


class StoreUnavailable(StorageError):
    """The store does not answer, or answers that it cannot work now. Worth trying again."""


class TooLarge(StorageError):
    """The content is longer than its `limit` in bytes. Nothing was stored."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"longer than {limit} bytes")
        self.limit = limit


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as the store holds it: `size` in bytes, `sha256` as 64 lower-case hex digits.

    `sha256` was computed from the bytes that were sent. It is empty for an object that
    something other than Loket has put into the bucket.
    """

    key: str
    size: int
    sha256: str
    content_type: str


class FileStore(Protocol):
    """Files under keys (see `storage.keys`). All methods may raise `StoreUnavailable`."""

    async def put(
        self, key: str, chunks: Content, *, content_type: str, max_bytes: int
    ) -> StoredFile:
        """Store content under `key`, replacing what was there, all or nothing.

        Raises:
            TooLarge: the content is longer than `max_bytes`.
        """
        ...

    async def get(self, key: str) -> bytes:
        """Return a whole file; for letters and previews, whose size is bounded.

        Raises:
            FileMissing: no such key.
        """
        ...

    def stream(self, key: str) -> AsyncIterator[bytes]:
        """Yield a file in pieces; memory use does not grow with its size.

        Raises:
            FileMissing: no such key (when the first piece is asked for).
        """
        ...

    async def stat(self, key: str) -> StoredFile:
        """Describe a file without fetching it.

        Raises:
            FileMissing: no such key.
        """
        ...

    async def copy(self, source: str, target: str) -> None:
        """Copy inside the store, replacing `target`.

        Raises:
            FileMissing: no such source.
        """
        ...

    async def move(self, source: str, target: str) -> None:
        """Copy, then delete the source: a crash in between leaves both, never neither.

        Raises:
            FileMissing: no such source.
        """
        ...

    async def delete(self, key: str) -> None:
        """Remove a file; a key that is not there is already what was asked for."""
        ...

    def keys(self, prefix: str) -> AsyncIterator[str]:
        """Yield every key that starts with `prefix`, in the store's own order."""
        ...

    def stale(self, prefix: str, before: datetime) -> AsyncIterator[str]:
        """Yield every key that starts with `prefix` and was last written before a moment."""
        ...

    async def ready(self) -> None:
        """Return when the store answers and the bucket is there, within two seconds.

        Raises:
            StoreUnavailable: it is not so; the text says what is wrong.
        """
        ...
