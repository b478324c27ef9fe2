"""What the operator may decide: one frozen object, read once, validated at the start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app import secret_keys
from app.environment import Environment, SettingsError, is_loopback, read_env_file
from storage.spool import IN_MEMORY

__all__ = ["OidcSettings", "S3Settings", "Settings", "SettingsError", "current", "load"]

#: Of commands only: web and worker never have it.
OWNER_URL = "LOKET_DATABASE_OWNER_URL"
#: Said where it is so.
ONE_LOGIN = (
    "the login of LOKET_DATABASE_URL owns the tables, so that SQL on its connections could switch"
    " row security off; set LOKET_DATABASE_OWNER_URL to part the two (docs/operations.md)"
)
_LARGEST_PORT = 65535
_MOST_WORKERS = 64
_POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")


@dataclass(frozen=True, slots=True)
class S3Settings:
    """One bucket of one S3 storage; `endpoint` is `host[:port]`, `secure` says https."""

    endpoint: str
    access_key: str
    secret_key: str = field(repr=False)
    bucket: str
    region: str
    secure: bool


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """The OpenID Connect provider.

    `metadata_url` is where this process reads the provider's discovery document;
    None: below the issuer, as the standard says. `classes` are those of sign-ins (`acr`)
    that count; none: any.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    metadata_url: str | None = None
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is decided outside the code.

    `database_url`, `s3` and `oidc` are None where an embedded server shall do it; in a process
    that Loket started itself they are always filled in. `database_owner_url` is the address of
    the same database for the login that owns its tables; None: `database_url` is that one's, or
    this process shall not know it. `identity_upstream` is where the
    web process forwards what browsers ask of the embedded provider. With `former_keys` what an
    earlier `secret_key` sealed can be read. `proxies` are the addresses and networks whose word on
    where a request came from is taken. `points` is for tests of faults: the socket that is
    told each named point. `clamav` is where ClamAV's daemon listens, `host:port` or the path of
    a unix socket. Files of up to `checked_at_once` bytes are checked by the web process.
    """

    host: str
    port: int
    public_url: str
    data_dir: Path
    database_url: str | None = field(repr=False)
    s3: S3Settings | None
    oidc: OidcSettings | None
    admin_subject: str | None
    redis_url: str | None = field(repr=False)
    workers: int
    secret_key: bytes = field(repr=False)
    demo: bool
    identity_upstream: str | None = None
    clamav: str | None = None
    checked_at_once: int = IN_MEMORY
    points: Path | None = None
    former_keys: tuple[bytes, ...] = field(default=(), repr=False)
    proxies: tuple[str, ...] = ()
    database_owner_url: str | None = field(default=None, repr=False)

    @property
    def separate_owner(self) -> str | None:
        """The address of the tables' owner, where that is another login than the application's."""
        return self.database_owner_url if self.database_owner_url != self.database_url else None

    @property
    def public_is_loopback(self) -> bool:
        """Whether only this machine can reach the public address."""
        return is_loopback(self.public_url)

    @property
    def complete(self) -> bool:
        """Whether no server is left that Loket would have to start itself."""
        return None not in (self.database_url, self.s3, self.oidc)

    def secrets(self) -> list[str]:
        """Return every text that opens something, as it could slip into a log."""
        addresses = (self.database_url, self.database_owner_url, self.redis_url)
        found = [
            *(key.hex() for key in (self.secret_key, *self.former_keys)),
            *(key.decode(errors="replace") for key in (self.secret_key, *self.former_keys)),
            self.s3.secret_key if self.s3 else "",
            self.oidc.client_secret if self.oidc else "",
            *(unquote(urlsplit(address).password or "") for address in addresses if address),
        ]
        return [secret for secret in found if secret]

    def refuse_gaps(self) -> None:
        """Refuse to go on without a server that somebody else would have to start.

        Raises:
            SettingsError: naming the first that is missing.
        """
        found = {
            "LOKET_DATABASE_URL": self.database_url,
            "LOKET_S3_ENDPOINT": self.s3,
            "LOKET_OIDC_ISSUER": self.oidc,
        }
        for name, value in found.items():
            if value is None:
                reason = "is required here; `python -m app serve` starts what is not named"
                raise SettingsError(name, reason)

    def as_environment(self, *, for_operators: bool = False) -> dict[str, str]:
        """Return the variables of which `load` makes this again: the owner's if `for_operators`."""
        found: dict[str, str | None] = {
            "LOKET_HOST": self.host,
            "LOKET_PORT": str(self.port),
            "LOKET_PUBLIC_URL": self.public_url,
            "LOKET_DATA_DIR": str(self.data_dir),
            "LOKET_DATABASE_URL": self.database_url,
            OWNER_URL: self.database_owner_url if for_operators else None,
            "LOKET_ADMIN_SUBJECT": self.admin_subject,
            "LOKET_REDIS_URL": self.redis_url,
            "LOKET_WORKERS": str(self.workers),
            "LOKET_SECRET_KEY": self.secret_key.hex(),
            "LOKET_FORMER_KEYS": " ".join(key.hex() for key in self.former_keys) or None,
            "LOKET_DEMO": str(int(self.demo)),
            "LOKET_IDENTITY_UPSTREAM": self.identity_upstream,
            "LOKET_CLAMAV": self.clamav,
            "LOKET_CHECKED_AT_ONCE": str(self.checked_at_once),
            "LOKET_PROXIES": " ".join(self.proxies) or None,
            "LOKET_POINTS": str(self.points) if self.points else None,
        }
        if self.s3:
            found |= {
                "LOKET_S3_ENDPOINT": self.s3.endpoint,
                "LOKET_S3_ACCESS_KEY": self.s3.access_key,
                "LOKET_S3_SECRET_KEY": self.s3.secret_key,
                "LOKET_S3_BUCKET": self.s3.bucket,
                "LOKET_S3_REGION": self.s3.region,
                "LOKET_S3_SECURE": str(int(self.s3.secure)),
            }
        if self.oidc:
            found |= {
                "LOKET_OIDC_ISSUER": self.oidc.issuer,
                "LOKET_OIDC_CLIENT_ID": self.oidc.client_id,
                "LOKET_OIDC_CLIENT_SECRET": self.oidc.client_secret,
                "LOKET_OIDC_METADATA_URL": self.oidc.metadata_url,
                "LOKET_OIDC_ACR": " ".join(self.oidc.classes) or None,
            }
        return {name: value for name, value in found.items() if value is not None}


