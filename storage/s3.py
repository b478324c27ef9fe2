"""The port on any S3 storage (SeaweedFS, MinIO, Ceph, AWS), through the MinIO SDK."""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import islice
from typing import BinaryIO, TypeVar, cast

import urllib3
from minio import Minio
from minio.commonconfig import CopySource
from minio.datatypes import Object
from minio.error import InvalidResponseError, S3Error, ServerError
from urllib3.exceptions import HTTPError

from storage.port import Content, FileMissing, StoredFile, StoreUnavailable
from storage.spool import PIECE, Spooled, spool

T = TypeVar("T")

_MISSING = frozenset({"NoSuchKey", "NoSuchObject"})
_BUSY = frozenset(
    {
        "InternalError",
        "NoSuchBucket",
        "OperationAborted",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "XMinioStorageFull",
    }
)
_OURS_ALREADY = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})
_SHA256 = "x-amz-meta-sha256"
#: Below the threads of a small machine's own needs, above what one office uploads at once.
_THREADS = 16
_KEYS_AT_ONCE = 500


class S3Store:
    """Files in one bucket.

    The client blocks, so every call to it runs in the store's own threads: when the store
    hangs, it holds up nothing but itself.
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

        def client(http: urllib3.PoolManager) -> Minio:
            return Minio(
                endpoint,
                access_key=access_key,
                secret_key=secret_key,
                region=region,
                secure=secure,
                http_client=http,
            )

        self._bucket = bucket
        self._client = client(_patient())
        self._prober = client(_impatient())
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="s3")

    async def put(
        self, key: str, chunks: Content, *, content_type: str, max_bytes: int
    ) -> StoredFile:
        """Store content under `key`; see `FileStore.put`."""
        spooled = await spool(chunks, max_bytes)
        with closing(spooled.file):
            await self._run(self._put, key, spooled, content_type)
        return StoredFile(key, spooled.size, spooled.sha256, content_type)

    async def get(self, key: str) -> bytes:
        """Return a whole file; see `FileStore.get`."""
        return await self._run(self._get, key)

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """Yield a file in pieces of at most 256 KiB; see `FileStore.stream`."""
        with _as_port_errors(key):
            response = await self._run(self._client.get_object, self._bucket, key)
            try:
                while piece := await self._run(response.read, PIECE):
                    yield piece
            finally:
                response.close()
                response.release_conn()

    async def stat(self, key: str) -> StoredFile:
        """Describe a file without fetching it; see `FileStore.stat`."""
        return await self._run(self._stat, key)

    async def copy(self, source: str, target: str) -> None:
        """Copy inside the bucket; see `FileStore.copy`."""
        await self._run(self._copy, source, target)

    async def move(self, source: str, target: str) -> None:
        """Copy, then delete the source; see `FileStore.move`."""
        await self.copy(source, target)
        await self.delete(source)

    async def delete(self, key: str) -> None:
        """Remove a file; see `FileStore.delete`."""
        await self._run(self._delete, key)

    async def keys(self, prefix: str) -> AsyncIterator[str]:
        """Yield every key that starts with `prefix`; see `FileStore.keys`."""
        async for item in self._listed(prefix):
            if item.object_name:
                yield item.object_name

    async def stale(self, prefix: str, before: datetime) -> AsyncIterator[str]:
        """Yield keys that were last written before a moment; see `FileStore.stale`."""
        async for item in self._listed(prefix):
            if item.object_name and item.last_modified and item.last_modified < before:
                yield item.object_name

    async def ready(self) -> None:
        """Return when the bucket answers; see `FileStore.ready`."""
        if not await self._run(self._exists):
            raise StoreUnavailable(f"no bucket {self._bucket}")

    async def ensure_bucket(self) -> None:
        """Make the bucket unless it is there; several processes may do so at once.

        Raises:
            StoreUnavailable: the store does not answer, or refuses us.
        """
        await self._run(self._ensure_bucket)

    async def close(self) -> None:
        """Wait for what runs in the store's threads, and end them."""
        await asyncio.to_thread(self._threads.shutdown)

    async def _listed(self, prefix: str) -> AsyncIterator[Object]:
        found = self._client.list_objects(self._bucket, prefix, recursive=True)
        with _as_port_errors(prefix):
            while some := await self._run(lambda: list(islice(found, _KEYS_AT_ONCE))):
                for item in some:
                    yield item

    async def _run(self, call: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)

    def _put(self, key: str, spooled: Spooled, content_type: str) -> None:
        with _as_port_errors(key):
            self._client.put_object(
                self._bucket,
                key,
                cast("BinaryIO", spooled.file),
                spooled.size,
                content_type=content_type,
                metadata={_SHA256: spooled.sha256},
            )

    def _get(self, key: str) -> bytes:
        with _as_port_errors(key):
            response = self._client.get_object(self._bucket, key)
            try:
                return response.read()
            finally:
                response.close()
                response.release_conn()

    def _stat(self, key: str) -> StoredFile:
        with _as_port_errors(key):
            found = self._client.stat_object(self._bucket, key)
        metadata = found.metadata or {}
        return StoredFile(
            key,
            found.size or 0,
            str(metadata.get(_SHA256, "")),
            found.content_type or "application/octet-stream",
        )

    def _copy(self, source: str, target: str) -> None:
        with _as_port_errors(source):
            self._client.copy_object(self._bucket, target, CopySource(self._bucket, source))

    def _delete(self, key: str) -> None:
        with _as_port_errors(key):
            self._client.remove_object(self._bucket, key)

    def _exists(self) -> bool:
        with _as_port_errors(self._bucket):
            return self._prober.bucket_exists(self._bucket)

    def _ensure_bucket(self) -> None:
        with _as_port_errors(self._bucket):
            try:
                if not self._client.bucket_exists(self._bucket):
                    self._client.make_bucket(self._bucket)
            except S3Error as error:
                if error.code not in _OURS_ALREADY:
                    raise StoreUnavailable(f"{error.code}: {error.message}") from error


def _patient() -> urllib3.PoolManager:
    """For work: a store that restarts is waited for, one that hangs is given up."""
    return urllib3.PoolManager(
        maxsize=_THREADS,
        timeout=urllib3.Timeout(connect=3, read=30),
        retries=urllib3.Retry(total=3, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
    )


def _impatient() -> urllib3.PoolManager:
    """For `ready`, which people and load balancers wait for."""
    return urllib3.PoolManager(maxsize=1, timeout=urllib3.Timeout(total=2), retries=False)


@contextmanager
def _as_port_errors(key: str) -> Generator[None]:
    """Say what went wrong in the port's words; a refusal of our credentials stays a defect."""
    try:
        yield
    except S3Error as error:
        if error.code in _MISSING:
            raise FileMissing(key) from None
        if error.code in _BUSY:
            raise StoreUnavailable(f"{error.code}: {error.message}") from error
        raise
    except (HTTPError, ServerError, InvalidResponseError) as error:
        raise StoreUnavailable(str(error)) from error
