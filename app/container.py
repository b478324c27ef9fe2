"""Which adapter stands behind which port; one set a process."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app import settings as configuration
from app.adapters.news import News
from app.adapters.open_pages import OpenPages
from app.adapters.scanning import Clamd
from app.adapters.seal import Seal
from app.adapters.signing.authority import DemoAuthority
from app.adapters.signing.examiner import PadesExaminer
from app.adapters.signing.pades import PadesSigner
from app.adapters.signing.ports import WrongSecret
from app.adapters.typesetting import TEMPLATES
from app.catalogue.calendar import load_calendar
from app.catalogue.loader import SERVICES, load
from app.db.capacity import IDLE
from app.db.engine import new_engine, psycopg_conninfo
from app.db.reading import reading_on
from app.db.work import CHANNEL, divided, work_on
from app.settings import Settings, SettingsError
from app.usecases.outages import Outages
from app.usecases.parts import Parts
from storage.s3 import S3Store

if TYPE_CHECKING:
    from app.adapters.oidc.provider import Provider

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
#: A command does one thing after the other.
_OWNERS_CONNECTIONS = 2


class _Current:
    """The parts of this process, made when they are first asked for."""

    parts: Parts | None = None


@cache
def provider() -> "Provider":
    """Return the OpenID provider that the settings name.

    Raises:
        ValueError: they name none.
    """
    oidc = configuration.current().oidc
    if oidc is None:
        raise ValueError("no sign-in: start Loket with `python -m app serve`")
    from app.adapters.oidc.provider import Provider  # whose libraries only a sign-in needs

    return Provider(
        oidc.issuer, oidc.client_id, oidc.client_secret, oidc.metadata_url, classes=oidc.classes
    )


def identity_upstream() -> str | None:
    """Return where the embedded provider listens, when it is Loket's own."""
    return configuration.current().identity_upstream


def form_targets() -> tuple[str, ...]:
    """Return the other origins that a form may lead to: that of the sign-in provider.

    A form that is sent after its session has ended is answered with the way to sign in.
    """
    oidc = configuration.current().oidc
    issuer = urlsplit(oidc.issuer) if oidc else None
    return (f"{issuer.scheme}://{issuer.netloc}",) if issuer else ()


@cache
def origins() -> tuple[str, ...]:
    """Return the addresses under which browsers may reach this Loket.

    On a developer's machine every spelling of the loopback host is the same Loket.
    """
    settings = configuration.current()
    address = urlsplit(settings.public_url)
    if not settings.public_is_loopback:
        return (f"{address.scheme}://{address.netloc}",)
    port = f":{address.port}" if address.port else ""
    return tuple(f"{address.scheme}://{host}{port}" for host in _LOOPBACK)


def proxies() -> tuple[str, ...]:
    """Return the addresses whose word on where a request came from is taken."""
    return configuration.current().proxies


def parts() -> Parts:
    """Return the ports of the use cases, as the settings name them."""
    if _Current.parts is None:
        _Current.parts = assemble(configuration.current())
    return _Current.parts


@cache
def outages() -> Outages:
    """Return what this process knows of the parts that are away."""
    return Outages(lambda: parts())


def assemble(settings: Settings) -> Parts:
    """Return parts on the services that `settings` name.

    Raises:
        ValueError: the settings name no database or no storage.
        SettingsError: what is kept in the data folder cannot be read with them.
    """
    if settings.database_url is None or settings.s3 is None:
        raise ValueError("no database or no storage: start Loket with `python -m app serve`")
    keys, s3 = authority(settings), settings.s3
    engine = new_engine(settings.database_url)
    return Parts(
        open_work=work_on(engine),
        read=reading_on(engine),
        now=lambda: datetime.now(UTC),
        catalogue=_catalogue(),
        calendar=load_calendar(),
        files=S3Store(s3.endpoint, s3.access_key, s3.secret_key, s3.bucket, s3.region, s3.secure),
        signer=PadesSigner(keys),
        examiner=PadesExaminer([keys.root], [keys.issuing]),
        seal=Seal(settings.secret_key, settings.former_keys),
        news=News(psycopg_conninfo(settings.database_url, IDLE), CHANNEL),
        public_url=settings.public_url,
        scanner=Clamd(settings.clamav) if settings.clamav else None,
        open_pages=OpenPages(settings.redis_url) if settings.redis_url else None,
        checked_at_once=settings.checked_at_once,
    )


def assemble_for_operators(settings: Settings) -> Parts:
    """Return parts with which an operator's commands can be done as well.

    Raises:
        ValueError: the settings name no database or no storage.
    """
    parts = assemble(settings)
    if settings.separate_owner is None:
        return parts
    owner = new_engine(settings.separate_owner, pool_size=_OWNERS_CONNECTIONS)
    return replace(parts, open_work=divided(parts.open_work, work_on(owner)))


def authority(settings: Settings) -> DemoAuthority:
    """Return the authority whose keys lie in the data folder, made if there is none.

    Raises:
        SettingsError: they cannot be read with these settings.
    """
    kept = settings.data_dir / "authority"
    found = DemoAuthority(kept, settings.secret_key, settings.former_keys)
    try:
        found.issuing  # noqa: B018 (read now, or made)
    except WrongSecret as error:
        raise SettingsError("LOKET_SECRET_KEY", f"is not the right one: {error}") from None
    except OSError as error:
        raise SettingsError("LOKET_DATA_DIR", f"cannot be used: {error}") from None
    return found


@cache
def _catalogue() -> Any:
    return load(SERVICES, templates=set(TEMPLATES))
