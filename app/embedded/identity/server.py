"""The provider as a part: its lasting secrets, its own process, its readiness."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from app.embedded.identity.site import Site
from app.embedded.kept import kept, kept_ports, known_ports, new_secret, private_folder
from app.embedded.supervisor import Part

NAME = "identity"
_CLIENT = "loket"
_PROJECT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class IdentityServer:
    """The provider that keeps its key and its client's secret in `folder`."""

    folder: Path
    public_url: str
    port: int

    @property
    def site(self) -> Site:
        """Where it is reached and by whom.

        Raises:
            NotLoopback: others than this machine could reach it.
        """
        secret = kept(self.folder / "client.secret", new_secret)
        return Site(self.public_url, self.internal, _CLIENT, secret)

    @property
    def internal(self) -> str:
        """Where this machine's processes ask it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def metadata_url(self) -> str:
        """Where its discovery document is read."""
        return f"{self.internal}/.well-known/openid-configuration"

    def part(self) -> Part:
        """Return the provider, ready when it shows its discovery document."""
        arguments = ("--folder", str(self.folder), "--public-url", self.site.public_url)
        return Part(
            name=NAME,
            command=(
                *(sys.executable, "-m", "app.embedded.identity", *arguments),
                *("--port", str(self.port)),
            ),
            ready=self._ready,
            environment={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(_PROJECT)},
            folder=self.folder,
        )

    async def _ready(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(
                b"GET /.well-known/openid-configuration HTTP/1.1\r\n"
                b"host: 127.0.0.1\r\nconnection: close\r\n\r\n"
            )
            async with asyncio.timeout(1):
                answer = await reader.read()
            writer.close()
        except (OSError, TimeoutError):
            return False
        return json.dumps(self.site.issuer).encode() in answer


def find_identity(folder: Path, public_url: str, taken: frozenset[int] | None) -> IdentityServer:
    """Return the provider of `folder`, on a free port that is not among `taken`.

    `taken` is None for the one that is running there already.
    """
    record = private_folder(folder) / "ports.json"
    ports = known_ports(record) if taken is None else kept_ports(record, (NAME,), taken)
    return IdentityServer(folder, public_url, ports[NAME])
