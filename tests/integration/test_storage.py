import hashlib
import os
import signal
import time
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import replace

import psutil
import pytest

from app.embedded import Stack
from app.settings import S3Settings
from storage import keys
from storage.patience import patience
from storage.port import FileMissing, FileStore, StoreUnavailable, TooLarge
from storage.s3 import S3Store

MIB = 1 << 20


@pytest.fixture(scope="module")
async def s3(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[S3Settings]:
    async with Stack(tmp_path_factory.mktemp("loket")) as settings:
        assert settings.s3
        yield settings.s3


@pytest.fixture(scope="module")
async def store(s3: S3Settings) -> AsyncIterator[S3Store]:
    store = opened(s3)
    await store.ensure_bucket()
    yield store
    await store.close()


def opened(s3: S3Settings) -> S3Store:
    return S3Store(s3.endpoint, s3.access_key, s3.secret_key, s3.bucket, s3.region, s3.secure)


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def _broken_off(first: bytes) -> AsyncIterator[bytes]:
    yield first
    raise ConnectionResetError("the phone lost its network")


async def _all(found: AsyncIterator[str]) -> list[str]:
    return sorted([key async for key in found])


async def _put(store: FileStore, key: str, data: bytes) -> None:
    await store.put(key, data, content_type="image/jpeg", max_bytes=len(data))


async def test_what_was_put_comes_back_with_its_hash_and_size(store: S3Store):
    data = os.urandom(3 * MIB + 17)
    put = await store.put(
        "a/photo", pieces(data[:100], data[100:]), content_type="image/jpeg", max_bytes=4 * MIB
    )
    assert put.sha256 == hashlib.sha256(data).hexdigest()
    assert put == await store.stat("a/photo")
    assert await store.get("a/photo") == data
    assert b"".join([piece async for piece in store.stream("a/photo")]) == data


async def test_an_empty_file_is_a_file(store: S3Store):
    put = await store.put("a/empty", pieces(), content_type="text/plain", max_bytes=1)
    assert put.size == 0
    assert await store.get("a/empty") == b""
    assert [piece async for piece in store.stream("a/empty")] == []


async def test_a_second_put_replaces_the_first(store: S3Store):
    await _put(store, "a/twice", b"first")
    await _put(store, "a/twice", b"second")
    assert await store.get("a/twice") == b"second"


@pytest.mark.parametrize("excess", [1, MIB])
async def test_content_over_the_limit_is_refused_and_leaves_nothing(store: S3Store, excess: int):
    with pytest.raises(TooLarge):
        await store.put(
            "over/size",
            pieces(bytes(2 * MIB), bytes(excess)),
            content_type="image/jpeg",
            max_bytes=2 * MIB,
        )
    assert await _all(store.keys("over/")) == []


async def test_content_at_the_limit_is_stored(store: S3Store):
    put = await store.put(
        "at/limit", pieces(bytes(MIB), bytes(MIB)), content_type="a/b", max_bytes=2 * MIB
    )
    assert put.size == 2 * MIB


async def test_an_upload_cut_off_in_the_middle_leaves_nothing(store: S3Store):
    with pytest.raises(ConnectionResetError):
        await store.put(
            "cut/off", _broken_off(bytes(2 * MIB)), content_type="a/b", max_bytes=9 * MIB
        )
    assert await _all(store.keys("cut/")) == []


async def test_a_large_file_is_streamed_without_being_held_in_memory(store: S3Store):
    piece, count = os.urandom(MIB), 24
    digest = hashlib.sha256()
    tracemalloc.start()
    try:
        put = await store.put(
            "big", pieces(*[piece] * count), content_type="a/b", max_bytes=count * MIB
        )
        tracemalloc.reset_peak()
        async for part in store.stream("big"):
            digest.update(part)
        assert tracemalloc.get_traced_memory()[1] < 6 * MIB
    finally:
        tracemalloc.stop()
    assert put.size == count * MIB
    assert digest.hexdigest() == put.sha256


async def test_a_missing_key_says_so(store: S3Store):
    with pytest.raises(FileMissing):
        await store.get("nowhere")
    with pytest.raises(FileMissing):
        await store.stat("nowhere")
    with pytest.raises(FileMissing):
        await store.copy("nowhere", "somewhere")
    with pytest.raises(FileMissing):
        async for _ in store.stream("nowhere"):
            pass


async def test_deleting_what_is_not_there_is_no_failure(store: S3Store):
    await store.delete("nowhere")


async def test_a_moved_file_keeps_its_hash_and_leaves_its_old_place(store: S3Store):
    await _put(store, "from", b"berkas")
    before = await store.stat("from")
    await store.move("from", "to/there")
    after = await store.stat("to/there")
    assert (after.size, after.sha256, after.content_type) == (6, before.sha256, "image/jpeg")
    with pytest.raises(FileMissing):
        await store.stat("from")


async def test_keys_lists_one_document_and_no_other(store: S3Store):
    for document in ("11", "1"):
        await _put(store, keys.safe(document, "jpg"), b"x")
        await _put(store, keys.page(document, 1), b"y")
    assert await _all(store.keys(keys.document("1"))) == [
        "documents/1/page-1.jpg",
        "documents/1/safe.jpg",
    ]


async def test_keys_go_on_beyond_one_page_of_the_store(store: S3Store):
    for number in range(1100):
        await _put(store, f"many/{number:04}", b".")
    assert len(await _all(store.keys("many/"))) == 1100


async def test_a_ready_store_is_silent_and_one_without_its_bucket_is_not(s3: S3Settings):
    store = opened(replace(s3, bucket="another"))
    with pytest.raises(StoreUnavailable, match="another"):
        await store.ready()
    await store.ensure_bucket()
    await store.ensure_bucket()
    await store.ready()
    await store.close()


async def test_a_store_that_does_not_answer_is_unavailable(unused_tcp_port: int):
    store = S3Store(f"127.0.0.1:{unused_tcp_port}", "key", "secret", "bucket", secure=False)
    with pytest.raises(StoreUnavailable):
        await store.ready()
    with patience(0.5), pytest.raises(StoreUnavailable):
        await store.get("anything")
    await store.close()


async def test_a_wrong_secret_reads_nothing(s3: S3Settings, store: S3Store):
    await _put(store, "private", b"x")
    stranger = opened(replace(s3, secret_key="not-the-secret"))
    with pytest.raises(Exception, match=r"(SignatureDoesNotMatch|AccessDenied)"):
        await stranger.get("private")
    await stranger.close()


async def test_a_store_that_hangs_costs_one_request_no_more_than_its_patience(
    s3: S3Settings, store: S3Store
):
    await _put(store, "patient", b"x")
    began = time.monotonic()
    server = _server(s3)
    server.send_signal(signal.SIGSTOP)
    try:
        with patience(1):
            for _ in range(3):
                with pytest.raises(StoreUnavailable):
                    await store.get("patient")
        assert 1 <= time.monotonic() - began < 2
    finally:
        server.send_signal(signal.SIGCONT)
    with patience(10):
        assert await store.get("patient") == b"x"


async def test_a_store_that_was_killed_is_waited_for(s3: S3Settings, store: S3Store):
    await _put(store, "waited/for", b"x")
    _server(s3).kill()
    with patience(30):
        assert await store.get("waited/for") == b"x"
        await _put(store, "waited/again", b"y")


def _server(s3: S3Settings) -> psutil.Process:
    port = f"-s3.port={s3.endpoint.rpartition(':')[2]}"
    ours = psutil.Process().children(recursive=True)
    [server] = [one for one in ours if "weed" in one.cmdline()[0] and port in one.cmdline()]
    return server
