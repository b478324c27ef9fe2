"""Running a server that refuses to run as root, when root is all there is."""

import hashlib
import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.embedded.kept import kept, private_folder

Manner = Literal["self", "namespace", "drop"]


@dataclass(frozen=True, slots=True)
class Privilege:
    """How a server that wants an ordinary user is run.

    `self`: we are one. `namespace`: in a user namespace where we look like `user`; nothing
    is copied and nothing changes its owner. `drop`: as `user`, who must be able to reach
    the server's files.
    """

    manner: Manner
    user: int

    @property
    def prefix(self) -> tuple[str, ...]:
        """What stands before a command."""
        if self.manner != "namespace":
            return ()
        return ("unshare", "-U", f"--map-user={self.user}", f"--map-group={self.user}")

    @property
    def runs_as(self) -> int | None:
        """The user to change to before a command, None for no change."""
        return self.user if self.manner == "drop" else None

    def home(self, folder: Path) -> Path:
        """Return `folder`, or where its content lives as the server could not reach it.

        A folder elsewhere is recorded in `folder`, in the file `moved`.
        """
        private_folder(folder)
        if self.manner != "drop":
            return folder
        if all(_passable(parent) for parent in folder.parent.parents):
            # Enough to walk through; what lies in it is closed one by one.
            folder.parent.chmod(folder.parent.stat().st_mode | stat.S_IXOTH)
            self.give(folder)
            return folder
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        home = Path(kept(folder / "moved", lambda: f"/var/lib/loket-{digest}"))
        self.give(private_folder(home))
        return home

    def give(self, path: Path) -> None:
        """Let the server own `path`, where it runs as somebody else."""
        if self.runs_as is not None:
            os.chown(path, self.runs_as, self.runs_as)

    def may_run(self, program: Path) -> bool:
        """Whether the server's user can reach a program."""
        return self.runs_as is None or all(_passable(p) for p in (program, *program.parents))


def choose_privilege(manner: Manner | None = None) -> Privilege:
    """Return how to run here; `manner` insists on one way."""
    user = _ordinary_user()
    if manner:
        return Privilege(manner, user)
    # initdb asks for the name of its user, which a bare number does not have.
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return Privilege("self", os.geteuid())
    namespace = Privilege("namespace", user)
    if _works(namespace) or os.geteuid() != 0:
        return namespace
    return Privilege("drop", user)


def _works(privilege: Privilege) -> bool:
    try:
        tried = subprocess.run((*privilege.prefix, "true"), capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return tried.returncode == 0


def _passable(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IXOTH)


def _has_name(user: int) -> bool:
    return any(entry.pw_uid == user for entry in pwd.getpwall())


def _ordinary_user() -> int:
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        return next((entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid), 65534)
