"""One Loket for one data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class DataFolderInUse(Exception):
    """Another Loket holds the data folder; the message is one line that says which."""


@contextmanager
def sole_user(folder: Path) -> Iterator[None]:
    """Hold `folder` for this process, making it (0700) if need be.

    The kernel lets go of it when this process ends, however it ends.

    Raises:
        DataFolderInUse: another process holds it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "?"
            message = f"{folder} is in use by another Loket (process {holder})"
            raise DataFolderInUse(message) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
