"""A database that is not ours, with two logins or with one; and a data folder of before."""

import asyncio
import json
import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from app.db.capacity import APPLICATION, ROLES
from app.db.engine import new_engine
from app.db.migrate import upgrade
from app.db.tables import OfficeRow
from app.db.work import work_on
from app.domain.capacity import AsOperator
from app.embedded.postgres import find_postgres
from app.embedded.postgres_binaries import find_binaries
from app.operating import migrate
from app.settings import ONE_LOGIN, OWNER_URL, SettingsError, load
from tests.support.asking import asking, sign_in
from tests.support.database_server import Server, running
from tests.support.running import Loket, free_port
from tests.support.serving import start, stop
from tests.support.waiting import until
from tests.support.witness import superuser_of

ROOT = Path(__file__).parents[2]
_START_SECONDS = 600  # the pages may have to be built
#: Enough for commands that ask neither.
_ELSEWHERE = {
    "LOKET_S3_ENDPOINT": "s3.example",
    "LOKET_S3_ACCESS_KEY": "loket",
    "LOKET_S3_SECRET_KEY": "rahasia",
    "LOKET_OIDC_ISSUER": "https://masuk.example",
    "LOKET_OIDC_CLIENT_ID": "loket",
    "LOKET_OIDC_CLIENT_SECRET": "rahasia",
}


@pytest.fixture(scope="module", params=[None, 15, 16, 17], ids=["newest", "15", "16", "17"])
async def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Server]:
    """A server of each version that is on this machine."""
    postgres = find_postgres(tmp_path_factory.mktemp("server") / "postgres")
    if request.param:
        binaries = find_binaries(request.param)
        if binaries is None:
            pytest.skip(f"PostgreSQL {request.param} is not on this machine")
        postgres = replace(postgres, binaries=binaries)
    async with running(postgres) as server:
        yield server


async def _migrate(folder: Path, **settings: str) -> list[str]:
    """Do what `python -m app migrate` does, and return what it tells.

    Raises:
        SettingsError: one of these is refused.
    """
    told: list[str] = []
    loaded = load({"LOKET_DATA_DIR": str(folder), **_ELSEWHERE, **settings}, None)
    await asyncio.to_thread(migrate, loaded, told.append)
    return told


@asynccontextmanager
async def serving(data: Path, **settings: str) -> AsyncIterator[Loket]:
    """Run all of Loket on a data folder, and give it once it is ready."""
    port = free_port()
    process = start(data, port, data.parent / "serve.log", settings)
    loket = Loket(f"http://localhost:{port}", data, process.pid)

    async def is_ready() -> bool:
        assert process.poll() is None, loket.said()
        try:
            return (await client.get("/readyz")).status_code == 200
        except httpx2.TransportError:
            return False

    try:
        async with httpx2.AsyncClient(base_url=loket.url) as client:
            await until(is_ready, _START_SECONDS)
        yield loket
    finally:
        await asyncio.to_thread(stop, process)


async def _is_at_work(loket: Loket) -> None:
    """Have a resident sign in, whom it writes down and reads again."""
    async with asking(loket) as client:
        last = await sign_in(client, "warga-baru", "/akun/lengkapi")
        assert last.status_code == 303, last.text
        page = await client.get("/akun/lengkapi")
        assert (page.status_code, "NIK" in page.text) == (200, True)


async def test_two_logins_serve_and_only_commands_know_the_owner(server: Server, tmp_path: Path):
    database, login = server.new_database(), _new_login()
    urls = {
        "LOKET_DATABASE_URL": server.url(database, login, "sandi%40kantor"),
        OWNER_URL: server.url(database),
    }
    done = await _command(tmp_path / "none", **urls)
    assert (done.returncode, done.stdout) == (0, "")
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["trail begun"]
    assert await _migrate(tmp_path / "none", **urls) == []  # again, it finds nothing to do
    async with serving(tmp_path / "data", LOKET_DEMO="1", **urls) as loket:
        await _is_at_work(loket)
        assert server.logins(database) == {login}
        environments = _environments(loket)
        assert "sandi%40kantor" in environments
        assert OWNER_URL not in environments
        assert server.owner_password not in environments
        assert "row security" not in loket.said()


async def test_one_login_serves_as_before_and_says_what_it_could(server: Server, tmp_path: Path):
    database = server.new_database()
    url = {"LOKET_DATABASE_URL": server.url(database)}
    assert await _migrate(tmp_path / "none", **url) == [ONE_LOGIN]
    async with serving(tmp_path / "data", LOKET_DEMO="1", **url) as loket:
        await _is_at_work(loket)
        assert server.logins(database) == {"loket"}
        assert ONE_LOGIN in loket.said()


