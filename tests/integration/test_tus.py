"""Resumable uploads over HTTP, asked of a whole Loket as programs ask."""

import base64
import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
import pytest

from app.usecases.sessions import PLAIN_COOKIE
from tests.factories import Person, Town, photo
from tests.support.asking import asking
from tests.support.running import Loket
from tests.support.waiting import until

VERSION = {"tus-resumable": "1.0.0"}
KIB = 1024


def metadata(**pairs: str) -> str:
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())


def creation(data: bytes, **pairs: str) -> dict[str, str]:
    told = {"requirement": "ktp", "filename": "ktp.jpg", "kind": "image/jpeg", **pairs}
    told.setdefault("sha256", hashlib.sha256(data).hexdigest())
    return {**VERSION, "upload-length": str(len(data)), "upload-metadata": metadata(**told)}


def piece(at: int, **more: str) -> dict[str, str]:
    kind = "application/offset+octet-stream"
    return {**VERSION, "upload-offset": str(at), "content-type": kind, **more}


async def created(client: httpx2.AsyncClient, town: Town, person: Person, data: bytes) -> str:
    reference = await town.draft(person)
    answer = await client.post("/unggah", headers=creation(data, reference=reference))
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def offset(client: httpx2.AsyncClient, address: str) -> int:
    answer = await client.head(address, headers=VERSION)
    assert answer.status_code == 200
    return int(answer.headers["upload-offset"])


async def test_a_file_goes_up_in_pieces_and_says_where_it_stands(loket: Loket, people: Town):
    resident = await people.resident()
    data = photo() + os.urandom(600 * KIB)
    async with asking(loket, resident) as client:
        able = await client.options("/unggah")
        assert able.status_code == 204
        assert able.headers["tus-extension"] == "creation,expiration,termination,checksum"
        assert able.headers["tus-max-size"] == "10000000"
        told = creation(data, service="sktm", form_key=str(uuid4()))
        begun = await client.post("/en/unggah", headers=told)
        address = begun.headers["location"]
        assert address.startswith("/en/unggah/")
        assert begun.headers["upload-expires"].endswith("GMT")
        at = 0
        while at < len(data):
            assert await offset(client, address) == at
            part = data[at : at + 256 * KIB]
            answer = await client.patch(address, headers=piece(at), content=part)
            assert (answer.status_code, answer.content) == (204, b"")
            at = int(answer.headers["upload-offset"])
        whole = await client.head(address, headers=VERSION)
        assert whole.headers["upload-offset"] == whole.headers["upload-length"] == str(len(data))
        assert whole.headers["cache-control"] == "no-store"
        form = await client.get("/layanan/sktm/ajukan")
        assert "ktp.jpg" in form.text


async def test_what_came_before_a_line_was_cut_is_kept(loket: Loket, people: Town):
    resident = await people.resident()
    data = os.urandom(400 * KIB)
    async with asking(loket, resident) as client:
        address = await created(client, people, resident, data)
        with _half_sent(loket, resident, address, data, 150 * KIB):
            pass
        await until(lambda: _has_some(client, address))
        at = await offset(client, address)
        answer = await client.patch(address, headers=piece(at), content=data[at:])
        assert answer.headers["upload-offset"] == str(len(data))


async def test_who_comes_back_over_a_new_line_ends_the_old_one(loket: Loket, people: Town):
    resident = await people.resident()
    data = os.urandom(400 * KIB)
    async with asking(loket, resident) as client:
        address = await created(client, people, resident, data)
        with _half_sent(loket, resident, address, data, 150 * KIB):
            await until(lambda: _has_some(client, address))
            at = await offset(client, address)
            answer = await client.patch(address, headers=piece(at), content=data[at:])
            assert answer.headers["upload-offset"] == str(len(data))


@contextmanager
def _half_sent(
    loket: Loket, person: Person, address: str, data: bytes, count: int
) -> Iterator[None]:
    """Promise all of `data` in one piece, send `count` bytes, and hang up at the end."""
    host = urlsplit(loket.url).netloc
    headers = {
        "host": host,
        "content-length": str(len(data)),
        "cookie": f"{PLAIN_COOKIE}={person.secret}",
        "origin": loket.url,
        **piece(0),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("localhost", int(host.rpartition(":")[2]))) as line:
        line.sendall(f"PATCH {address} HTTP/1.1\r\n{lines}\r\n".encode() + data[:count])
        yield


