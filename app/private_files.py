"""Files that Loket alone may read, also where root has written them: by an operator's command."""

import os
from pathlib import Path


def private_folder(path: Path) -> None:
    """Make a folder that its owner alone may enter, unless there is one."""
    if not path.exists():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        _give(path, path.parent)
    path.chmod(0o700)


def new_file(path: Path) -> int:
    """Make a file that its owner alone may read; return it, open for writing.

    Where root makes it, it is given to the owner of its folder, as whom Loket runs. It is always
    a new one: what else bears its name could be a link to a file of somebody else.

    Raises:
        FileExistsError: there is one.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    _give(handle, path.parent)
    return handle


def _give(made: int | Path, folder: Path) -> None:
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(made, owner.st_uid, owner.st_gid)
