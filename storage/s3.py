"""The port on any S3 storage (SeaweedFS, MinIO, Ceph, AWS)."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from app.domain import points
from storage.patience import current
from storage.port import Content, StoredFile, StoreUnavailable
from storage.spool import PIECE, spooled

if TYPE_CHECKING:
    from storage.bucket import Bucket

T = TypeVar("T")

#: Below the threads of a small machine's own needs, above what one office uploads at once.
_THREADS = 16
_KEYS_AT_ONCE = 500
#: Sockets keep to the moment themselves; this bounds what they do not see.
_GRACE = 0.3


class S3Store:
    """Files in one bucket.

    The client blocks, so every call to it runs in the store's own threads: when the store
    hangs, it holds up nothing but itself, and whoever asked for no longer than `patience`.
    """

    def __init__(
        self,
        endpoint: str,
        access_key: str,
        secret_key: str,
        bucket: str,
        region: str = "us-east-1",
        secure: bool = True,
    ) -> None:
        """`endpoint` is `host:port` without a scheme; `secure` chooses https."""
        self._place = (endpoint, access_key, secret_key, bucket, region, secure)
        self._opened: Bucket | None = None
        self._opening = Lock()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="s3")

    async def put(
        self, key: str, chunks: Content, *, content_type: str, max_bytes: int
    ) -> StoredFile:
        """Store content under `key`; see `FileStore.put`."""
        async with spooled(chunks, max_bytes) as whole:
            points.at("storage.spooled")
            await self._run(lambda bucket: bucket.put(key, whole, content_type))
        points.at("storage.put")
        return StoredFile(key, whole.size, whole.sha256, content_type)

    async def get(self, key: str) -> bytes:
        """Return a whole file; see `FileStore.get`."""
        return await self._run(lambda bucket: bucket.get(key))

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """Yield a file in pieces of at most 256 KiB; see `FileStore.stream`."""
        response = await self._run(lambda bucket: bucket.open(key))
        try:
            while piece := await self._run(lambda bucket: bucket.read(response, PIECE)):
                yield piece
        finally:
            response.close()
            response.release_conn()

    async def stat(self, key: str) -> StoredFile:
        """Describe a file without fetching it; see `FileStore.stat`."""
        return await self._run(lambda bucket: bucket.stat(key))

    async def copy(self, source: str, target: str) -> None:
        """Copy inside the bucket; see `FileStore.copy`."""
        await self._run(lambda bucket: bucket.copy(source, target))

    async def move(self, source: str, target: str) -> None:
        """Copy, then delete the source; see `FileStore.move`."""
        await self.copy(source, target)
        await self.delete(source)

    async def delete(self, key: str) -> None:
        """Remove a file; see `FileStore.delete`."""
        await self._run(lambda bucket: bucket.delete(key))

    async def keys(self, prefix: str) -> AsyncIterator[str]:
        """Yield every key that starts with `prefix`; see `FileStore.keys`."""
        async for key, _ in self._written(prefix):
            yield key

    async def stale(self, prefix: str, before: datetime) -> AsyncIterator[str]:
        """Yield keys that were last written before a moment; see `FileStore.stale`."""
        async for key, at in self._written(prefix):
            if at < before:
                yield key

    async def ready(self) -> None:
        """Return when the bucket answers; see `FileStore.ready`."""
        await self._run(lambda bucket: bucket.ready())

    async def ensure_bucket(self) -> None:
        """Make the bucket unless it is there; several processes may do so at once.

        Raises:
            StoreUnavailable: the store does not answer, or refuses us.
        """
        await self._run(lambda bucket: bucket.ensure())

    async def close(self) -> None:
        """Wait for what runs in the store's threads, and end them."""
        await asyncio.to_thread(self._threads.shutdown)

    async def _written(self, prefix: str) -> AsyncIterator[tuple[str, datetime]]:
        found = await self._run(lambda bucket: bucket.written(prefix))
        while some := await self._run(lambda _: list(islice(found, _KEYS_AT_ONCE))):
            for one in some:
                yield one

    async def _run(self, call: "Callable[[Bucket], T]") -> T:
        """Have a thread do it, and wait no longer than whoever asked has patience."""

        with current().spending() as until:

            def with_bucket() -> T:
                bucket = self._bucket()
                with bucket.until(until):
                    return call(bucket)

            # What comes late all the same, as from a store that answers byte by byte, goes on
            # in its thread, and nobody hears of it.
            running = asyncio.get_running_loop().run_in_executor(self._threads, with_bucket)
            try:
                async with asyncio.timeout(until + _GRACE - time.monotonic()):
                    return await running
            except TimeoutError as error:
                raise StoreUnavailable("no answer in time") from error

    def _bucket(self) -> "Bucket":
        """Return the client. The SDK is heavy, and no page waits for it: it comes when needed."""
        with self._opening:
            if self._opened is None:
                from storage.bucket import Bucket, Place

                self._opened = Bucket(Place(*self._place), _THREADS)
        return self._opened
