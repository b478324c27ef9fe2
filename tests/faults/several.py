"""Loket on two hosts: two web processes and two workers on the same stores, behind one nginx.

The first host and the stores are started as ever; the second gets the settings that the first
was told, and another port. Nothing else is different, which is the point.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.embedded.kinship import die_with
from tests.faults.harness import Fragile, fragile_loket, until
from tests.support.running import free_port

_REPO = Path(__file__).parents[2]
_AGAIN_SECONDS = 0.5
_STOP_SECONDS = 20
_START_SECONDS = 60
#: So long the proxy asks no more of a host that did not answer, in seconds.
_PROXY_FORGETS = 1
#: As docs/operations.md says, for two servers, on a machine of which nothing else is known.
_PROXY = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/unused;
    uwsgi_temp_path {folder}/unused;
    scgi_temp_path {folder}/unused;
    map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
    upstream loket {{
        server 127.0.0.1:{first} fail_timeout={forgets}s;
        server 127.0.0.1:{second} fail_timeout={forgets}s;
    }}
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 120m;
        location / {{
            proxy_pass http://loket;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_connect_timeout 2s;
            proxy_read_timeout 1h;
            proxy_request_buffering off;
        }}
    }}
}}
"""


@dataclass
class Kept:
    """A process that is started again when it ends, as an init system does."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    process: asyncio.subprocess.Process | None = None
    _keeping: "asyncio.Task[None] | None" = None

    def start(self) -> None:
        """Start it, and keep it."""
        self._keeping = asyncio.ensure_future(self._keep())

    async def kill(self) -> None:
        """Kill it, and whatever it has forked."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)

    async def restart(self) -> None:
        """Ask it to end, as for a new version, and return when the next one was started."""
        old = self.process
        assert old
        old.terminate()
        await until(lambda: self.process is not old, f"{self.name} starts again", _STOP_SECONDS)

    async def stop(self) -> None:
        """End it for good."""
        assert self._keeping
        self._keeping.cancel()
        await asyncio.gather(self._keeping, return_exceptions=True)
        if self.process and self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), _STOP_SECONDS)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.process.pid, signal.SIGKILL)

    async def _keep(self) -> None:
        while True:
            with self.log.open("ab") as said:
                self.process = await asyncio.create_subprocess_exec(
                    *self.command,
                    cwd=_REPO,
                    env=self.environment,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                    start_new_session=True,
                    preexec_fn=die_with(os.getpid(), signal.SIGTERM),
                )
            await self.process.wait()
            await asyncio.sleep(_AGAIN_SECONDS)


@dataclass(frozen=True, kw_only=True)
class Several(Fragile):
    """Loket behind its proxy, whose address is `url`.

    The processes that `Fragile` knows are those of the first host.

    Attributes:
        hosts: the addresses behind the proxy.
        web: the second host's.
        worker: the second host's.
        redis: shared by all; it keeps nothing on disk, so that one that was killed is empty.
    """

    hosts: tuple[str, str]
    web: Kept
    worker: Kept
    redis: Kept

    async def restart_one_by_one(self) -> None:
        """Restart web and worker of each host, as for a new version, each when all is well."""
        for name, kept in (("web", self.web), ("worker", self.worker)):
            await kept.restart()
            await self._all_are_ready()
            await self._end_the_first(name)
            await self._all_are_ready()

    async def _end_the_first(self, name: str) -> None:
        command = ["-m", "app", name]
        first = min(
            (one for one in self.processes(name) if one.cmdline()[1:] == command),
            key=lambda one: (one.create_time(), one.pid),
        )
        first.terminate()
        await until(lambda: not first.is_running(), f"{name} has ended", _STOP_SECONDS)

    async def _all_are_ready(self) -> None:
        for address in self.hosts:
            await replace(self, url=address).ready(_START_SECONDS)
        await asyncio.sleep(_PROXY_FORGETS + 1)  # or it would have nobody left to ask


@contextlib.asynccontextmanager
async def several_lokets() -> AsyncIterator[Several]:
    """Start the stores, two web processes, two workers, Redis and the proxy."""
    nginx, redis = _program("nginx"), _program("redis-server")
    proxy_port, second_port = free_port(), free_port()
    public = f"http://localhost:{proxy_port}"
    with _folder() as folder:
        socket = folder / "redis.sock"
        redis_command = (redis, "--port", "0", "--unixsocket", str(socket), "--save", "")
        kept_redis = Kept("redis", redis_command, dict(os.environ), folder / "redis.log")
        told = {"LOKET_PUBLIC_URL": public, "LOKET_REDIS_URL": f"unix://{socket}"}
        async with _kept(kept_redis), fragile_loket(**told) as first:
            behind = replace(first, url=public)
            settings = replace(behind.settings, port=second_port, redis_url=told["LOKET_REDIS_URL"])
            ours = {k: v for k, v in os.environ.items() if not k.startswith("LOKET_")}
            environment = {**ours, **settings.as_environment()}
            web, worker = (
                Kept(
                    name,
                    (sys.executable, "-m", "app", name),
                    environment,
                    folder / f"second-{name}.log",
                )
                for name in ("web", "worker")
            )
            ports = {"first": first.url.rpartition(":")[2], "second": second_port}
            conf = folder / "nginx.conf"
            conf.write_text(
                _PROXY.format(folder=folder, port=proxy_port, forgets=_PROXY_FORGETS, **ports)
            )
            proxy = Kept("nginx", (nginx, "-c", str(conf)), ours, folder / "nginx.log")
            async with _kept(web), _kept(worker), _kept(proxy):
                hosts = (first.url, f"http://localhost:{second_port}")
                for address in (hosts[1], public):
                    await replace(first, url=address).ready(_START_SECONDS)
                yield Several(
                    url=public,
                    data_dir=first.data_dir,
                    pid=first.pid,
                    points=first.points,
                    hosts=hosts,
                    web=web,
                    worker=worker,
                    redis=kept_redis,
                )


@contextlib.asynccontextmanager
async def _kept(process: Kept) -> AsyncIterator[None]:
    process.start()
    try:
        yield
    finally:
        await process.stop()


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="lk-two-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if path is None:
        pytest.skip(f"{name} is not on this machine")
    return path
