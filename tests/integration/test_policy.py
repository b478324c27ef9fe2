"""Every answer, of whatever kind, says what a browser may do with it."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx2

from app import routes
from app.domain.identity import Role
from app.domain.workflow import Step
from app.usecases import letters
from tests.factories import Person, Town
from tests.support.access import ROWS, Row
from tests.support.asking import asking
from tests.support.running import Loket

_BUILT = Path(__file__).parents[2] / ".web" / "build" / "client"
_NONCE = re.compile(r"'nonce-([\w-]{22})'")
_TOO_LONG = 121_000_000


def faults_of(answer: httpx2.Response) -> Iterator[str]:
    """Say what an answer lets a browser do that it should not."""
    headers, policy = answer.headers, answer.headers.get("content-security-policy", "")
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";") if rule.strip()}
    if "unsafe" in policy or "*" in policy or "http:" in policy.replace("http://localhost", ""):
        yield f"lax: {policy}"
    if "sandbox" not in rules and "default-src" not in rules:
        yield "no default-src"
    if rules.get("frame-ancestors") != ["'none'"] and "x-frame-options" not in headers:
        yield "may be framed"
    if headers.get("x-content-type-options") != "nosniff":
        yield "may be sniffed"
    if headers.get("referrer-policy") not in ("same-origin", "no-referrer"):
        yield "tells others where one was"
    if "server" in headers and re.search(r"\d", headers["server"]):
        yield "names its version"
    inline = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", answer.text) if _is_page(answer) else []
    allowed = set(_NONCE.findall(policy))
    for tag in inline:
        used = re.search(r'nonce="([^"]*)"', tag)
        is_data = 'type="application/json"' in tag
        if not is_data and not (used and (used[1] in allowed or "'sha256-" in policy)):
            yield f"a script that its policy does not name: {tag}"
    if _is_page(answer) and re.search(r"<[^>]+\s(?:style|on[a-z]+)=\"", answer.text):
        yield "a style or a handler in an attribute"


def _is_page(answer: httpx2.Response) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")


async def test_every_address_answers_with_a_policy_whoever_asks(loket: Loket, people: Town):
    resident, officer = await people.resident(), await people.staff(Role.OFFICER)
    case = await _done(people, resident)
    letter = await people.letter(case)
    assert letter
    token = await letters.link_for_resident(people.parts, resident.actor, case, resident.session)
    parts = {"reference": case, "key": "sku", "code": letter.code, "token": token, "page": "1"}
    parts |= {name: str(uuid4()) for name in ("document", "upload", "session")}
    found: set[str] = set()
    nonces: list[str] = []
    for person in (None, resident, officer):
        async with asking(loket, person) as client:
            for row in ROWS:
                if row.route == routes.SIGN_OUT and person:
                    continue
                answer = await _asked(client, row, parts)
                found |= {f"{row.method} {row.route}: {fault}" for fault in faults_of(answer)}
                nonces += _NONCE.findall(answer.headers.get("content-security-policy", ""))
    assert found == set()
    assert len(nonces) > len(ROWS)
    assert len(set(nonces)) == len(nonces), "a nonce was used again"


async def _done(people: Town, resident: Person) -> str:
    number = await people.ready_to_sign(resident)
    await people.step(await people.staff(Role.HEAD), number, Step.SIGN)
    await people.settled(number)
    return number


async def _asked(client: httpx2.AsyncClient, row: Row, parts: dict[str, str]) -> httpx2.Response:
    return await client.request(
        row.method, row.address("id", parts), data=row.sent(parts), headers=row.headers
    )


async def test_what_goes_wrong_is_answered_with_a_policy(loket: Loket, people: Town):
    """404, 405, 403, 413 both ways, 304, 400, and what operators and other servers answer."""
    asked = [
        *(("GET", path) for path in ("/tidak/ada", "/en/x", "/%2e%2e/etc/passwd", "/unduh/x")),
        *(("GET", path) for path in ("/healthz", "/readyz", "/metrics", "/identitas/jwks")),
        *(("GET", path) for path in ("/identitas/x", "/identitas/authorize", "/_event/", "/_x")),
        *(("PUT", path) for path in ("/", "/keluar", "/healthz", "/app.css", "/unggah/x")),
        *(("TRACE", path) for path in ("/", "/permohonan")),
        ("POST", "/"),
        ("OPTIONS", "/permohonan"),
    ]
    seen: set[int] = set()
    found: list[str] = []
    async with asking(loket, await people.resident()) as client:
        answers = [(f"{m} {path}", await client.request(m, path)) for m, path in asked]
        foreign = {"origin": "https://jahat.example"}
        answers.append(("refused", await client.post("/keluar", headers=foreign)))
        answers.append(("too long", await _announced(loket, _TOO_LONG)))
    async with asking(loket) as stranger:
        first = await stranger.get("/")
        known = {"if-none-match": first.headers["etag"]}
        answers.append(("unchanged", await stranger.get("/", headers=known)))
    for name, answer in answers:
        seen.add(answer.status_code)
        found += [f"{name} {answer.status_code}: {fault}" for fault in faults_of(answer)]
    assert found == []
    assert {200, 304, 400, 403, 404, 405, 413} <= seen


async def _announced(loket: Loket, size: int) -> httpx2.Response:
    """Return what is said to who announces a body of `size` bytes, before it is sent."""
    host = loket.url.removeprefix("http://")
    reader, writer = await asyncio.open_connection(*host.split(":"))
    writer.write(
        f"POST /verifikasi HTTP/1.1\r\nhost: {host}\r\norigin: {loket.url}\r\n"
        f"content-length: {size}\r\nconnection: close\r\n\r\n".encode()
    )
    status = int((await reader.readline()).split()[1])
    headers = [
        (name.decode().lower(), value.strip().decode())
        for line in (await reader.readuntil(b"\r\n\r\n")).strip().split(b"\r\n")
        for name, _, value in [line.partition(b":")]
    ]
    writer.close()
    return httpx2.Response(status, headers=headers)


async def test_who_is_refused_in_the_middle_of_a_long_form_is_told_so(loket: Loket):
    file = {"document.ktp": ("ktp.jpg", bytes(4 << 20), "image/jpeg")}
    async with asking(loket) as stranger:
        for _ in range(8):
            told = await stranger.post("/layanan/sktm/ajukan", data={"action": "save"}, files=file)
            assert told.headers["location"].startswith("/masuk")


async def test_every_kind_of_file_is_answered_with_a_policy(loket: Loket):
    kinds = {
        path.suffix: f"/{path.relative_to(_BUILT)}"
        for path in sorted(_BUILT.rglob("*"))
        if path.is_file() and path.suffix not in (".br", ".gz")
    }
    assert {".js", ".css", ".png"} <= kinds.keys()
    async with asking(loket) as client:
        for path in (*kinds.values(), "/sw.js", "/manifest.webmanifest", "/assets/none.js"):
            for headers in ({}, {"range": "bytes=0-9"}):
                answer = await client.get(path, headers=headers)
                assert list(faults_of(answer)) == [], path
