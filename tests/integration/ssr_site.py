"""Builds and serves the example site, and opens browsers on it."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from playwright.async_api import Browser, BrowserContext, FilePayload, Page, async_playwright

from app.ssr.build import ensure_built, fingerprint

REPO = Path(__file__).parents[2]
SITE = REPO / "tests" / "ssr_app"
SOURCES = ("example_site.py", "assets", "rxconfig.py")
_SERVE = """
import sys
from app.ssr.serve import run
run("127.0.0.1", int(sys.argv[1]), 1, "warning", "example_site:app")
"""
_CHROMIUM = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def built() -> None:
    """Build the site from the product's own lock, so that both are made of the same packages.

    Two processes of the tests may ask at the same time: the second takes what the first has built.
    """
    notes = SITE / ".build"
    notes.mkdir(exist_ok=True)
    taken, given = notes / "lock-taken", fingerprint(REPO, ("reflex.lock",))
    with (notes / "turn").open("w") as turn:
        flock(turn, LOCK_EX)
        if (REPO / "reflex.lock").exists() and (not taken.exists() or taken.read_text() != given):
            shutil.copytree(REPO / "reflex.lock", SITE / "reflex.lock", dirs_exist_ok=True)
            taken.write_text(given)
        ensure_built(print, SOURCES, SITE)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@dataclass
class Site:
    """A running server: its address, its process, its log."""

    url: str
    process: subprocess.Popen[str]
    log: Path

    def renderer(self) -> psutil.Process:
        (found,) = [
            child
            for child in psutil.Process(self.process.pid).children(recursive=True)
            if "renderer.js" in " ".join(child.cmdline())
        ]
        return found


@contextlib.contextmanager
def serving(log: Path) -> Iterator[Site]:
    port = free_port()
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", _SERVE, str(port)],
            cwd=SITE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(SITE), str(REPO)))},
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    site = Site(f"http://127.0.0.1:{port}", process, log)
    try:
        wait_until_up(site)
        yield site
    finally:
        process.terminate()
        process.wait(10)


def wait_until_up(site: Site, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert site.process.poll() is None, site.log.read_text()
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"{site.url}/plain")
            return
        time.sleep(0.02)
    raise AssertionError(f"not up: {site.log.read_text()}")


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    """Wait until a condition holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        await asyncio.sleep(0.02)


_WATCH = """
addEventListener('rx:hydrated', () => { window.alive = true; });
window.changes = []; window.refused = [];
addEventListener('securitypolicyviolation', (e) => refused.push(e.violatedDirective));
addEventListener('DOMContentLoaded', () => {
  const root = document.getElementById('rx-root');
  if (!root) return;
  window.first = root.innerHTML;
  const look = () => {
    if (root.innerHTML !== (changes.at(-1) ?? first)) changes.push(root.innerHTML);
  };
  new MutationObserver(look).observe(root, { subtree: true, childList: true, characterData: true });
});
"""


@dataclass
class Tab:
    """One page of a browser that remembers what went wrong and what was fetched."""

    page: Page
    site: Site
    problems: list[str] = field(default_factory=list)
    scripts: dict[str, int] = field(default_factory=dict)
    sockets: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    async def open(self, path: str):
        return await self.page.goto(self.site.url + path)

    async def alive(self) -> None:
        async def holds() -> bool:
            return await self.page.evaluate("window.alive === true")

        await until(holds)

    async def text(self, selector: str) -> str:
        return await self.page.inner_text(selector)

    async def ask(self, path: str) -> Any:
        return await (await self.page.context.request.get(self.site.url + path)).json()

    async def attach(self, selector: str, words: str) -> None:
        file = FilePayload(name="a.txt", mimeType="text/plain", buffer=words.encode())
        await self.page.set_input_files(selector, file)

    async def watched_by(self, topic: str, count: int) -> None:
        async def holds() -> bool:
            return (await self.ask("/watching"))["topics"].get(topic, 0) == count

        await until(holds)


async def tab_in(context: BrowserContext, site: Site) -> Tab:
    page = await context.new_page()
    tab = Tab(page, site)

    def on_socket(ws) -> None:
        tab.sockets.append(ws.url)
        ws.on("close", lambda _: tab.closed.append(ws.url))

    def on_response(response) -> None:
        if ".js" in response.url:
            tab.scripts[response.url] = int(response.headers.get("content-length", 0))

    page.on("console", lambda m: tab.problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: tab.problems.append(str(error)))
    page.on("websocket", on_socket)
    page.on("response", on_response)
    await page.add_init_script(_WATCH)
    return tab


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(_CHROMIUM)
        )
        yield browser
        await browser.close()


async def as_user(browser: Browser, site: Site, user: str = "", **options) -> BrowserContext:
    context = await browser.new_context(**options)
    if user:
        await context.add_cookies([{"name": "user", "value": user, "url": site.url}])
    return context


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    built()
    with serving(tmp_path_factory.mktemp("site") / "log") as site:
        yield site


@pytest.fixture(scope="session")
async def chrome() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def tab(chrome: Browser, site: Site) -> AsyncIterator[Tab]:
    context = await as_user(chrome, site, "u1")
    yield await tab_in(context, site)
    await context.close()
