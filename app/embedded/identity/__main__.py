"""`python -m app.embedded.identity --folder F --public-url URL --port N` serves the provider."""

import argparse
import asyncio
import json
from pathlib import Path

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from joserfc.jwk import ECKey

from app.embedded.identity._authlib import ALGORITHM
from app.embedded.identity.accounts import demo_accounts
from app.embedded.identity.provider import Provider
from app.embedded.identity.server import IdentityServer
from app.embedded.kept import kept


def signing_key(folder: Path) -> ECKey:
    """Return the key that signs identity tokens, made once in `folder`."""

    def make() -> str:
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
        return json.dumps(key.as_dict(private=True))

    return ECKey.import_key(json.loads(kept(folder / "signing.key", make)))


async def serve(identity: IdentityServer) -> None:
    """Serve on loopback until the process is told to end; there is nothing to put in order.

    Raises:
        NotLoopback: the public address is one that others can reach.
    """
    app = Provider(identity.site, demo_accounts(), signing_key(identity.folder)).app()
    server = Server(
        app,
        address="127.0.0.1",
        port=identity.port,
        interface=Interfaces.ASGI,
        log_level=LogLevels.error,
    )
    await server.serve()


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m app.embedded.identity")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--public-url", required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    asyncio.run(serve(IdentityServer(given.folder, given.public_url, given.port)))


if __name__ == "__main__":
    _main()
