"""The browser of the tests: the system's Chromium or Chrome, else Playwright's own."""

import os
import shutil
from pathlib import Path

from playwright.async_api import Browser, Playwright

#: No sandbox in a container, no screen, no traffic of the browser's own.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


async def launched(playwright: Playwright) -> Browser:
    """Return a running browser.

    Raises:
        RuntimeError: there is none on this machine; says what to install.
    """
    return await playwright.chromium.launch(
        executable_path=_path(playwright), args=list(FLAGS), timeout=120_000
    )


def _path(playwright: Playwright) -> str:
    wanted = os.environ.get("LOKET_TEST_BROWSER")
    for name in (wanted, *_NAMES) if wanted else _NAMES:
        if found := shutil.which(name):
            return found
    own = playwright.chromium.executable_path
    if Path(own).exists():
        return own
    raise RuntimeError("no Chromium: install the package chromium, or set LOKET_TEST_BROWSER")
