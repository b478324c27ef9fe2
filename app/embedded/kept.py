"""Small things made once and kept in a private folder: passwords, keys, ports, choices."""

import json
import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path

#: SeaweedFS listens for gRPC at each of its ports plus this.
GRPC_OFFSET = 10000
#: Below the ports that the system hands out by itself, also with the offset, so that none
#: is lost by chance.
_PORTS = range(12000, 20000)


def private_folder(path: Path) -> Path:
    """Return `path` as a folder that only its owner may enter."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read: whole, on the disk, or not at all."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def kept(path: Path, make: Callable[[], str]) -> str:
    """Return the text in `path`, made with `make` at the first call."""
    if not path.exists():
        write_private(path, make())
    return path.read_text(encoding="utf-8")


def new_secret() -> str:
    """Return 256 bits as 64 hex digits."""
    return secrets.token_hex(32)


def kept_ports(path: Path, names: tuple[str, ...], others: frozenset[int]) -> dict[str, int]:
    """Return one free loopback port a name, the same as last time while they are free.

    Args:
        path: where the choice is kept.
        names: what the ports are for; all are chosen anew when one is taken.
        others: ports that must not be chosen, as they are about to be used.
    """
    if path.exists():
        ports = known_ports(path)
        if set(ports) == set(names) and all(_is_free(p) for p in ports.values()):
            return ports
    start = secrets.randbelow(len(_PORTS))
    candidates = (_PORTS[(start + step) % len(_PORTS)] for step in range(len(_PORTS)))
    free = (port for port in candidates if port not in others and _is_free(port))
    ports = {name: next(free) for name in names}
    write_private(path, json.dumps(ports))
    return ports


def known_ports(path: Path) -> dict[str, int]:
    """Return the ports that were chosen last, in use or not.

    Raises:
        FileNotFoundError: none were chosen yet.
    """
    return json.loads(path.read_text())


def _is_free(port: int) -> bool:
    for number in (port, port + GRPC_OFFSET):
        with socket.socket() as probe:
            # As servers do, or ports would seem taken for a minute after a stop.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                return False
    return True
