"""A network of its own: hosts in network namespaces on one bridge, whose lines can be cut.

Its addresses are of 198.18.0.0/15, which is there for such tests; nothing of it leaves the machine.
"""

import asyncio
import contextlib
import os
import random
import secrets
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

from tests.support.carrying import both_ways, passing

_NETWORKS = 256


class NoNetwork(Exception):
    """This machine does not let us make one; the text says why."""


@dataclass(frozen=True)
class Place:
    """Where processes run: their address there, and what stands before their commands."""

    address: str = "127.0.0.1"
    prefix: tuple[str, ...] = ()
    line: str = ""

    def cut(self) -> None:
        """Cut its line to everybody else: what is sent is lost, and nobody is told."""
        _ip("link", "set", self.line, "down")

    def mend(self) -> None:
        """Have its line carry again."""
        _ip("link", "set", self.line, "up")


@dataclass(frozen=True)
class Network:
    """A bridge, on which this process is the first host."""

    name: str
    net: str
    _hosts: list[str] = field(default_factory=list)

    def place(self) -> Place:
        """Return a new host on it."""
        number = len(self._hosts) + 2
        host, line = f"{self.name}-{number}", f"{self.name}{number}"
        _ip("netns", "add", host)
        self._hosts.append(host)
        _ip("link", "add", line, "type", "veth", "peer", "name", "eth0", "netns", host)
        _ip("link", "set", line, "master", self.name, "up")
        _ip("-n", host, "address", "add", f"{self.net}.{number}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            _ip("-n", host, "link", "set", device, "up")
        return Place(f"{self.net}.{number}", ("ip", "netns", "exec", host), line)

    def remove(self) -> None:
        """Take all of it away; lines go with their hosts."""
        for host in self._hosts:
            _ip("netns", "delete", host)
        _ip("link", "delete", self.name)


@contextlib.contextmanager
def network() -> Iterator[Network]:
    """Make a network for the length of the block.

    Raises:
        NoNetwork: this machine does not let us.
    """
    if os.geteuid() != 0:
        raise NoNetwork("network namespaces are made by root")
    if shutil.which("ip") is None:
        raise NoNetwork("there is no `ip` (Debian's iproute2)")
    made = Network(f"lk{secrets.token_hex(3)}", f"198.18.{random.randrange(_NETWORKS)}")
    try:
        _ip("link", "add", made.name, "type", "bridge")
    except subprocess.CalledProcessError as error:
        raise NoNetwork(f"no bridge can be made here: {error.stderr.strip()}") from error
    try:
        _ip("address", "add", f"{made.net}.1/24", "dev", made.name)
        _ip("link", "set", made.name, "up")
        yield made
    finally:
        made.remove()


@contextlib.asynccontextmanager
async def carried(address: str, to: str, port: int = 0) -> AsyncIterator[str]:
    """Carry connections to an address on to a server, `host:port` or a socket's path.

    Gives `address:port`; any port that is free unless one is named.
    """

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await both_ways((reader, writer), to, passing, passing)

    async with await asyncio.start_server(carry, address, port) as server:
        yield f"{address}:{server.sockets[0].getsockname()[1]}"
        server.close()


def _ip(*words: str) -> None:
    subprocess.run(("ip", *words), check=True, capture_output=True, text=True)