@cache
def current() -> Settings:
    """Return the settings of this process; read once, from the environment and `.env`."""
    return load(os.environ, Path(".env"))


def load(environ: Mapping[str, str], env_file: Path | None) -> Settings:
    """Read the settings; the environment wins over `env_file`, an empty value is no value.

    Makes the data folder and a secret key in it where the public address is a loopback
    one and no key is given.

    Raises:
        SettingsError: naming the first setting that is wrong or missing.
    """
    read = _Reader({**read_env_file(env_file), **{k: v for k, v in environ.items() if v}})
    port = read.number("LOKET_PORT", 8000, most=_LARGEST_PORT)
    public_url = read.origin("LOKET_PUBLIC_URL") or f"http://localhost:{port}"
    data_dir = Path(read.text("LOKET_DATA_DIR") or ".loket").expanduser().absolute()
    database_url, s3, oidc = read.database_url(), read.s3(), read.oidc()
    redis_url = read.url("LOKET_REDIS_URL", ("redis", "rediss", "unix"))
    embedded = (database_url, s3, oidc) == (None, None, None)
    return Settings(
        host=read.host("LOKET_HOST", "127.0.0.1"),
        port=port,
        public_url=public_url,
        data_dir=data_dir,
        database_url=database_url,
        database_owner_url=read.database_owner_url(database_url),
        s3=s3,
        oidc=oidc,
        admin_subject=read.text("LOKET_ADMIN_SUBJECT"),
        redis_url=redis_url,
        workers=read.workers(redis_url),
        secret_key=secret_keys.current(read, public_url, data_dir),
        former_keys=secret_keys.former(read),
        proxies=read.proxies(public_url),
        demo=read.boolean("LOKET_DEMO", default=embedded),
        identity_upstream=read.url("LOKET_IDENTITY_UPSTREAM", ("http",)),
        clamav=read.clamav(),
        checked_at_once=read.number("LOKET_CHECKED_AT_ONCE", IN_MEMORY, least=0, most=IN_MEMORY),
        points=read.points(public_url),
    )


