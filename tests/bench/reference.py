"""The reference: a Starlette app that sends bytes which were recorded, and does nothing else.

`python -m tests.bench.reference FOLDER PORT` serves what `Recording.keep` wrote, on granian
with one worker, as Loket is served.
"""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.load import Answer

_FOLDER = "REFERENCE_FOLDER"
_LEFT_OUT = ("content-length", "date", "server", "transfer-encoding", "connection")


@dataclass(frozen=True, slots=True)
class Recording:
    """Answers by path, on disk."""

    folder: Path

    def keep(self, path: str, answer: Answer) -> None:
        """Keep an answer, byte for byte."""
        index = self.index()
        number = str(len(list(self.folder.iterdir())))
        (self.folder / number).write_bytes(answer.body)
        headers = {n: v for n, v in answer.headers.items() if n not in _LEFT_OUT}
        index[path] = {"file": number, "status": answer.status, "headers": headers}
        (self.folder / "index.json").write_text(json.dumps(index))

    def index(self) -> dict[str, Any]:
        """Return what there is."""
        file = self.folder / "index.json"
        return json.loads(file.read_text()) if file.exists() else {}


def application() -> Starlette:
    """Return the app; called in the worker."""
    folder = Path(os.environ[_FOLDER])
    kept = {
        path: ((folder / told["file"]).read_bytes(), told["status"], told["headers"])
        for path, told in Recording(folder).index().items()
    }

    async def send(request: Request) -> Response:
        body, status, headers = kept.get(request.url.path, (b"", 404, {}))
        return Response(body, status, headers)

    return Starlette(routes=[Route("/{rest:path}", send)])


def main(folder: str, port: int) -> None:
    """Serve until SIGTERM."""
    from granian.constants import Interfaces
    from granian.server import Server

    os.environ[_FOLDER] = folder
    Server(
        target=f"{__spec__.name}:application",
        factory=True,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        workers=1,
        log_enabled=False,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
