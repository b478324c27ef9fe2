"""What operators do from the command line, against the servers that the settings name.

Where they name none, the embedded ones are used: those that are running, or our own for
as long as the command takes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import psycopg
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import OperationalError, ProgrammingError

from app import container
from app.db.engine import new_engine
from app.db.isolation import breaches
from app.db.login import NotLetIn
from app.db.migrate import upgrade
from app.domain.capacity import AsOperator
from app.domain.errors import DomainError
from app.domain.identity import Role
from app.embedded import DataFolderInUse, Stack, settings_of_running
from app.embedded.identity.__main__ import serve as serve_provider
from app.embedded.identity.server import find_identity
from app.settings import ONE_LOGIN, OWNER_URL, OidcSettings, S3Settings, Settings, SettingsError
from app.usecases import adopting, auditing, demo, grants, resealing, sweeping
from app.usecases.auditing import Audit
from app.usecases.offices import OfficesUnreadable, read_offices, save_offices
from app.usecases.parts import Parts
from storage.port import StoreUnavailable
from storage.s3 import S3Store

Work = Callable[[Settings], Awaitable[None]]


def prepare(settings: Settings, tell: Callable[[str], None]) -> None:
    """Do all that must be done before Loket serves; again is harmless."""
    asyncio.run(_with_servers(settings, _prepare))
    _tell_of_one_login(settings, tell)


def migrate(settings: Settings, tell: Callable[[str], None]) -> None:
    """Bring the database to the newest schema."""
    asyncio.run(_with_servers(settings, _migrate))
    _tell_of_one_login(settings, tell)


def seed(settings: Settings) -> None:
    """Fill in the demo offices, staff and residents."""
    asyncio.run(_with_servers(settings, _seed))


def grant(settings: Settings, subject: str, role: str, office: str) -> None:
    """Give `subject` a role at an office.

    Raises:
        SystemExit: there is no such role or office; the message names those that there are.
    """
    asyncio.run(_with_servers(settings, lambda full: _grant(full, subject, role, office)))


def revoke(settings: Settings, subject: str, role: str, office: str) -> None:
    """Take a role at an office from `subject`.

    Raises:
        SystemExit: they do not have it.
    """
    asyncio.run(_with_servers(settings, lambda full: _revoke(full, subject, role, office)))


def sign_out(settings: Settings, subject: str, tell: Callable[[str], None]) -> None:
    """End every session of `subject`, or of everybody when it is empty, and tell how many."""

    async def do(full: Settings) -> None:
        parts = container.assemble_for_operators(full)
        tell(f"{await grants.sign_out(parts, _oidc(full).issuer, subject)} sessions ended")

    asyncio.run(_with_servers(settings, do))


def offices(settings: Settings, file: Path) -> None:
    """Add the offices that a TOML file describes, or replace those with the same id.

    Raises:
        SystemExit: the file cannot be read; the message says why in one line.
    """
    try:
        rows = read_offices(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, OfficesUnreadable) as error:
        raise SystemExit(f"{file}: {error}") from None

    async def do(full: Settings) -> None:
        await save_offices(container.assemble_for_operators(full), rows)

    asyncio.run(_with_servers(settings, do))


def sweep(settings: Settings, tell: Callable[[str], None]) -> None:
    """Do at once what the worker does every hour, and tell in one line what was done."""

    async def do(full: Settings) -> None:
        swept = await sweeping.sweep(container.assemble_for_operators(full))
        tell(", ".join(f"{count} {name}" for name, count in asdict(swept).items()))

    asyncio.run(_with_servers(settings, do))


def reseal(settings: Settings, tell: Callable[[str], None]) -> None:
    """Seal with the newest secret key what former ones sealed, and tell how much that was.

    Raises:
        SystemExit: some of it is of a key that this Loket does not have.
    """

    async def do(full: Settings) -> None:
        done = await resealing.reseal(container.assemble_for_operators(full))
        tell(", ".join(f"{one.anew} {of}" for of, one in done.items()) + " sealed anew")
        if lost := sum(one.unreadable for one in done.values()):
            raise SystemExit(f"no key reads {lost} more, which the log names: keep former keys")
        tell("nothing needs a former key")

    asyncio.run(_with_servers(settings, do))


def serve_identity(settings: Settings) -> None:
    """Serve the demo sign-in alone, on its own port of the data folder.

    Raises:
        NotLoopback: the public address is one that others can reach.
    """
    folder = settings.data_dir / "identity"
    identity = find_identity(folder, settings.public_url, frozenset({settings.port}))
    asyncio.run(serve_provider(identity))


def audit(settings: Settings, head: str, tell: Callable[[str], None]) -> None:
    """Verify the trail, and tell each thing that does not hold, then what was looked at.

    Raises:
        SystemExit: something does not hold.
    """

    asyncio.run(_with_servers(settings, lambda full: _audit(full, head, tell)))


async def _with_servers(settings: Settings, work: Work) -> None:
    if settings.complete:
        await work(settings)
        return
    stack = Stack.missing_in(settings, print)
    try:
        async with stack as full:
            await stack.up()
            await work(full)
    except DataFolderInUse:
        await work(settings_of_running(settings))


async def _prepare(settings: Settings) -> None:
    await _migrate(settings)
    await _make_bucket(_s3(settings))
    if settings.demo:
        await _fill_demo(settings)
    if settings.admin_subject:
        await _first_admin(settings, settings.admin_subject)


def _tell_of_one_login(settings: Settings, tell: Callable[[str], None]) -> None:
    if settings.database_url and not settings.separate_owner:
        tell(ONE_LOGIN)


async def _migrate(settings: Settings) -> None:
    """Bring the database to the newest schema, and see that it keeps rows apart."""
    application = settings.database_url
    if application is None:
        raise SettingsError("LOKET_DATABASE_URL", "is required")
    owner = settings.separate_owner
    with _naming(OWNER_URL if owner else "LOKET_DATABASE_URL"):
        to_let_in = application if owner else None
        await asyncio.to_thread(upgrade, owner or application, application_url=to_let_in)
    with _naming("LOKET_DATABASE_URL"):
        await _refuse_unprotected(application, apart=owner is not None)
    await adopting.adopt(container.assemble_for_operators(settings))


async def _refuse_unprotected(application_url: str, *, apart: bool) -> None:
    engine = new_engine(application_url, pool_size=1)
    try:
        async with engine.connect() as connection:
            if found := await breaches(connection, apart=apart):
                raise SettingsError("LOKET_DATABASE_URL", f"cannot be used: {'; '.join(found)}")
    finally:
        await engine.dispose()


@contextmanager
def _naming(setting: str) -> Iterator[None]:
    """Name the setting whose login a database refuses.

    Raises:
        SettingsError: with what the database said, in one line.
    """
    try:
        yield
    except NotLetIn as error:
        raise SettingsError("LOKET_DATABASE_URL", str(error)) from None
    except (OperationalError, ProgrammingError, psycopg.Error) as error:
        told = error if isinstance(error, psycopg.Error) else error.orig
        if not isinstance(told, psycopg.OperationalError | InsufficientPrivilege):
            raise
        said = str(told).strip().partition("\n")[0]
        raise SettingsError(setting, f"cannot be used: {said}") from None


async def _make_bucket(s3: S3Settings) -> None:
    store = S3Store(s3.endpoint, s3.access_key, s3.secret_key, s3.bucket, s3.region, s3.secure)
    try:
        await store.ensure_bucket()
    except StoreUnavailable as error:
        reason = f"bucket {s3.bucket!r} cannot be used: {error}"
        raise SettingsError("LOKET_S3_ENDPOINT", reason) from None
    finally:
        await store.close()


async def _seed(settings: Settings) -> None:
    await _migrate(settings)
    await _fill_demo(settings)


async def _fill_demo(settings: Settings) -> None:
    await demo.seed(container.assemble_for_operators(settings), _oidc(settings).issuer)


async def _grant(settings: Settings, subject: str, role: str, office: str) -> None:
    if role not in grants.GRANTABLE:
        raise SystemExit(f"no role {role!r}: choose from {', '.join(grants.GRANTABLE)}")
    await _migrate(settings)
    parts = container.assemble_for_operators(settings)
    try:
        await grants.grant(parts, _oidc(settings).issuer, subject, Role(role), office)
    except DomainError:
        known = ", ".join(name for name, _ in await grants.offices(parts))
        raise SystemExit(f"no office {office!r}: there are {known or 'none yet'}") from None


async def _revoke(settings: Settings, subject: str, role: str, office: str) -> None:
    issuer = _oidc(settings).issuer
    try:
        await grants.revoke(
            container.assemble_for_operators(settings), issuer, subject, Role(role), office
        )
    except (DomainError, ValueError):
        raise SystemExit(f"{subject!r} is not {role!r} at {office!r}") from None


async def _audit(settings: Settings, head: str, tell: Callable[[str], None]) -> None:
    looking = Audit(lambda breach: tell(str(breach)), head)
    await auditing.audit(container.assemble(settings), looking)
    if looking.breaches:
        raise SystemExit(f"{looking}: {looking.breaches} things do not hold")
    tell(f"{looking}: all holds")


async def _first_admin(settings: Settings, subject: str) -> None:
    """Make `subject` admin, unless there is one: whoever was dismissed stays dismissed."""
    parts = container.assemble_for_operators(settings)
    if await _has_admin(parts):
        return
    for office, _name in await grants.offices(parts):
        await grants.grant(parts, _oidc(settings).issuer, subject, Role.ADMIN, office)


async def _has_admin(parts: Parts) -> bool:
    async with parts.open_work(AsOperator()) as work:
        return any(grant.role == Role.ADMIN for grant in await work.people.grants())


def _s3(settings: Settings) -> S3Settings:
    if settings.s3 is None:
        raise SettingsError("LOKET_S3_ENDPOINT", "is required")
    return settings.s3


def _oidc(settings: Settings) -> OidcSettings:
    if settings.oidc is None:
        raise SettingsError("LOKET_OIDC_ISSUER", "is required")
    return settings.oidc
