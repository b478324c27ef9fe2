"""npm's `oidc-provider`, run by bun, whose answers pass through a `BadProvider`."""

import asyncio
import contextlib
import fcntl
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.embedded.kinship import die_with
from app.ssr.toolchain import find_bun, run_bun
from tests.support.bad_provider import CLIENT, SECRET, BadProvider, new_key, served
from tests.support.running import free_port

_HERE = Path(__file__).parent
_OF_THE_LINE = {b"connection", b"content-length", b"content-encoding", b"transfer-encoding"}
_TYPED = ({"prompt": "login", "login": "warga1", "password": "-"}, {"prompt": "consent"})


@asynccontextmanager
async def npm_provider(callback: str) -> AsyncIterator[BadProvider]:
    """Serve it on a port of its own, for a client that is sent back to `callback`."""
    await asyncio.to_thread(_installed)
    origin, port, key = free_port(), free_port(), new_key()
    issuer = f"http://127.0.0.1:{port}"
    client = {"client_id": CLIENT, "client_secret": SECRET, "redirect_uris": [callback]}
    jwks = {"keys": [key.as_dict(private=True)]}
    told = {"issuer": issuer, "port": origin, "client": client, "jwks": jwks}
    # What is in cookies is the browser's alone.
    forgetful = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    async with httpx2.AsyncClient(trust_env=False, verify=False, cookies=forgetful) as client:
        provider = BadProvider(issuer, issuer, key, _passed_on(client, origin), _sign_in)
        async with _running(json.dumps(told)), served(provider, port):
            yield provider


def _installed() -> None:
    """Install what the lock names, once however many ask for it."""
    with (_HERE / "package.json").open() as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        run_bun(_HERE, "install", "--frozen-lockfile")


@asynccontextmanager
async def _running(told: str) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        find_bun(),
        "server.js",
        cwd=_HERE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        preexec_fn=die_with(os.getpid(), signal.SIGKILL),
    )
    assert process.stdin
    process.stdin.write(told.encode())
    process.stdin.close()
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _passed_on(client: httpx2.AsyncClient, port: int) -> Starlette:
    """Return an app that answers what the provider at `port` answers; 503 until it does."""

    async def answer(request: Request) -> Response:
        address = str(request.url.replace(scheme="http", hostname="127.0.0.1", port=port))
        try:
            answer = await client.request(
                request.method, address, content=await request.body(), headers=request.headers.raw
            )
        except httpx2.TransportError:
            return Response(status_code=503)
        response = Response(answer.content, answer.status_code)
        kept = [pair for pair in answer.headers.raw if pair[0].lower() not in _OF_THE_LINE]
        response.raw_headers += [(name.lower(), value) for name, value in kept]
        return response

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


async def _sign_in(browser: httpx2.AsyncClient, address: str) -> str:
    """Type a name, agree that Loket learns it, and return where the browser is sent back to."""
    answer = await _led_on(browser, await browser.get(address))
    for typed in _TYPED:
        assert answer.status_code == 200, answer.text
        answer = await _led_on(browser, await browser.post(answer.url, data=typed))
    return answer.headers["location"]


async def _led_on(browser: httpx2.AsyncClient, answer: httpx2.Response) -> httpx2.Response:
    """Return the page that a browser is led to, or the answer that leads it away from here."""
    while answer.has_redirect_location:
        there = answer.url.join(answer.headers["location"])
        if there.port != answer.url.port:
            break
        answer = await browser.get(there)
    return answer
