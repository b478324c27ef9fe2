"""A child that tries what its confinement forbids, and tells how far it came."""

import os
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.adapters.confinement.child import Request, Work, serve

Asked = Mapping[str, object]
Told = tuple[dict[str, object], Sequence[bytes]]


def load(request: Request) -> Work:
    return lambda data: TRIALS[str(request["try"])](request, data)


def _nothing(_request: Asked, data: bytes) -> Told:
    return {"pid": os.getpid()}, [data, data[::-1]]


def _environment(_request: Asked, _data: bytes) -> Told:
    return {"names": sorted(os.environ)}, []


def _network(request: Asked, _data: bytes) -> Told:
    with socket.socket() as line:
        return {"errno": line.connect_ex(("127.0.0.1", int(str(request["port"]))))}, []


def _memory(_request: Asked, _data: bytes) -> Told:
    return {"size": len(bytearray(2 << 30))}, []


def _disk(request: Asked, _data: bytes) -> Told:
    return {"size": Path(str(request["path"])).write_bytes(bytes(8 << 20))}, []


def _sleep(request: Asked, _data: bytes) -> Told:
    if path := request.get("path"):
        Path(str(path)).write_text(str(os.getpid()))
    time.sleep(60)
    return {}, []


def _spin(_request: Asked, _data: bytes) -> Told:
    while True:
        pass


def _talk(_request: Asked, _data: bytes) -> Told:
    return {}, [bytes(1 << 20)] * 40


def _crash(_request: Asked, _data: bytes) -> Told:
    os.abort()


def _leave(request: Asked, data: bytes) -> Told:
    """Leave a process of its own behind."""
    if (pid := os.fork()) == 0:
        time.sleep(60)
        os._exit(0)
    Path(str(request["path"])).write_text(str(pid))
    return _nothing(request, data)


def _remember(_request: Asked, _data: bytes) -> Told:
    _met.append(b"")
    return {"remembered": len(_met) - 1, "parent": os.getppid()}, []


def _peek(_request: Asked, _data: bytes) -> Told:
    """Read the memory of the process that this one comes from."""
    try:
        with Path(f"/proc/{os.getppid()}/mem").open("rb") as memory:
            return {"errno": 0, "byte": memory.fileno()}, []
    except OSError as error:
        return {"errno": error.errno}, []


_met: list[bytes] = []

TRIALS = {
    trial.__name__[1:]: trial
    for trial in (
        _nothing,
        _environment,
        _network,
        _memory,
        _disk,
        _sleep,
        _spin,
        _talk,
        _crash,
        _leave,
        _remember,
        _peek,
    )
}


if __name__ == "__main__":
    serve(load)
