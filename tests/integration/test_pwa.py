"""What `app.pwa` promises, shown on the example site."""

import json
import re

import httpx
import pytest
from playwright.async_api import expect

from app.pwa.icons import draw
from tests.integration.ssr_site import Site, Tab, until

pytest_plugins = ["tests.integration.ssr_site"]

_READY = "navigator.serviceWorker.ready.then((found) => found.active.state)"
_KEPT = """(async () => {
  const found = {};
  for (const name of await caches.keys())
    found[name] = (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname);
  return found;
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


async def test_nothing_of_a_person_is_kept_and_old_builds_are_cleared(tab: Tab):
    await tab.open("/offline")
    await tab.page.evaluate("caches.open('app-old').then((c) => c.put('/x', new Response('x')))")
    await _installed(tab)
    await tab.open("/cases/1")
    await tab.open("/form")
    (files,) = (await tab.page.evaluate(_KEPT)).values()
    styles = [path for path in files if re.fullmatch(r"/assets/[^/]+\.css", path)]
    assert sorted(files) == sorted(["/offline", "/icons/icon-192.png", *styles])


async def test_the_worker_names_its_build(http):
    facts = (await http.get("/sw.js")).text.partition("const APP = ")[2].partition(";\n")[0]
    assert re.fullmatch("[0-9a-f]{12}", json.loads(facts)["build"])


def test_a_maskable_icon_fills_its_square_and_a_plain_one_does_not():
    plain, maskable = (
        draw(64, "#000000", "#ffffff", maskable=cut).convert("RGBA") for cut in (False, True)
    )
    assert plain.getpixel((0, 0))[3] < 8
    assert maskable.getpixel((0, 0))[3] == 255
