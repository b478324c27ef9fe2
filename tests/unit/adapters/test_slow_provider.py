"""A sign-in provider that is dead, or takes connections and says nothing, is away in time."""

import asyncio
import time

import pytest

from app.adapters.oidc import Attempt, ProviderUnavailable
from app.adapters.oidc.provider import Provider

_ATTEMPT = Attempt("state", "nonce", "verifier", "http://localhost/masuk/selesai", "/")


async def _silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await writer.wait_closed()


async def test_a_provider_that_says_nothing_is_away_after_its_patience():
    server = await asyncio.start_server(_silent, "127.0.0.1", 0)
    issuer = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    began = time.monotonic()
    with pytest.raises(ProviderUnavailable):
        await Provider(issuer, "loket", "secret", patience=0.3).begin(_ATTEMPT.redirect_uri, "/")
    with pytest.raises(ProviderUnavailable):
        await Provider(issuer, "loket", "secret", patience=0.3).finish(_ATTEMPT, {"code": "x"})
    assert time.monotonic() - began < 2
    server.close()


async def test_a_provider_that_leads_elsewhere_is_not_followed():
    asked: list[bytes] = []

    async def leading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(b"HTTP/1.1 302 Found\r\nlocation: /lain\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(leading, "127.0.0.1", 0)
    issuer = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with pytest.raises(ProviderUnavailable):
        await Provider(issuer, "loket", "secret").begin(_ATTEMPT.redirect_uri, "/")
    server.close()
    assert [line.split()[1] for line in asked] == [b"/.well-known/openid-configuration"]


async def test_a_dead_provider_is_away_at_once(unused_tcp_port: int):
    provider = Provider(f"http://127.0.0.1:{unused_tcp_port}", "loket", "secret")
    with pytest.raises(ProviderUnavailable):
        await provider.begin(_ATTEMPT.redirect_uri, "/")