async def _has_some(client: httpx2.AsyncClient, address: str) -> bool:
    return await offset(client, address) > 0


async def test_wrong_pieces_are_refused_and_change_nothing(loket: Loket, people: Town):
    resident = await people.resident()
    data = os.urandom(100 * KIB)
    digest = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    async with asking(loket, resident) as client:
        address = await created(client, people, resident, data)
        for headers, content, status in (
            (piece(5), b"x", 409),
            (piece(0, **{"upload-checksum": f"sha256 {digest}"}), b"x", 460),
            (piece(0, **{"upload-checksum": "md5 YQ=="}), b"x", 400),
            (piece(0), data + b"x", 413),
            (piece(0), bytes(1025 * KIB), 413),
            ({**piece(0), "content-type": "text/plain"}, b"x", 415),
            ({**piece(0), "tus-resumable": "0.9.0"}, b"x", 412),
            ({**VERSION, "content-type": piece(0)["content-type"]}, b"x", 400),
        ):
            answer = await client.patch(address, headers=headers, content=content)
            assert answer.status_code == status, (status, answer.text)
            assert await offset(client, address) == 0
        wrong = await client.patch(address, headers=piece(5), content=b"x")
        assert wrong.headers["upload-offset"] == "0"


async def test_an_upload_that_is_taken_back_is_gone(loket: Loket, people: Town):
    resident = await people.resident()
    async with asking(loket, resident) as client:
        address = await created(client, people, resident, photo())
        assert (await client.delete(address, headers=VERSION)).status_code == 204
        assert (await client.head(address, headers=VERSION)).status_code == 404
        assert (await client.delete(address, headers=VERSION)).status_code == 404


async def test_strangers_find_nothing_and_nobody_nothing_at_all(loket: Loket, people: Town):
    resident = await people.resident()
    async with asking(loket, resident) as client:
        address = await created(client, people, resident, photo())
    for person, status in ((await people.resident(), 404), (None, 401)):
        async with asking(loket, person) as client:
            answers = [
                await client.head(address, headers=VERSION),
                await client.patch(address, headers=piece(0), content=b"x"),
                await client.delete(address, headers=VERSION),
            ]
            assert [answer.status_code for answer in answers] == [status] * 3
    async with asking(loket) as nobody:
        told = creation(photo(), service="sktm", form_key=str(uuid4()))
        assert (await nobody.post("/unggah", headers=told)).status_code == 401


async def test_a_refusal_says_why_in_one_plain_sentence(loket: Loket, people: Town):
    resident = await people.resident()
    form = {"service": "sktm", "form_key": str(uuid4())}
    async with asking(loket, resident) as client:
        for told, status, sentence in (
            (creation(bytes(10_000_001), **form), 413, "lebih besar dari 10 MB"),
            (creation(b"", **form), 422, "kosong"),
            (creation(b"x", **form, kind="video/mp4"), 415, "bukan JPG, PNG"),
            (creation(b"x", **form, requirement="ijazah"), 404, "tidak dapat ditambahkan"),
            (creation(b"x", requirement="ktp"), 400, "form_key"),
        ):
            answer = await client.post("/unggah", headers=told)
            assert (answer.status_code, sentence in answer.text) == (status, True), answer.text
            assert answer.headers["content-type"].startswith("text/plain")
        [draft] = await people.drafts(resident)
        assert draft.upload_problems["ktp"][0] == "document.refused.kind"


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
async def test_another_site_cannot_upload_in_anyones_name(loket: Loket, people: Town, method: str):
    resident = await people.resident()
    async with asking(loket, resident) as client:
        address = await created(client, people, resident, photo())
        target = "/unggah" if method == "POST" else address
        for foreign in (
            {"origin": "https://jahat.example"},
            {"origin": "null"},
            {"sec-fetch-site": "cross-site"},
        ):
            headers = {**piece(0), **creation(b"x", service="sktm"), **foreign}
            answer = await client.request(method, target, headers=headers, content=b"x")
            assert answer.status_code == 403
        asked = {"origin": "https://jahat.example", "access-control-request-method": method}
        leave = await client.options(target, headers=asked)
        assert "access-control-allow-origin" not in leave.headers
        assert await offset(client, address) == 0