class _Reader(Environment):
    """Reads the settings of Loket, one at a time."""

    def database_url(self) -> str | None:
        return self.url("LOKET_DATABASE_URL", _POSTGRESQL)

    def database_owner_url(self, database_url: str | None) -> str | None:
        value = self.url(OWNER_URL, _POSTGRESQL)
        if value and database_url is None:
            raise SettingsError("LOKET_DATABASE_URL", f"is required when {OWNER_URL} is set")
        return value

    def workers(self, redis_url: str | None) -> int:
        workers = self.number("LOKET_WORKERS", 1, most=_MOST_WORKERS)
        if workers > 1 and redis_url is None:
            raise SettingsError("LOKET_REDIS_URL", f"is required for LOKET_WORKERS={workers}")
        return workers

    def s3(self) -> S3Settings | None:
        given = self.text("LOKET_S3_ENDPOINT")
        if given is None:
            self._refuse_rest("LOKET_S3_")
            return None
        scheme, _, rest = given.rpartition("://")
        endpoint = rest.rstrip("/")
        if scheme not in ("", "http", "https") or not endpoint or "/" in endpoint:
            raise SettingsError("LOKET_S3_ENDPOINT", f"must be host[:port], not {given!r}")
        because = "when LOKET_S3_ENDPOINT is set"
        return S3Settings(
            endpoint=endpoint,
            access_key=self.required("LOKET_S3_ACCESS_KEY", because),
            secret_key=self.required("LOKET_S3_SECRET_KEY", because),
            bucket=self.text("LOKET_S3_BUCKET") or "loket",
            region=self.text("LOKET_S3_REGION") or "us-east-1",
            secure=self.boolean("LOKET_S3_SECURE", default=scheme != "http"),
        )

    def oidc(self) -> OidcSettings | None:
        issuer = self.url("LOKET_OIDC_ISSUER", ("http", "https"))
        if issuer is None:
            self._refuse_rest("LOKET_OIDC_")
            return None
        because = "when LOKET_OIDC_ISSUER is set"
        return OidcSettings(
            issuer=issuer,
            client_id=self.required("LOKET_OIDC_CLIENT_ID", because),
            client_secret=self.required("LOKET_OIDC_CLIENT_SECRET", because),
            metadata_url=self.url("LOKET_OIDC_METADATA_URL", ("http", "https")),
            classes=tuple((self.text("LOKET_OIDC_ACR") or "").split()),
        )

    def clamav(self) -> str | None:
        value = self.text("LOKET_CLAMAV")
        if value is None or value.startswith("/"):
            return value
        host, _, port = value.rpartition(":")
        if not host or "/" in host or not (port.isascii() and port.isdigit()):
            reason = f"must be host:port or the path of a unix socket, not {value!r}"
            raise SettingsError("LOKET_CLAMAV", reason)
        return value

    def proxies(self, public_url: str) -> tuple[str, ...]:
        # Who serves others than this machine from a loopback port does so by way of a proxy on it.
        return self.networks("LOKET_PROXIES") or (
            () if is_loopback(public_url) else ("127.0.0.1", "::1")
        )

    def points(self, public_url: str) -> Path | None:
        value = self.text("LOKET_POINTS")
        if value and not is_loopback(public_url):
            reason = "is for tests, and refused unless LOKET_PUBLIC_URL is a loopback one"
            raise SettingsError("LOKET_POINTS", reason)
        return Path(value).absolute() if value else None

    def _refuse_rest(self, prefix: str) -> None:
        """Refuse a half-made group rather than start an embedded server beside it."""
        name = next((n for n in self.values if n.startswith(prefix) and self.text(n)), None)
        if name:
            first = "LOKET_S3_ENDPOINT" if prefix == "LOKET_S3_" else "LOKET_OIDC_ISSUER"
            raise SettingsError(first, f"is required when {name} is set")
