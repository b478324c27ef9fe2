"""A sign-in provider, served over HTTP, telling one lie at a time."""

import asyncio
import base64
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.embedded.identity.accounts import demo_accounts
from app.embedded.identity.provider import Provider
from app.embedded.identity.site import Site
from tests.support.running import free_port

CLIENT, SECRET = "loket", "rahasia-klien-yang-cukup-panjang"
_ALGORITHM = "ES256"
#: What becomes of a token answer, and of any other JSON by its path.
Lie = Callable[["BadProvider", dict[str, Any]], dict[str, Any]]
#: Signs in as `warga1` at the address where Loket sends a browser; returns where it is sent then.
SignIn = Callable[[httpx2.AsyncClient, str], Awaitable[str]]


def new_key() -> ECKey:
    return ECKey.generate_key("P-256", {"use": "sig", "alg": _ALGORITHM}, auto_kid=True)


@dataclass
class BadProvider:
    """A provider whose answers at a path are changed as long as a lie is told there.

    Attributes:
        issuer: its name.
        address: where it is reached.
        key: with which it signs.
        honest: what it would answer.
        sign_in: what a browser does there.
        lies: by path.
    """

    issuer: str
    address: str
    key: ECKey
    honest: ASGIApp
    sign_in: SignIn
    lies: dict[str, Lie] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lie = self.lies.get(scope.get("path", "")) if scope["type"] == "http" else None
        if lie is None:
            await self.honest(scope, receive, send)
        else:
            await self._lied(lie, scope, receive, send)

    async def _lied(self, lie: Lie, scope: Scope, receive: Receive, send: Send) -> None:
        began: Message = {}
        body = b""

        async def kept(message: Message) -> None:
            nonlocal began, body
            if message["type"] == "http.response.start":
                began = message
            else:
                body += message.get("body", b"")

        await self.honest(scope, receive, kept)
        told = json.loads(body)
        body = json.dumps(lie(self, told) if began["status"] == 200 else told).encode()
        headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        await send({**began, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def signed(self, claims: dict[str, Any], key: ECKey | None = None, **header: Any) -> str:
        """Return an ID token by this provider's key, or by another."""
        by = key or self.key
        return jwt.encode({"alg": _ALGORITHM, "kid": self.key.kid, **header}, claims, by)


def claimed(**changes: Any) -> Lie:
    """Lie in the claims of the ID token, soundly signed; None takes one away."""

    def lie(provider: BadProvider, told: dict[str, Any]) -> dict[str, Any]:
        changed = {**claims_of(told), **changes}
        kept = {name: value for name, value in changed.items() if value is not None}
        return {**told, "id_token": provider.signed(kept)}

    return lie


def by_stranger(**header: Any) -> Lie:
    """Sign the ID token with a key that nobody knows."""
    return lambda provider, told: {
        **told,
        "id_token": provider.signed(claims_of(told), new_key(), **header),
    }


def with_own_key_in_header(provider: BadProvider, told: dict[str, Any]) -> dict[str, Any]:
    """Sign with a stranger's key, and bring it along."""
    key = new_key()
    token = jws.serialize_compact(
        {"alg": _ALGORITHM, "kid": key.kid, "jwk": key.as_dict(private=False)},
        json.dumps(claims_of(told)),
        key,
        registry=jws.JWSRegistry(algorithms=[_ALGORITHM]),
    )
    return {**told, "id_token": token}


def by_public_key(provider: BadProvider, told: dict[str, Any]) -> dict[str, Any]:
    """Sign with HS256, taking the public key for a shared secret."""
    return _by_secret(provider, told, provider.key.as_pem(private=False))


def by_client_secret(provider: BadProvider, told: dict[str, Any]) -> dict[str, Any]:
    """Sign with HS256 and the secret that both know."""
    return _by_secret(provider, told, SECRET.encode())


def _by_secret(provider: BadProvider, told: dict[str, Any], secret: bytes) -> dict[str, Any]:
    header = {"alg": "HS256", "kid": provider.key.kid}
    key = OctKey.import_key(base64.urlsafe_b64encode(secret))
    token = jwt.encode(header, claims_of(told), key, algorithms=["HS256"])
    return {**told, "id_token": token}


def unsigned(_: BadProvider, told: dict[str, Any]) -> dict[str, Any]:
    """Leave the signature out."""
    head, body = ({"alg": "none"}, claims_of(told))
    return {**told, "id_token": f"{_in_letters(head)}.{_in_letters(body)}."}


def of_somebody_else(_: BadProvider, told: dict[str, Any]) -> dict[str, Any]:
    """Put somebody else's name between a sound head and its signature."""
    head, _body, signature = told["id_token"].split(".")
    body = _in_letters({**claims_of(told), "sub": "camat"})
    return {**told, "id_token": f"{head}.{body}.{signature}"}


def claims_of(told: dict[str, Any]) -> dict[str, Any]:
    """Return what the ID token of a token answer claims."""
    body = told["id_token"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def _in_letters(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def hours(count: float) -> int:
    """Return a moment as tokens write it, so many hours from now."""
    return int(time.time() + count * 3_600)


@asynccontextmanager
async def embedded_provider(public_url: str) -> AsyncIterator[BadProvider]:
    """Serve Loket's own provider on a port of its own, for the site at `public_url`."""
    port, key = free_port(), new_key()
    site = Site(public_url, f"http://127.0.0.1:{port}", CLIENT, SECRET)
    honest = Provider(site, demo_accounts(), key).app()
    provider = BadProvider(site.issuer, site.internal, key, honest, _at_the_embedded)
    async with served(provider, port):
        yield provider


async def _at_the_embedded(browser: httpx2.AsyncClient, address: str) -> str:
    typed = {"username": "warga1", "password": "loket-demo"}
    told = await browser.post(f"/authorize?{urlsplit(address).query}", data=typed)
    return told.headers["location"]


@asynccontextmanager
async def served(provider: BadProvider, port: int) -> AsyncIterator[None]:
    """Serve a provider until the block ends; it answers when the block begins."""
    serving = asyncio.create_task(_serve(provider, port))
    try:
        await _up(f"http://127.0.0.1:{port}/jwks", serving)
        yield
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def _serve(app: ASGIApp, port: int) -> None:
    server = Server(
        app,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        log_level=LogLevels.critical,
    )
    try:
        await server.serve()
    finally:
        server.stop()


async def _up(url: str, serving: "asyncio.Task[None]") -> None:
    async with httpx2.AsyncClient(trust_env=False) as client, asyncio.timeout(10):
        while True:
            assert not serving.done(), serving
            with contextlib.suppress(httpx2.TransportError):
                if (await client.get(url)).status_code == 200:
                    return
            await asyncio.sleep(0.02)
