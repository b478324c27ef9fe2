"""The embedded servers of one data folder, as settings that say where they are."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from app.embedded.identity.server import IdentityServer, find_identity
from app.embedded.lock import sole_user
from app.embedded.postgres import Postgres, find_postgres
from app.embedded.privilege import Manner
from app.embedded.seaweedfs import BUCKET, REGION, SeaweedFS, find_seaweedfs
from app.embedded.supervisor import Supervisor, together
from app.settings import OidcSettings, S3Settings, Settings, load


def _say_nothing(_words: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class _Servers:
    """The servers that `settings` do not name."""

    postgres: Postgres | None
    seaweedfs: SeaweedFS | None
    identity: IdentityServer | None

    @property
    def are_new(self) -> bool:
        """Whether one of them holds nothing yet."""
        stores = (self.postgres, self.seaweedfs)
        return any(store is not None and store.is_new for store in stores)

    def named_in(self, settings: Settings) -> Settings:
        """Return `settings` with these servers in place of those that were not named."""
        if self.postgres:
            settings = replace(
                settings,
                database_url=self.postgres.url,
                database_owner_url=self.postgres.owner_url,
            )
        if store := self.seaweedfs:
            s3 = S3Settings(
                store.endpoint, store.access_key, store.secret_key, BUCKET, REGION, secure=False
            )
            settings = replace(settings, s3=s3)
        if self.identity:
            site = self.identity.site
            oidc = OidcSettings(
                site.issuer, site.client_id, site.client_secret, self.identity.metadata_url
            )
            settings = replace(settings, oidc=oidc, identity_upstream=self.identity.internal)
        return settings


class Stack:
    """Starts the embedded servers on a data folder, and stops them when it is left.

    `async with Stack(folder) as settings:` gives settings for servers that answer. The
    folder is for one Stack at a time; what was in it is used again.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        public_url: str = "http://localhost:8000",
        identity: bool = False,
        manner: Manner | None = None,
        say: Callable[[str], None] = _say_nothing,
        settings: Settings | None = None,
    ) -> None:
        """Prepare for `data_dir`; the sign-in server is started only with `identity`.

        `settings`, if given, say all else, and which servers are not needed.

        Raises:
            SettingsError: `public_url` is not an address.
        """
        self._base = settings or _settings_for(data_dir, public_url)
        self._with_identity = identity
        self._manner: Manner | None = manner
        self._say = say
        self._waits = True
        self._leaving = AsyncExitStack()
        self._up: asyncio.Task[None] | None = None
        self.supervisor = Supervisor(self._base.data_dir / "log", say)
        #: Whether a store holds nothing yet; known once entered.
        self.is_new = False

    @classmethod
    def missing_in(cls, settings: Settings, say: Callable[[str], None]) -> "Stack":
        """Return the servers that `settings` do not name.

        Entering it does not wait: the addresses are known before the servers answer, so
        that other work can be done meanwhile; `up` waits.
        """
        stack = cls(settings.data_dir, identity=True, say=say, settings=settings)
        stack._waits = False
        return stack

    async def __aenter__(self) -> Settings:
        """Start what is missing.

        Raises:
            DataFolderInUse: by another Loket.
            NotLoopback: the demo sign-in was asked to serve others than this machine.
            PartFailed: a server is not there, or does not start.
        """
        async with AsyncExitStack() as leaving:
            leaving.enter_context(sole_user(self._base.data_dir))
            taken = frozenset({self._base.port})
            servers = _find(self._base, taken, identity=self._with_identity, manner=self._manner)
            self.is_new = servers.are_new
            settings = servers.named_in(self._base)
            await leaving.enter_async_context(self.supervisor)
            self._up = asyncio.create_task(self._start(servers))
            leaving.push_async_callback(self._give_up_starting)
            if self._waits:
                await self.up()
            self._leaving = leaving.pop_all()
        return settings

    async def __aexit__(self, *_: object) -> None:
        await self._leaving.aclose()

    async def up(self) -> None:
        """Wait until every server answers.

        Raises:
            PartFailed: one does not start.
        """
        if self._up is None:
            raise RuntimeError("not entered")
        await asyncio.shield(self._up)

    async def _give_up_starting(self) -> None:
        if self._up:
            self._up.cancel()
            await asyncio.gather(self._up, return_exceptions=True)

    async def _start(self, servers: _Servers) -> None:
        starts = []
        if servers.postgres:
            starts.append(self._start_postgres(servers.postgres))
        if servers.seaweedfs:
            starts.append(self._start_seaweedfs(servers.seaweedfs))
        if servers.identity:
            starts.append(self.supervisor.start(servers.identity.part()))
        await together(*starts)

    async def _start_postgres(self, postgres: Postgres) -> None:
        if postgres.is_new:
            await asyncio.to_thread(postgres.set_up)
        await self.supervisor.start(postgres.part())

    async def _start_seaweedfs(self, seaweedfs: SeaweedFS) -> None:
        await self.supervisor.start(seaweedfs.part())
        await seaweedfs.set_up()


def _settings_for(data_dir: Path, public_url: str) -> Settings:
    port = urlsplit(public_url).port or 80
    named = {"DATA_DIR": str(data_dir), "PUBLIC_URL": public_url, "PORT": str(port)}
    return load({f"LOKET_{name}": value for name, value in named.items()}, None)


def settings_of_running(settings: Settings) -> Settings:
    """Return `settings` with the addresses of the servers that another process keeps up.

    Raises:
        FileNotFoundError: none were ever started on this data folder.
    """
    return _find(settings, None, identity=True, manner=None).named_in(settings)


def _find(
    settings: Settings, taken: frozenset[int] | None, *, identity: bool, manner: Manner | None
) -> _Servers:
    folder = settings.data_dir
    postgres = seaweedfs = provider = None
    if settings.database_url is None:
        postgres = find_postgres(folder / "postgres", manner)
    if settings.s3 is None:
        seaweedfs = find_seaweedfs(folder / "seaweedfs", taken)
    if settings.oidc is None and identity:
        also = None if taken is None else taken | set(seaweedfs.ports.values() if seaweedfs else ())
        provider = find_identity(folder / "identity", settings.public_url, also)
    return _Servers(postgres, seaweedfs, provider)
