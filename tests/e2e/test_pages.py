"""Every page in both languages, on a phone and on a desk: sound, whole, readable by all."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from app import routes
from app.domain.identity import Role
from app.domain.workflow import Step
from app.pages import PAGES
from tests.e2e.conftest import NewContext
from tests.factories import Person, Town
from tests.support.people import become
from tests.support.running import Loket

#: All on one worker: the scene below takes a while to set.
pytestmark = pytest.mark.xdist_group("pages")

NARROWEST, PHONE, DESK = 320, 360, 1280


@dataclass(frozen=True)
class Scene:
    """People and their cases, one at each place where pages look different."""

    resident: Person
    officer: Person
    head: Person
    newcomer: Person
    sent: str
    taken: str
    sent_back: str
    to_sign: str
    done: str
    tracking: str
    code: str


Path = Callable[[Scene], str]
Who = Callable[[Scene], Person | None]


@dataclass(frozen=True)
class Look:
    """One page as one person sees it; `route` is the one of `app.pages` that it shows."""

    name: str
    route: str
    path: Path
    who: Who = field(default=lambda scene: None)
    status: int = 200


def _resident(scene: Scene) -> Person:
    return scene.resident


def _officer(scene: Scene) -> Person:
    return scene.officer


def _head(scene: Scene) -> Person:
    return scene.head


def _at(route: str, query: str = "", **parts: str) -> Path:
    return lambda _: routes.fill(route, **parts) + query


def _of_case(route: str, name: str, query: str = "") -> Path:
    return lambda scene: routes.fill(route, reference=getattr(scene, name)) + query


LOOKS = (
    Look("home", routes.HOME, _at(routes.HOME)),
    Look("services", routes.SERVICES, _at(routes.SERVICES)),
    Look("services found", routes.SERVICES, _at(routes.SERVICES, "?cari=warung")),
    Look("no service found", routes.SERVICES, _at(routes.SERVICES, "?cari=zzz")),
    Look("service", routes.SERVICE, _at(routes.SERVICE, key="domisili")),
    Look("a form", routes.APPLY, _at(routes.APPLY, key="domisili"), _resident),
    Look("a form with rows", routes.APPLY, _at(routes.APPLY, key="ahli-waris"), _resident),
    Look("its problems", routes.APPLY, _at(routes.APPLY, "?periksa=1", key="sku"), _resident),
    Look("my cases", routes.MY_CASES, _at(routes.MY_CASES), _resident),
    Look("a case that was sent", routes.CASE, _of_case(routes.CASE, "sent"), _resident),
    Look("a case sent back", routes.CASE, _of_case(routes.CASE, "sent_back"), _resident),
    Look("a finished case", routes.CASE, _of_case(routes.CASE, "done"), _resident),
    Look("track", routes.TRACK, _at(routes.TRACK)),
    Look("an unknown code", routes.TRACK, _at(routes.TRACK, "?kode=0000")),
    Look(
        "a tracked case",
        routes.TRACK_CODE,
        lambda scene: routes.fill(routes.TRACK_CODE, code=scene.tracking),
    ),
    Look("verify", routes.VERIFY, _at(routes.VERIFY)),
    Look(
        "a genuine letter",
        routes.VERIFY_CODE,
        lambda scene: routes.fill(routes.VERIFY_CODE, code=scene.code),
    ),
    Look("account", routes.ACCOUNT, _at(routes.ACCOUNT), _resident),
    Look("an official's account", routes.ACCOUNT, _at(routes.ACCOUNT), _head),
    Look("profile", routes.PROFILE, _at(routes.PROFILE, "?periksa=1"), lambda s: s.newcomer),
    Look("sign-in that failed", routes.SIGN_IN, _at(routes.SIGN_IN, "?masalah=expired")),
    Look("queue", routes.QUEUE, _at(routes.QUEUE, "?tampil=office"), _officer),
    Look("nothing in the queue", routes.QUEUE, _at(routes.QUEUE, "?cari=zzz"), _officer),
    Look("a new case", routes.REVIEW, _of_case(routes.REVIEW, "sent"), _officer),
    Look("a case under review", routes.REVIEW, _of_case(routes.REVIEW, "taken"), _officer),
    Look("a case to sign", routes.REVIEW, _of_case(routes.REVIEW, "to_sign"), _head),
    Look("a signed case", routes.REVIEW, _of_case(routes.REVIEW, "done"), _officer),
    Look("letters to sign", routes.SIGNING, _at(routes.SIGNING), _head),
    Look("nothing to sign", routes.SIGNING, _at(routes.SIGNING), _officer),
    Look("no such page", "", _at("/tidak/ada"), status=404),
    Look(
        "another one's case",
        routes.CASE,
        _of_case(routes.CASE, "done"),
        _officer,
        status=404,
    ),
)


@pytest.fixture(scope="module")
async def scene(town: Town) -> Scene:
    office = await town.office()
    resident = await town.resident("Tuti Alawiyah binti Muhammad Abdurrahman Kusumawardhani")
    officer = await town.staff(Role.OFFICER, office)
    head = await town.staff(Role.HEAD, office)
    sent_back = await town.taken(resident, officer, office=office, service="sku")
    await town.step(officer, sent_back, Step.REQUEST_CHANGES, "Mohon foto yang lebih jelas.")
    await town.draft(resident, "sku", office)
    done = await town.at_signature(resident, officer, office=office)
    await town.step(head, done, Step.SIGN)
    await town.settled(done)
    letter = await town.letter(done)
    assert letter
    return Scene(
        resident=resident,
        officer=officer,
        head=head,
        newcomer=await town.signed_in(f"baru-{done}", "Neneng"),
        sent=await town.sent(resident, office=office),
        taken=await town.taken(resident, officer, office=office),
        sent_back=sent_back,
        to_sign=await town.at_signature(resident, officer, office=office),
        done=done,
        tracking=(await town.case(done)).tracking_code,
        code=letter.code,
    )


def test_every_page_is_looked_at():
    # The page for no network asks nobody; it is looked at with the service worker.
    assert {page.route for page in PAGES} - {look.route for look in LOOKS} <= {routes.OFFLINE}


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
async def test_a_page_is_sound_in_both_languages_on_phone_and_desk(
    new_context: NewContext, loket: Loket, scene: Scene, look: Look
):
    context = await new_context()
    if person := look.who(scene):
        await become(context, loket, person)
    page = await context.new_page()
    problems: list[str] = []
    page.on("console", lambda said: said.type == "error" and problems.append(said.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    for language in ("id", "en"):
        for width in (PHONE, DESK):
            await page.set_viewport_size({"width": width, "height": 800})
            path = routes.in_language(look.path(scene), language)
            answer = await page.goto(path)
            assert answer
            assert answer.status == look.status
            await _is_sound(page, language, width)
    # The browser itself says in the console that an address was not found.
    assert [one for one in problems if "404" not in one or look.status == 200] == []


async def _is_sound(page: Page, language: str, width: int) -> None:
    where = f"{page.url} at {width}"
    await expect(page.locator("h1")).to_have_count(1)
    assert (await page.title()).strip(), where
    spoken = await page.evaluate("document.querySelector('main').closest('[lang]').lang")
    assert spoken == language, where
    if width == PHONE:
        await page.set_viewport_size({"width": NARROWEST, "height": 800})
        assert await _width(page) <= NARROWEST, f"{page.url} at {NARROWEST}"
        await page.set_viewport_size({"width": PHONE, "height": 800})
    assert await _width(page) <= width, where
    if width == PHONE or language == "id":  # a desk shows the same in every language
        found = await Axe().run(page)
        assert found.violations_count == 0, f"{where}\n{found.generate_report()}"


async def _width(page: Page) -> int:
    return await page.evaluate("document.documentElement.scrollWidth")
