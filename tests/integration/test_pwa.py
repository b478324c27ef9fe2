"""What `app.pwa` promises, shown on the example site."""

import asyncio
import contextlib
import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.async_api import expect

from app.pwa.icons import draw
from tests.integration.ssr_site import SITE, Site, Tab, until

pytest_plugins = ["tests.integration.ssr_site"]

_READY = "navigator.serviceWorker.ready.then((found) => found.active.state)"
_KEPT = """(async () => {
  const found = {};
  for (const name of await caches.keys())
    found[name] = (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname);
  return found;
})()"""

_WEIGHT = """(async () => {
  let sum = 0;
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    if (!name.startsWith("app-")) continue;
    for (const answer of await cache.matchAll()) sum += (await answer.blob()).size;
  }
  return sum;
})()"""
_WAITS = "navigator.serviceWorker.ready.then((found) => found.waiting !== null)"
_LET_IN = """(async () => {
  const { waiting } = await navigator.serviceWorker.ready;
  const changed = new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("controllerchange", resolve);
  });
  waiting.postMessage("take-over");
  await changed;
})()"""


@pytest.fixture
async def http(site: Site):
    async with httpx.AsyncClient(base_url=site.url) as client:
        yield client


async def _installed(tab: Tab) -> None:
    await tab.open("/plain")

    async def holds() -> bool:
        return await tab.page.evaluate(_READY) == "activated"

    await until(holds)


async def test_the_manifest_makes_the_app_installable(http):
    answer = await http.get("/manifest.webmanifest")
    manifest = answer.json()
    assert answer.headers["content-type"] == "application/manifest+json"
    assert (manifest["name"], manifest["id"], manifest["start_url"]) == ("Example", "/", "/")
    assert manifest["display"] == "standalone"
    assert manifest["icons"][0]["sizes"] == "192x192"
    for icon in manifest["icons"]:
        assert (await http.get(icon["src"])).headers["content-type"] == "image/png"


async def test_every_page_names_manifest_worker_and_colours(http):
    page = (await http.get("/plain")).text
    assert '<link rel="manifest" href="/manifest.webmanifest"/>' in page
    assert page.count('name="theme-color"') == 2
    assert '<link rel="icon" href="/icons/icon-192.png"/>' in page


async def test_the_worker_is_checked_for_news_at_every_visit(http):
    assert (await http.get("/sw.js")).headers["cache-control"] == "no-cache"


async def test_without_network_the_offline_page_comes_with_its_styles(tab: Tab):
    await _installed(tab)
    await tab.page.context.set_offline(True)
    await tab.open("/cases/1")
    await expect(tab.page.locator("h1")).to_have_text("No network")
    assert await tab.page.evaluate("getComputedStyle(document.body).margin") == "0px"
    await tab.page.context.set_offline(False)
    await tab.open("/cases/1")
    await expect(tab.page.locator("#heading")).to_have_text("Case 1 of u1")


async def test_what_is_kept_at_install_is_little_and_nobodys(tab: Tab):
    await _installed(tab)
    kept = await tab.page.evaluate(_KEPT)
    (build,) = (name for name in kept if name.startswith("app-"))
    assert sorted(kept.pop(build)) == ["/icons/icon-192.png", "/offline"]
    lasting = kept.pop("lasting")
    assert kept == {}
    assert all(re.fullmatch(r"/assets/[^/]+\.css", path) for path in lasting), lasting
    await tab.open("/form")
    await tab.alive()
    assert sorted((await tab.page.evaluate(_KEPT))[build]) == ["/icons/icon-192.png", "/offline"]
    assert await tab.page.evaluate(_WEIGHT) < 40_000


async def test_files_that_never_change_are_asked_for_once(tab: Tab):
    await _installed(tab)
    await tab.open("/form")
    await tab.alive()
    await tab.page.context.set_offline(True)
    lasting = (await tab.page.evaluate(_KEPT))["lasting"]
    (entry,) = (path for path in lasting if "/entry.client-" in path)
    assert await tab.page.evaluate("(path) => fetch(path).then((a) => a.status)", entry) == 200


async def test_a_new_version_waits_until_it_is_let_in(tab: Tab):
    await _installed(tab)
    before = set(await tab.page.evaluate(_KEPT))
    with _newer_build():
        await tab.page.evaluate("navigator.serviceWorker.ready.then((found) => found.update())")
        await until(lambda: tab.page.evaluate(_WAITS))
        await tab.open("/form")  # also when another page is opened
        await tab.alive()
        assert await tab.page.evaluate(_WAITS)
        assert before < set(await tab.page.evaluate(_KEPT))
        await asyncio.wait_for(tab.page.evaluate(_LET_IN), 10)
        assert not await tab.page.evaluate(_WAITS)

        async def only_the_newer_is_kept() -> bool:
            return set(await tab.page.evaluate(_KEPT)) == {"app-newer", "lasting"}

        await until(only_the_newer_is_kept)
        await tab.page.context.set_offline(True)
        await tab.open("/cases/1")
        await expect(tab.page.locator("h1")).to_have_text("No network")


@contextlib.contextmanager
def _newer_build() -> Iterator[None]:
    """Serve the worker of another build of the same site."""
    worker = SITE / ".web" / "build" / "client" / "sw.js"
    files = [path for path in worker.parent.glob("sw.js*") if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    for path in files:
        path.unlink()
    worker.write_text(re.sub(r'"build": "\w+"', '"build": "newer"', before[worker].decode()))
    try:
        yield
    finally:
        for path, data in before.items():
            path.write_bytes(data)


async def test_what_older_builds_kept_is_cleared(tab: Tab):
    await tab.open("/offline")
    await tab.page.evaluate("caches.open('app-old').then((c) => c.put('/x', new Response('x')))")
    await _installed(tab)
    await until(lambda: tab.page.evaluate("caches.has('app-old').then((has) => !has)"))


async def test_a_browser_offers_to_install_it(tab: Tab):
    await _installed(tab)
    line = await tab.page.context.new_cdp_session(tab.page)
    found = await line.send("Page.getInstallabilityErrors")
    # The contexts of these tests are private windows, to which nothing is ever installed.
    assert {one["errorId"] for one in found["installabilityErrors"]} == {"in-incognito"}


def test_a_maskable_icon_fills_its_square_and_a_plain_one_does_not():
    plain, maskable = (
        draw(64, "#000000", "#ffffff", maskable=cut).convert("RGBA") for cut in (False, True)
    )
    assert plain.getpixel((0, 0))[3] < 8
    assert maskable.getpixel((0, 0))[3] == 255
