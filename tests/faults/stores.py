"""`python -m tests.faults.stores FOLDER ADDRESS PORT`: the stores of several hosts, on one of them.

The embedded PostgreSQL, SeaweedFS and sign-in, which listen to their own machine alone, are handed
on at ADDRESS. Once they answer and are prepared, FOLDER/settings.json says what hosts are told:
the public address is http://localhost:PORT.
"""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

from app.embedded import Stack
from app.operating import prepare
from app.settings import Settings, load
from tests.faults.network import carried


async def main(folder: Path, address: str, port: str) -> None:
    """Serve until SIGTERM."""
    told = {
        "LOKET_DATA_DIR": str(folder / "data"),
        "LOKET_PUBLIC_URL": f"http://localhost:{port}",
        "LOKET_PORT": port,
    }
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    stack = Stack.missing_in(load(told, None), print)
    async with stack as settings:
        await stack.up()
        await asyncio.to_thread(prepare, settings, print)
        async with handed_on(settings, address) as handed:
            made = folder / "settings.new"
            made.write_text(json.dumps(handed.as_environment(for_operators=True)))
            made.rename(folder / "settings.json")
            await over.wait()


@contextlib.asynccontextmanager
async def handed_on(settings: Settings, address: str) -> AsyncIterator[Settings]:
    """Carry connections to `address` on to the servers; give the settings of who is elsewhere."""
    assert settings.database_url
    assert settings.database_owner_url
    assert settings.s3
    assert settings.oidc
    assert settings.identity_upstream
    [sockets] = parse_qs(urlsplit(settings.database_url).query)["host"]
    provider = urlsplit(settings.identity_upstream).netloc
    async with (
        carried(address, f"{sockets}/.s.PGSQL.5432") as rows,
        carried(address, settings.s3.endpoint) as files,
        carried(address, provider) as sign_in,
    ):
        there = f"http://{sign_in}"
        metadata = (settings.oidc.metadata_url or "").replace(settings.identity_upstream, there)
        yield replace(
            settings,
            database_url=_moved(settings.database_url, rows),
            database_owner_url=_moved(settings.database_owner_url, rows),
            s3=replace(settings.s3, endpoint=files),
            oidc=replace(settings.oidc, metadata_url=metadata),
            identity_upstream=there,
        )


def _moved(database_url: str, place: str) -> str:
    """Return the address for the same login and database at `place`."""
    database = urlsplit(database_url)
    who = database.netloc.rpartition("@")[0]
    return urlunsplit((database.scheme, f"{who}@{place}", database.path, "", ""))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
