"""One bucket of an S3 storage through the MinIO SDK, whose calls block."""

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast

import urllib3
from minio import Minio
from minio.commonconfig import CopySource
from minio.error import InvalidResponseError, S3Error, ServerError
from urllib3.exceptions import HTTPError

from storage.port import FileMissing, Spooled, StoredFile, StoreUnavailable
from storage.punctual import PunctualPool

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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bucket is: `endpoint` is `host:port` without a scheme, `secure` chooses https."""

    endpoint: str
    access_key: str
    secret_key: str
    bucket: str
    region: str
    secure: bool


class Bucket:
    """See `FileStore`: the same words and the same errors, but whoever calls waits."""

    def __init__(self, place: Place, connections: int) -> None:
        """Keep up to `connections` lines open to the store."""

        def client(http: urllib3.PoolManager) -> Minio:
            return Minio(
                place.endpoint,
                access_key=place.access_key,
                secret_key=place.secret_key,
                region=place.region,
                secure=place.secure,
                http_client=http,
            )

        self._name = place.bucket
        self._pool = PunctualPool(connections)
        self._client = client(self._pool)
        self._prober = client(_impatient())

    def until(self, moment: float) -> AbstractContextManager[None]:
        """Have the calls of this thread end by a moment of `time.monotonic`."""
        return self._pool.until(moment)

    def put(self, key: str, spooled: Spooled, content_type: str) -> None:
        """Store complete content under `key`."""
        with _as_port_errors(key):
            self._client.put_object(
                self._name,
                key,
                cast("BinaryIO", spooled.file),
                spooled.size,
                content_type=content_type,
                metadata={_SHA256: spooled.sha256},
                # In this thread, which has a moment to end by.
                num_parallel_uploads=1,
            )

    def open(self, key: str) -> urllib3.BaseHTTPResponse:
        """Begin to read a file. Whoever opens it closes it and releases its connection."""
        with _as_port_errors(key):
            return self._client.get_object(self._name, key)

    def read(self, response: urllib3.BaseHTTPResponse, size: int | None = None) -> bytes:
        """Read on, to the end without a `size`."""
        with _as_port_errors(self._name):
            return response.read(size)

    def get(self, key: str) -> bytes:
        """Return a whole file."""
        response = self.open(key)
        try:
            return self.read(response)
        finally:
            response.close()
            response.release_conn()

    def stat(self, key: str) -> StoredFile:
        """Describe a file."""
        with _as_port_errors(key):
            found = self._client.stat_object(self._name, key)
        metadata = found.metadata or {}
        return StoredFile(
            key,
            found.size or 0,
            str(metadata.get(_SHA256, "")),
            found.content_type or "application/octet-stream",
        )

    def copy(self, source: str, target: str) -> None:
        """Copy inside the bucket."""
        with _as_port_errors(source):
            self._client.copy_object(self._name, target, CopySource(self._name, source))

    def delete(self, key: str) -> None:
        """Remove a file."""
        with _as_port_errors(key):
            self._client.remove_object(self._name, key)

    def written(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Yield every key that starts with `prefix`, and when it was last written."""
        with _as_port_errors(prefix):
            for item in self._client.list_objects(self._name, prefix, recursive=True):
                if item.object_name and item.last_modified:
                    yield item.object_name, item.last_modified

    def ready(self) -> None:
        """Return when the bucket answers, within two seconds."""
        with _as_port_errors(self._name):
            if not self._prober.bucket_exists(self._name):
                raise StoreUnavailable(f"no bucket {self._name}")

    def ensure(self) -> None:
        """Make the bucket unless it is there; several processes may do so at once."""
        with _as_port_errors(self._name):
            try:
                if not self._client.bucket_exists(self._name):
                    self._client.make_bucket(self._name)
            except S3Error as error:
                if error.code not in _OURS_ALREADY:
                    raise StoreUnavailable(f"{error.code}: {error.message}") from error


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
