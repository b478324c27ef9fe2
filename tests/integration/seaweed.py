"""A SeaweedFS of its own for one test module, gone with its data afterwards."""

import asyncio
import json
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.port import StoreUnavailable
from storage.s3 import S3Store

_JWT = (
    "WEED_JWT_SIGNING_KEY",
    "WEED_JWT_SIGNING_READ_KEY",
    "WEED_JWT_FILER_SIGNING_KEY",
    "WEED_JWT_FILER_SIGNING_READ_KEY",
)


@dataclass(frozen=True)
class Seaweed:
    endpoint: str
    secret: str

    def store(self, bucket: str = "loket", secret: str | None = None) -> S3Store:
        return S3Store(
            self.endpoint, "loket", secret or self.secret, bucket, "us-east-1", secure=False
        )


@asynccontextmanager
async def running_seaweed() -> AsyncIterator[Seaweed]:
    folder = Path(tempfile.mkdtemp(prefix="loket-seaweed-"))
    secret = secrets.token_hex(16)
    ports = _free_ports(4)
    (folder / "s3.json").write_text(
        json.dumps(
            {
                "identities": [
                    {
                        "name": "loket",
                        "credentials": [{"accessKey": "loket", "secretKey": secret}],
                        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
                    }
                ]
            }
        )
    )
    process = await asyncio.create_subprocess_exec(
        *_command(folder, ports),
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "TMPDIR": str(folder)}
        | {name: secrets.token_hex(32) for name in _JWT},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        server = Seaweed(f"127.0.0.1:{ports[3]}", secret)
        await _answering(server)
        yield server
    finally:
        process.terminate()
        await process.wait()
        shutil.rmtree(folder)


def _command(folder: Path, ports: list[int]) -> list[str]:
    weed = shutil.which("weed", path=str(Path(sys.executable).parent)) or "weed"
    master, volume, filer, s3 = ports
    return [
        weed,
        *("mini", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}"),
        *(f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}"),
        *(f"-s3.port={s3}", f"-s3.config={folder / 's3.json'}"),
        *("-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.autoCreateBucket=false"),
        *("-master.telemetry=false", "-webdav=false", "-admin.ui=false"),
    ]


async def _answering(server: Seaweed) -> None:
    store = server.store()
    async with asyncio.timeout(30):
        while True:
            try:
                await store.ensure_bucket()
                break
            except StoreUnavailable:
                await asyncio.sleep(0.05)
    await store.close()


def _free_ports(count: int) -> list[int]:
    """Ports below 20000, for SeaweedFS listens for gRPC at each port plus 10000."""
    found: list[int] = []
    for port in range(10000 + secrets.randbelow(8000), 20000):
        with socket.socket() as probe, socket.socket() as grpc:
            try:
                probe.bind(("127.0.0.1", port))
                grpc.bind(("127.0.0.1", port + 10000))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            break
    return found
