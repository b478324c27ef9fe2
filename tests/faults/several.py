"""Loket on two hosts: two web processes and two workers on the same stores, behind one nginx.

Hosts, stores and proxy each stand in a network namespace of its own where this machine allows it,
otherwise side by side on loopback. Each host gets the same settings but for its own address.
"""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from app.embedded.supervisor import Part, Supervisor
from app.settings import Settings, load
from tests.faults.harness import Fragile, until
from tests.faults.network import NoNetwork, Place, carried, network
from tests.faults.report import note
from tests.support.running import free_port

_REPO = Path(__file__).parents[2]
_STOP_SECONDS = 20
#: The pages may have to be built.
_START_SECONDS = 600
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
        server {first} fail_timeout={forgets}s;
        server {second} fail_timeout={forgets}s;
    }}
    server {{
        listen {listens};
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


@dataclass(frozen=True)
class Host:
    """One of two: where it stands, and its own settings."""

    place: Place
    settings: Settings

    @property
    def address(self) -> str:
        """Where the proxy asks it."""
        return f"{self.settings.host}:{self.settings.port}"


@dataclass(frozen=True, kw_only=True)
class Several(Fragile):
    """Loket behind its proxy, whose address is `url`.

    Attributes:
        hosts: two of them.
        told: what a host is told, at addresses that this process reaches as well.
        supervisor: keeps up `web-0`, `worker-0`, `web-1`, `worker-1`, and the `redis` of both,
            which keeps nothing on disk, so that one that was killed is empty.
    """

    hosts: tuple[Host, Host]
    told: Settings
    supervisor: Supervisor

    @property
    def settings(self) -> Settings:
        """Those of a host."""
        return self.told

    async def kill(self, victim: str) -> list[int]:
        """Kill one process, with whatever it has forked."""
        pid = self.supervisor.pid(victim)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        return [pid]

    async def restart_one_by_one(self) -> None:
        """Restart web and worker of each host, as for a new version, each when all is well."""
        for name in ("web-1", "worker-1", "web-0", "worker-0"):
            old = self.supervisor.pid(name)
            os.kill(old, signal.SIGTERM)
            await until(
                lambda name=name, old=old: self.supervisor.pid(name) != old,
                f"{name} starts again",
                _STOP_SECONDS,
            )
            await self.all_are_ready()

    async def all_are_ready(self) -> None:
        """Return when each host says that it is, and the proxy asks it again."""
        for host in self.hosts:
            await replace(self, url=f"http://{host.address}").ready(60)
        await asyncio.sleep(_PROXY_FORGETS + 1)


@contextlib.asynccontextmanager
async def several_lokets() -> AsyncIterator[Several]:
    """Start the stores, two web processes, two workers, Redis and the proxy."""
    nginx, redis = _program("nginx"), _program("redis-server")
    port = free_port()
    with _folder() as folder, _places() as (stores, proxy, *homes):
        async with Supervisor(folder / "log", note) as supervisor:
            start = _Starting(supervisor)
            await supervisor.run(_part("build", Place(), _python("app", "build")))
            told = replace(
                await _stores(start, stores, folder, port),
                redis_url=await _redis(start, stores, redis),
                proxies=("127.0.0.1", str(ip_network(f"{proxy.address}/24", strict=False))),
            )
            first, second = [
                await _host(start, number, place, told) for number, place in enumerate(homes)
            ]
            conf, public = folder / "nginx.conf", f"{proxy.address}:{port}"
            among = {"first": first.address, "second": second.address, "listens": public}
            conf.write_text(_PROXY.format(folder=folder, forgets=_PROXY_FORGETS, **among))
            await start("nginx", proxy, (nginx, "-c", str(conf)))
            async with contextlib.AsyncExitStack() as line:
                if proxy.line:  # people are on this machine, as the public address is
                    await line.enter_async_context(carried("127.0.0.1", public, port))
                loket = Several(
                    url=f"http://localhost:{port}",
                    data_dir=told.data_dir,
                    pid=os.getpid(),
                    hosts=(first, second),
                    told=told,
                    supervisor=supervisor,
                )
                await loket.all_are_ready()
                await loket.ready()
                yield loket


@dataclass(frozen=True)
class _Starting:
    supervisor: Supervisor

    async def __call__(
        self,
        name: str,
        place: Place,
        command: tuple[str, ...],
        environment: Mapping[str, str] | None = None,
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        async def is_ready() -> bool:
            return ready()

        part = _part(name, place, command, environment)
        await self.supervisor.start(replace(part, ready=is_ready))


def _part(
    name: str,
    place: Place,
    command: tuple[str, ...],
    environment: Mapping[str, str] | None = None,
) -> Part:
    others = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
    return Part(
        name=name,
        command=(*place.prefix, *command),
        environment={**others, **(environment or {})},
        folder=_REPO,
        stop_seconds=_STOP_SECONDS,
        orphan_signal=signal.SIGTERM,
        start_seconds=_START_SECONDS,
        stops_at=0 if name == "stores" else 1,
    )


def _python(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", *words)


async def _stores(start: _Starting, place: Place, folder: Path, port: int) -> Settings:
    told = folder / "settings.json"
    command = _python("tests.faults.stores", str(folder), place.address, str(port))
    await start("stores", place, command, ready=told.exists)
    return load(json.loads(told.read_text()), None)


async def _redis(start: _Starting, place: Place, program: str) -> str:
    port = free_port()
    where = ("--bind", place.address, "--port", str(port), "--protected-mode", "no")
    await start("redis", place, (program, *where, "--save", ""))
    return f"redis://{place.address}:{port}"


async def _host(start: _Starting, number: int, place: Place, told: Settings) -> Host:
    settings = replace(told, host=place.address, port=free_port())
    for name in ("web", "worker"):
        environment = settings.as_environment()
        await start(f"{name}-{number}", place, _python("app", name), environment)
    return Host(place, settings)


@contextlib.contextmanager
def _places() -> Iterator[list[Place]]:
    """Give four places: each a network namespace, or all of them this machine."""
    with contextlib.ExitStack() as leaving:
        try:
            made = leaving.enter_context(network())
        except NoNetwork as error:
            note(f"two hosts: side by side on this machine, as {error}")
            yield [Place()] * 4
        else:
            yield [made.place() for _ in range(4)]


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
