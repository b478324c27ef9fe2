"""Every page in both languages, on phones and desks: sound, whole, readable by all."""

from http import HTTPStatus

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from app import routes
from app.pages import PAGES
from tests.e2e.conftest import NewContext
from tests.e2e.looks import LOOKS, Look, Scene, set_scene
from tests.e2e.shape import faults_of_shape, has_no_barrier
from tests.factories import Town
from tests.support.people import become
from tests.support.running import Loket

#: A desk, the same at 200 and at 400 per cent, and a phone.
DESK, DOUBLED, NARROWEST, PHONE = 1280, 640, 320, 360
_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
#: Colours are the same in every language.
_WORDS = {"rules": {rule: {"enabled": False} for rule in _COLOURS["runOnly"]["values"]}}


@pytest.fixture(scope="module")
async def scene(town: Town) -> Scene:
    return await set_scene(town)


def test_every_page_is_looked_at():
    assert {page.route for page in PAGES} - {look.route for look in LOOKS} == set()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
async def test_a_page_is_sound_in_both_languages_on_phone_and_desk(
    new_context: NewContext, loket: Loket, scene: Scene, look: Look
):
    context = await new_context(viewport={"width": PHONE, "height": 800}, reduced_motion="reduce")
    if person := look.who(scene):
        await become(context, loket, person)
    page = await context.new_page()
    problems: list[str] = []
    page.on("console", lambda said: said.type == "error" and problems.append(said.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    for language in ("id",) if look.document else ("en", "id"):
        await _open(context, loket, page, look, routes.in_language(look.path(scene), language))
        if look.prepare:
            await look.prepare(page)
        await _says_what_it_is(page, language)
        await _fits(page)
        if language == "en":
            await has_no_barrier(page, _WORDS)
    await has_no_barrier(page)
    await page.emulate_media(color_scheme="dark")
    await has_no_barrier(page, _COLOURS)
    await page.emulate_media(color_scheme="light")
    await _resize(page, DESK)
    await has_no_barrier(page)
    # The browser itself says in the console that an address was not found, or a form not taken.
    is_refused = look.status != HTTPStatus.OK or look.prepare
    assert [one for one in problems if not is_refused or "status of" not in one] == []


async def _open(context: BrowserContext, loket: Loket, page: Page, look: Look, path: str) -> None:
    if look.news:
        await context.add_cookies([{"name": routes.NEWS, "value": look.news, "url": loket.url}])
    if look.document:
        document = look.document()

        async def broken(route: Route) -> None:
            await route.fulfill(status=look.status, body=document, content_type="text/html")

        await page.route(f"**{path}", broken)
    answer = await page.goto(path)
    assert answer
    assert answer.status == look.status
    await expect(page.get_by_test_id("flash")).to_have_count(1 if look.news else 0)


async def _says_what_it_is(page: Page, language: str) -> None:
    await expect(page.locator("h1")).to_have_count(1)
    assert (await page.title()).strip(), page.url
    spoken = await page.evaluate("document.querySelector('main').closest('[lang]').lang")
    assert spoken == language, page.url
    keys = await page.evaluate(
        "[...document.querySelectorAll('[accesskey]')].map(x => x.accessKey)"
    )
    assert len(keys) == len(set(keys)), page.url


async def _fits(page: Page) -> None:
    """Nothing is cut, sticks out or is too small to touch, however narrow or enlarged."""
    for width in (DESK, DOUBLED, NARROWEST):
        await _resize(page, width)
        assert await faults_of_shape(page) == [], f"{page.url} at {width}"
    await _resize(page, PHONE)
    assert await faults_of_shape(page, text=2) == [], f"{page.url} with larger text"
    assert await faults_of_shape(page) == [], f"{page.url} at {PHONE}"


async def _resize(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
