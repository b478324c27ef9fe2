"""Hand requests below one prefix on to another server, so that all is on one port."""

from collections.abc import Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

#: Sent on: what a form and a page need. Cookies are the site's own and stay with it.
_REQUEST_HEADERS = frozenset({"accept", "accept-language", "content-type", "user-agent"})
_RESPONSE_HEADERS = frozenset(
    {
        "cache-control",
        "content-security-policy",
        "content-type",
        "location",
        "referrer-policy",
        "retry-after",
        "www-authenticate",
        "x-content-type-options",
        "x-frame-options",
    }
)
_LARGEST_BODY = 65_536
_SECONDS = 10.0
_RETRY_SECONDS = "3"


def _plainly_away() -> Response:
    return Response(status_code=503)


def forward(upstream: str, prefix: str, away: Callable[[], Response] = _plainly_away) -> ASGIApp:
    """Return an app that answers what `upstream` answers to the path without `prefix`.

    Args:
        upstream: scheme, host and port.
        prefix: what browsers see before the path, such as `/identitas`.
        away: makes the answer when `upstream` does not give one; its status stays.
    """
    # httpx2 is slow to import, and most processes never forward anything.
    client = None

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal client
        import httpx2

        if client is None:
            client = httpx2.AsyncClient(base_url=upstream, timeout=_SECONDS, trust_env=False)
        request = Request(scope, receive)
        body = await _body(request)
        if body is None:
            await Response(status_code=413)(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        path = "/" + scope["path"].removeprefix(prefix).lstrip("/")
        try:
            answered = await client.request(
                request.method,
                httpx2.URL(path, query=query.encode("latin-1")),
                content=body,
                headers={k: v for k, v in request.headers.items() if k in _REQUEST_HEADERS},
            )
        except httpx2.TransportError:
            response = away()
            response.headers["retry-after"] = _RETRY_SECONDS
        else:
            kept = {k: v for k, v in answered.headers.items() if k in _RESPONSE_HEADERS}
            response = Response(answered.content, answered.status_code, kept)
        await response(scope, receive, send)

    return app


async def _body(request: Request) -> bytes | None:
    """Return the whole body, None when it is too long."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LARGEST_BODY:
                return None
    except ClientDisconnect:
        return None
    return body
