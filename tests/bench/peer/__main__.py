"""`python -m tests.bench.peer FOLDER PORT` starts a PostgreSQL and the Django site beside it.

Prints the session's cookie once the site can be asked.
"""

import asyncio
import contextlib
import os
import secrets
import signal
import sys
from pathlib import Path

from app.embedded import Stack


async def _serve(folder: Path, port: int) -> None:
    if me := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, me.cancel)
    async with Stack(folder) as settings:
        assert settings.database_owner_url
        os.environ["PEER_DATABASE_URL"] = settings.database_owner_url
        os.environ["PEER_SECRET"] = secrets.token_hex()
        os.environ["PEER_MEDIA"] = str(folder / "media")
        from tests.bench.peer import site

        cookie = await asyncio.to_thread(site.fill)
        granian = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-log"),
            *("--workers", "1", "--blocking-threads", "4", "--port", str(port)),
            f"{site.__name__}:application",
        )
        print(cookie, flush=True)
        try:
            await granian.wait()
        finally:
            if granian.returncode is None:
                granian.terminate()
                await granian.wait()


if __name__ == "__main__":
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))
