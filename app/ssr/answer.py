"""One whole answer, and what a request asks of its form."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.types import Scope, Send

from app.ssr.headers import Header
from app.ssr.renderer import Encoding


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer of ours."""

    status: int
    body: bytes = b""
    headers: Sequence[Header] = ()

    async def send(self, scope: Scope, send: Send) -> None:
        """Send it; to a HEAD without its body."""
        length = (b"content-length", str(len(self.body)).encode())
        await send(
            {
                "type": "http.response.start",
                "status": self.status,
                "headers": [length, *self.headers],
            }
        )
        body = b"" if scope["method"] == "HEAD" else self.body
        await send({"type": "http.response.body", "body": body})


def header(scope: Scope, name: bytes) -> str:
    """Return the first header of this name, in lower case, or nothing."""
    for key, value in scope["headers"]:
        if key == name:
            return value.decode("latin-1")
    return ""


def accepted_encoding(scope: Scope) -> Encoding:
    """Return the best compression that the request accepts of those we have."""
    offered = {part.split(";")[0].strip() for part in header(scope, b"accept-encoding").split(",")}
    return "br" if "br" in offered else "gzip" if "gzip" in offered else ""