async def test_an_owner_that_makes_no_roles_says_so_and_takes_those_that_are_made(
    server: Server, tmp_path: Path
):
    """What docs/operations.md has a superuser do is enough."""
    owner, login = _new_login(), _new_login()
    knows_inherit = server.postgres.binaries.major > 15
    options = "WITH INHERIT FALSE, SET TRUE" if knows_inherit else ""
    await _migrate(tmp_path, LOKET_DATABASE_URL=server.url(server.new_database()))  # makes roles
    server.run(
        f"CREATE ROLE {owner} LOGIN PASSWORD 'sandi'",
        f"GRANT {', '.join(ROLES)} TO {owner} {options}",
    )
    database = server.new_database(owner)
    urls = {
        "LOKET_DATABASE_URL": server.url(database, login, "sandi"),
        OWNER_URL: server.url(database, owner, "sandi"),
    }
    with pytest.raises(SettingsError, match=f"LOKET_DATABASE_URL: there is no login '{login}'"):
        await _migrate(tmp_path, **urls)
    server.run(f"CREATE ROLE {login} LOGIN NOINHERIT PASSWORD 'sandi'")
    with pytest.raises(SettingsError, match=f"{OWNER_URL}: cannot be used: .*loket_app"):
        await _migrate(tmp_path, **urls)
    server.run(f"GRANT {', '.join(APPLICATION)} TO {login} {options}")
    assert await _migrate(tmp_path, **urls) == []


@pytest.mark.parametrize(
    ("done", "found"),
    [
        ("ALTER ROLE {login} SUPERUSER", "{login} may pass row security"),
        ("ALTER ROLE {login} BYPASSRLS", "{login} may pass row security"),
        ("ALTER ROLE {login} CREATEROLE", "{login} may pass row security"),
        ("GRANT {group} TO {login}", "{login} has the rights of {group}"),
        ("GRANT loket TO {group}; GRANT {group} TO {login}", "{login} may alter case"),
        ("GRANT loket_operator TO {login}", "{login} has the rights of loket_operator"),
        ('ALTER TABLE "case" OWNER TO {login}', "{login} may alter case"),
        ("REASSIGN OWNED BY loket TO {login}", "{login} may alter case"),
        ("GRANT CREATE ON SCHEMA public TO {login}", "{login} may create in public"),
        ("ALTER ROLE {login} PASSWORD 'lain'", "password authentication failed"),
        ("ALTER ROLE {login} NOLOGIN", "is not permitted to log in"),
    ],
)
async def test_a_login_that_could_switch_it_off_is_refused(
    server: Server, tmp_path: Path, done: str, found: str
):
    names = {"login": _new_login(), "group": _new_login()}
    database = server.new_database()
    urls = {
        "LOKET_DATABASE_URL": server.url(database, names["login"], "sandi"),
        OWNER_URL: superuser_of(server.postgres, database),
    }
    # Made by a superuser: who made a role is a member of it, and could not be granted to it.
    server.run("CREATE ROLE {login} LOGIN PASSWORD 'sandi'; CREATE ROLE {group}".format(**names))
    assert await _migrate(tmp_path, **{**urls, OWNER_URL: server.url(database)}) == []
    server.run(*done.format(**names).split("; "), database=database)
    with pytest.raises(SettingsError) as refused:
        await _migrate(tmp_path, **urls)
    assert refused.value.name == "LOKET_DATABASE_URL"
    assert found.format(**names) in str(refused.value)
    assert "\n" not in str(refused.value)


async def test_a_data_folder_of_before_is_upgraded_with_what_is_in_it(tmp_path: Path):
    data = tmp_path / "data"
    postgres = find_postgres(data / "postgres")
    async with running(postgres):  # one login, which owns all
        await asyncio.to_thread(upgrade, postgres.owner_url)
        await _save(postgres.owner_url, "uji-lama")
    (data / "prepared").write_text("what was prepared before")
    assert not (postgres.folder / "login.password").exists()
    async with serving(data) as loket:
        await _is_at_work(loket)
        server = Server(postgres)
        assert server.logins("loket") == {"loket_login"}
        assert server.owner_password not in _environments(loket)
        assert {"uji-lama", "cimahi-selatan"} <= server.offices()


def _new_login() -> str:
    return f"uji_{secrets.token_hex(4)}"


async def _command(folder: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run `python -m app migrate` with these settings and no others."""
    others = {name: value for name, value in os.environ.items() if "LOKET" not in name}
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "app", "migrate"],
        cwd=ROOT,
        env={**others, "LOKET_DATA_DIR": str(folder), **_ELSEWHERE, **settings},
        capture_output=True,
        text=True,
        timeout=120,
    )


def _environments(loket: Loket) -> str:
    """Return what the processes that serve were told, and all that these started."""
    parents = [*loket.processes("web"), *loket.processes("worker")]
    family = {one for parent in parents for one in (parent, *parent.children(recursive=True))}
    assert len(family) > 3
    return "\n".join(str(one.environ()) for one in family)


async def _save(owner_url: str, name: str) -> None:
    """Save an office as an operator does."""
    engine = new_engine(owner_url, pool_size=1)
    async with work_on(engine)(AsOperator()) as work:
        await work.offices.save(
            OfficeRow(
                id=name,
                name="Kecamatan Lama",
                code=f"KEC.{name.upper()}",
                region="327703",
                regency="Kota Cimahi",
                province="Jawa Barat",
                address="Jalan Contoh No. 1",
                head_title="Camat Lama",
                place="Cimahi",
            )
        )
    await engine.dispose()
