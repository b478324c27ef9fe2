"""Handing one prefix on to another server."""

from collections.abc import AsyncIterator, Callable

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from app.embedded.proxy import forward


async def mirror(request: Request) -> Response:
    """Tell what arrived."""
    body = (await request.body()).decode()
    told = {"path": request.url.path, "query": request.url.query, "body": body}
    cookies = {"set-cookie": "upstream=1", "location": "http://localhost/x"}
    headers = dict(request.headers)
    return JSONResponse({**told, "headers": headers}, 401, cookies)


@pytest.fixture
async def site(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx2.AsyncClient]:
    upstream = Starlette(routes=[Route("/{path:path}", mirror, methods=["GET", "POST"])])
    real = httpx2.AsyncClient

    def to_upstream(**options: object) -> httpx2.AsyncClient:
        return real(base_url=str(options["base_url"]), transport=httpx2.ASGITransport(upstream))

    monkeypatch.setattr(httpx2, "AsyncClient", to_upstream)
    app = Starlette(routes=[Mount("/identitas", forward("http://127.0.0.1:4000", "/identitas"))])
    async with real(transport=httpx2.ASGITransport(app), base_url="http://localhost") as client:
        yield client


async def test_the_prefix_goes_and_the_query_stays_to_the_letter(site: httpx2.AsyncClient) -> None:
    told = (await site.get("/identitas/authorize?a=1%2F2&b=x+y&b=")).json()
    assert told["path"] == "/authorize"
    assert told["query"] == "a=1%2F2&b=x+y&b="


async def test_a_form_arrives_whole(site: httpx2.AsyncClient) -> None:
    told = (await site.post("/identitas/authorize", data={"username": "Ñandé"})).json()
    assert told["body"] == "username=%C3%91and%C3%A9"
    assert told["headers"]["content-type"] == "application/x-www-form-urlencoded"


async def test_status_and_address_come_back(site: httpx2.AsyncClient) -> None:
    answer = await site.get("/identitas/x")
    assert answer.status_code == 401
    assert answer.headers["location"] == "http://localhost/x"


async def test_cookies_and_secrets_of_the_site_stay_with_it(site: httpx2.AsyncClient) -> None:
    answer = await site.get(
        "/identitas/x", headers={"cookie": "session=rahasia", "authorization": "Bearer rahasia"}
    )
    assert "rahasia" not in answer.text
    assert "set-cookie" not in answer.headers


async def test_a_body_that_is_too_long_is_refused(site: httpx2.AsyncClient) -> None:
    assert (await site.post("/identitas/x", content=b"x" * 70_000)).status_code == 413


@pytest.mark.parametrize(
    ("away", "text"),
    [(None, ""), (lambda: PlainTextResponse("sebentar", 503), "sebentar")],
)
async def test_a_server_that_is_away_is_said_to_be_away(
    away: Callable[[], Response] | None, text: str
) -> None:
    # Port 1 of loopback: nobody listens there.
    upstream = ("http://127.0.0.1:1", "/identitas")
    app = forward(*upstream, away) if away else forward(*upstream)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/identitas/authorize")
    assert (answer.status_code, answer.text) == (503, text)
    assert answer.headers["retry-after"] == "3"
