"""The embedded servers: closed to others, back after a fall, gone with their supervisor."""

import asyncio
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import psycopg
import pytest
from minio import Minio
from minio.error import S3Error

from app.embedded import DataFolderInUse, PartFailed, Stack
from app.embedded.identity.site import NotLoopback
from app.embedded.kept import known_ports
from app.embedded.postgres import find_postgres
from app.embedded.privilege import Manner
from app.embedded.supervisor import Part, Supervisor
from app.settings import S3Settings, Settings, load

PUBLIC_URL = "http://localhost:8099"
PATIENCE_SECONDS = 20.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("embedded") / "data"


@pytest.fixture(scope="module")
async def stack(folder: Path) -> AsyncIterator[tuple[Stack, Settings]]:
    stack = Stack(folder, public_url=PUBLIC_URL, identity=True)
    async with stack as settings:
        yield stack, settings


@pytest.fixture
def settings(stack: tuple[Stack, Settings]) -> Settings:
    return stack[1]


@pytest.fixture
def supervisor(stack: tuple[Stack, Settings]) -> Supervisor:
    return stack[0].supervisor


async def until(happens: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    late = time.monotonic() + PATIENCE_SECONDS
    while not happens():
        assert time.monotonic() < late, "it did not happen"
        await asyncio.sleep(0.02)


def database(settings: Settings) -> str:
    assert settings.database_owner_url is not None
    return settings.database_owner_url


def storage(settings: Settings, **changes: str) -> Minio:
    s3 = settings.s3
    assert isinstance(s3, S3Settings)
    keys = {"access_key": s3.access_key, "secret_key": s3.secret_key} | changes
    return Minio(s3.endpoint, **keys, region=s3.region, secure=s3.secure)


def ask(url: str, statement: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(statement).fetchone()
        return row and row[0]


def answers(url: str) -> bool:
    try:
        return ask(url, "SELECT 1") == 1
    except psycopg.OperationalError:
        return False


def test_the_settings_are_complete(settings: Settings) -> None:
    assert settings.complete
    assert settings.public_url == PUBLIC_URL


def test_the_database_speaks_unicode_and_binds_its_owner(settings: Settings) -> None:
    assert ask(database(settings), "SELECT upper('ñandé')") == "ÑANDÉ"
    assert ask(database(settings), "SELECT current_setting('is_superuser')") == "off"
    assert ask(database(settings), "SHOW fsync") == "on"


def test_the_database_has_no_port(settings: Settings) -> None:
    assert ask(database(settings), "SHOW listen_addresses") == ""


@pytest.mark.parametrize("user", ["loket", "postgres"])
@pytest.mark.parametrize("password", ["salah", ""])
def test_a_wrong_database_password_is_refused(settings: Settings, user: str, password: str) -> None:
    right = urlsplit(database(settings))
    wrong = right._replace(netloc=f"{user}:{password}@").geturl()
    with pytest.raises(psycopg.OperationalError, match="password"):
        ask(wrong, "SELECT 1")


def test_storage_refuses_strangers_and_wrong_secrets(settings: Settings) -> None:
    assert settings.s3 is not None
    anonymous = httpx2.get(f"http://{settings.s3.endpoint}/", trust_env=False)
    assert anonymous.status_code == 403
    with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
        storage(settings, secret_key="salah").list_buckets()
    with pytest.raises(S3Error, match="InvalidAccessKeyId"):
        storage(settings, access_key="tamu").list_buckets()
    storage(settings).list_buckets()


@pytest.mark.parametrize("part", ["master", "volume", "filer", "admin"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_storage_has_no_other_door(settings: Settings, part: str, method: str) -> None:
    port = known_ports(settings.data_dir / "seaweedfs" / "ports.json")[part]
    paths = ("/dir/assign", "/buckets/", "/1,01637037d6", "/submit", "/dir/lookup?fileId=1,016")
    for path in paths:
        answer = httpx2.request(method, f"http://127.0.0.1:{port}{path}", trust_env=False)
        assert answer.status_code in {400, 401, 404, 405}
        assert answer.headers.get("authorization") is None
        assert '"fid"' not in answer.text


@pytest.mark.parametrize("part", ["master", "volume", "filer", "s3", "admin"])
def test_the_parts_of_storage_talk_to_nobody_without_their_certificate(
    settings: Settings, part: str
) -> None:
    port = known_ports(settings.data_dir / "seaweedfs" / "ports.json")[part] + 10_000
    for server in (("127.0.0.1", port), f"/tmp/seaweedfs-{part}-grpc-{port}.sock"):
        family = socket.AF_INET if isinstance(server, tuple) else socket.AF_UNIX
        with socket.socket(family) as plain:
            plain.settimeout(5)
            plain.connect(server)
            # A plain HTTP/2 greeting: what an unprotected gRPC server would answer.
            plain.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
            assert b"\x00\x00\x00\x04\x01" not in plain.recv(100)


def test_files_are_written_through_to_the_disk(settings: Settings) -> None:
    assert (settings.data_dir / "seaweedfs" / "fsync").exists()


def test_only_its_owner_can_look_into_the_data_folder(settings: Settings) -> None:
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700
    secrets = [p for p in settings.data_dir.rglob("*") if p.suffix in {".key", ".secret"}]
    assert len(secrets) > 6
    for path in (*secrets, *settings.data_dir.rglob("*.password")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can look through another's eyes")
def test_another_user_reaches_no_socket_and_no_file(settings: Settings) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    ports = known_ports(settings.data_dir / "seaweedfs" / "ports.json")
    sockets = [
        *settings.data_dir.rglob("*.s.PGSQL.5432"),
        settings.data_dir / "postgres" / "run" / ".s.PGSQL.5432",
        settings.data_dir / "seaweedfs" / "run" / "s3",
        *(Path(f"/tmp/seaweedfs-{name}-grpc-{port + 10_000}.sock") for name, port in ports.items()),
    ]
    script = (
        "import socket, sys\n"
        "for path in sys.argv[1:]:\n"
        "    try:\n"
        "        socket.socket(socket.AF_UNIX).connect(path)\n"
        "        print('open', path)\n"
        "    except PermissionError:\n"
        "        pass\n"
    )
    said = subprocess.run(
        ("/usr/bin/env", "python3", "-c", script, *map(str, sockets)),
        user=nobody,
        group=nobody,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.defpath},
    )
    assert said.stdout == ""


async def test_the_sign_in_server_says_who_it_is(settings: Settings) -> None:
    assert settings.oidc is not None
    async with httpx2.AsyncClient(trust_env=False) as client:
        found = (await client.get(str(settings.oidc.metadata_url))).json()
    assert found["issuer"] == settings.oidc.issuer == f"{PUBLIC_URL}/identitas"
    assert str(settings.identity_upstream) in found["token_endpoint"]


async def test_a_killed_database_comes_back_with_what_it_promised(
    settings: Settings, supervisor: Supervisor
) -> None:
    url = database(settings)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE promise AS SELECT 7 AS kept")
    killed = supervisor.pid("postgres")
    os.kill(killed, signal.SIGKILL)
    await until(lambda: supervisor.pid("postgres") != killed and answers(url))
    assert ask(url, "SELECT kept FROM promise") == 7


async def test_killed_storage_comes_back_with_what_it_promised(
    settings: Settings, supervisor: Supervisor, tmp_path: Path
) -> None:
    store = storage(settings)
    store.make_bucket("janji")
    (tmp_path / "file").write_bytes(b"isi berkas" * 5000)
    store.fput_object("janji", "berkas", str(tmp_path / "file"))
    killed = supervisor.pid("seaweedfs")
    os.kill(killed, signal.SIGKILL)
    await until(lambda: supervisor.pid("seaweedfs") != killed)
    await asyncio.wait_for(supervisor.wait_until_up("seaweedfs"), PATIENCE_SECONDS)
    assert store.get_object("janji", "berkas").read() == b"isi berkas" * 5000


async def test_a_second_loket_on_the_same_folder_is_refused(folder: Path, stack: object) -> None:
    with pytest.raises(DataFolderInUse) as refused:
        async with Stack(folder, public_url=PUBLIC_URL):
            pass
    assert str(folder) in str(refused.value)
    assert str(os.getpid()) in str(refused.value)
    assert "\n" not in str(refused.value)


async def test_the_demo_sign_in_does_not_start_for_the_world(tmp_path: Path) -> None:
    public = {"LOKET_PUBLIC_URL": "https://loket.kota.example", "LOKET_SECRET_KEY": "k" * 32}
    settings = load({"LOKET_DATA_DIR": str(tmp_path), **public}, None)
    with pytest.raises(NotLoopback, match=r"https://loket\.kota\.example"):
        async with Stack.missing_in(settings, print):
            pass


#: A supervisor of its own: starts a stack, says its children, and waits to be killed.
_SUPERVISOR = """
import asyncio, sys
from pathlib import Path
from app.embedded import Part, Stack

async def main() -> None:
    stack = Stack(Path(sys.argv[1]), public_url="http://localhost:8098", identity=True)
    async with stack as settings:
        grandchildren = "sleep 986 & setsid sleep 987 & wait"
        await stack.supervisor.start(Part(
            name="family", command=("sh", "-c", grandchildren), whole_tree=True, stops_at=1,
            environment={"PATH": "/usr/bin:/bin"}, folder=Path("/"),
        ))
        print("up", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def _family(ancestor: int) -> set[int]:
    """Return every process that stems from `ancestor`."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(entry.name)] = int(fields[1])
    found = {ancestor}
    while new := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= new
    return found - {ancestor}


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.fixture
def loket(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        (sys.executable, "-c", _SUPERVISOR, str(tmp_path)),
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    yield process
    process.kill()
    process.wait()


async def test_a_killed_supervisor_leaves_nobody_behind(
    loket: subprocess.Popen[str], tmp_path: Path
) -> None:
    family = _family(loket.pid)
    assert len(family) > 8  # three servers, the database's own processes, the family of five
    loket.kill()
    await until(lambda: not any(_alive(pid) for pid in family))
    # What it left behind in files does not keep the next one from starting.
    async with Stack(tmp_path, public_url="http://localhost:8098") as settings:
        assert answers(database(settings))


async def test_ending_a_part_ends_its_whole_tree(tmp_path: Path) -> None:
    async with Supervisor(tmp_path / "log", print) as supervisor:
        part = Part(
            name="family",
            command=("sh", "-c", "sleep 985 & setsid sleep 984 & wait"),
            environment={"PATH": os.defpath},
            folder=tmp_path,
            whole_tree=True,
        )
        await supervisor.start(part)
        keeper = supervisor.pid("family")
        await until(lambda: len(_family(keeper)) == 3)
        family = _family(keeper)
    assert not any(_alive(pid) for pid in family)


async def test_a_killed_keeper_takes_its_tree_along_and_both_come_back(tmp_path: Path) -> None:
    async with Supervisor(tmp_path / "log", print) as supervisor:
        part = Part(
            name="family",
            command=("sh", "-c", "sleep 983 & wait"),
            environment={"PATH": os.defpath},
            folder=tmp_path,
            whole_tree=True,
        )
        await supervisor.start(part)
        keeper = supervisor.pid("family")
        await until(lambda: len(_family(keeper)) == 2)
        family = _family(keeper)
        os.kill(keeper, signal.SIGKILL)
        await until(lambda: supervisor.pid("family") != keeper)
        assert not any(_alive(pid) for pid in family)
        await until(lambda: len(_family(supervisor.pid("family"))) == 2)


async def test_a_part_that_cannot_start_says_its_last_words(tmp_path: Path) -> None:
    async with Supervisor(tmp_path / "log", print) as supervisor:
        part = Part(
            name="broken",
            command=("sh", "-c", "echo the disk is full; exit 3"),
            environment={"PATH": os.defpath},
            folder=tmp_path,
            ready=_never,
        )
        with pytest.raises(PartFailed, match="the disk is full"):
            await supervisor.start(part)


async def _never() -> bool:
    return False


@pytest.mark.parametrize("manner", ["drop"] if os.geteuid() == 0 else ["self"])
async def test_the_database_runs_in_a_deep_folder_and_without_namespaces(
    tmp_path: Path, manner: Manner
) -> None:
    deep = tmp_path / ("x" * 60) / ("y" * 60)
    deep.mkdir(parents=True)
    postgres = find_postgres(deep / "postgres", manner)
    try:
        await asyncio.to_thread(postgres.set_up)
        async with Supervisor(tmp_path / "log", print) as supervisor:
            await supervisor.start(postgres.part())
            assert answers(postgres.owner_url)
    finally:
        # Where another user can work, neither of the two lies below the test's folder.
        shutil.rmtree(postgres.home)
        shutil.rmtree(postgres.sockets, ignore_errors=True)
