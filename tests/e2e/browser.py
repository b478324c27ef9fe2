"""The browsers of the tests: the system's Chromium or Chrome, else Playwright's own; a Firefox."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Playwright

from tests.support import bidi

#: The machine may be busy with other things; what takes this long has failed.
PATIENCE_MS = 20_000
_PHONE_AGENT = (
    "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36"
)
HERE = {"locale": "id-ID", "timezone_id": "Asia/Jakarta"}
PHONE = {
    "viewport": {"width": 360, "height": 800},
    "user_agent": _PHONE_AGENT,
    "is_mobile": True,
    "has_touch": True,
}
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


def led_over(ends: Mapping[str, int]) -> str:
    """Return the flag with which connections to each `host:port` begin at a port of this machine.

    The address that a page sees stays as it is.
    """
    rules = ", ".join(f"MAP {server} 127.0.0.1:{port}" for server, port in ends.items())
    return f"--host-resolver-rules={rules}"


async def launched(playwright: Playwright, *flags: str) -> Browser:
    """Return a running browser.

    Raises:
        RuntimeError: there is none on this machine; says what to install.
    """
    return await playwright.chromium.launch(
        executable_path=browser_path(playwright), args=[*FLAGS, *flags], timeout=120_000
    )


async def launched_with_profile(
    playwright: Playwright, folder: Path, *flags: str, **options: Any
) -> BrowserContext:
    """Return a running browser whose profile is `folder`, where a next one will find it."""
    return await playwright.chromium.launch_persistent_context(
        folder,
        executable_path=browser_path(playwright),
        args=[*FLAGS, *flags],
        timeout=120_000,
        **options,
    )


def browser_path(playwright: Playwright) -> str:
    """Return where the browser is.

    Raises:
        RuntimeError: there is none on this machine; says what to install.
    """
    wanted = os.environ.get("LOKET_TEST_BROWSER")
    for name in (wanted, *_NAMES) if wanted else _NAMES:
        if found := shutil.which(name):
            return found
    own = playwright.chromium.executable_path
    if Path(own).exists():
        return own
    raise RuntimeError("no Chromium: install the package chromium, or set LOKET_TEST_BROWSER")


async def launched_firefox(playwright: Playwright, folder: Path, proxy_port: int) -> Browser:
    """Return a running Firefox.

    Args:
        folder: where what starts it will lie.
        proxy_port: of the SOCKS proxy of this machine over which all of it goes.
    """
    start = folder / "firefox"
    start.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" "{bidi.__file__}" "{firefox_path()}" "$@"\n'
    )
    start.chmod(0o700)
    return await playwright.firefox.launch(
        channel="moz-firefox",
        executable_path=start,
        proxy={"server": f"socks5://127.0.0.1:{proxy_port}"},
        firefox_user_prefs={"network.proxy.allow_hijacking_localhost": True},
        timeout=120_000,
    )


def firefox_path() -> str | None:
    """Return where a Firefox is, if there is one: that of Debian, or one that was named."""
    wanted = os.environ.get("LOKET_TEST_FIREFOX")
    return (wanted and shutil.which(wanted)) or shutil.which("firefox-esr")
