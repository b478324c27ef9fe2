"""Every page as every kind of person finds it: empty, filled, refused, broken."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from app import routes
from app.domain.identity import Role
from app.domain.letters import Result
from app.domain.workflow import Step
from app.texts import say
from app.usecases import verify
from app.views import Verdict
from app.web import lost
from tests.e2e.prepared import Prepare, idle, leaving, outdated, with_waiting, without_a_network
from tests.factories import Person, Town

_A_LETTER = {
    "number": "460/0001/KEC.CMS/XI/2026",
    "service": "Surat Keterangan Tidak Mampu",
    "holder": "Tuti A. b. M.",
    "office": "Kecamatan Cimahi Selatan",
    "signer": "Yayan Sopian, Camat Cimahi Selatan",
    "signed_at": "Minggu, 22 November 2026 pukul 10.20",
}
_LONG_NAME = "Tuti Alawiyah binti Muhammad Abdurrahman Kusumawardhani"


@dataclass(frozen=True)
class Scene:
    """People and their cases, one at each place where pages look different."""

    resident: Person
    beginner: Person
    idle: Person
    officer: Person
    head: Person
    newcomer: Person
    sent: str
    taken: str
    sent_back: str
    rejected: str
    to_sign: str
    done: str
    tracking: str
    code: str
    sender: Person
    town: Town


Path = Callable[[Scene], str]
Who = Callable[[Scene], Person | None]


def _nobody(_: Scene) -> None:
    return None


@dataclass(frozen=True)
class Look:
    """One page as one person sees it.

    Attributes:
        name: what is special about it.
        route: the one of `app.pages` that it shows, empty for none of them.
        path: where it is, in Indonesian.
        who: looks at it.
        status: the answer's.
        news: what this person just did, as the page before told it.
        document: the whole page, where nothing but a defect would bring it about.
        prepare: brings the open page to what it shows.
    """

    name: str
    route: str
    path: Path
    who: Who = _nobody
    status: int = 200
    news: str = ""
    document: Callable[[], str] | None = None
    prepare: Prepare | None = None


def _resident(scene: Scene) -> Person:
    return scene.resident


def _beginner(scene: Scene) -> Person:
    return scene.beginner


def _idle(scene: Scene) -> Person:
    return scene.idle


def _newcomer(scene: Scene) -> Person:
    return scene.newcomer


def _sender(scene: Scene) -> Person:
    return scene.sender


def _officer(scene: Scene) -> Person:
    return scene.officer


def _head(scene: Scene) -> Person:
    return scene.head


def _at(route: str, query: str = "", **parts: str) -> Path:
    return lambda _: routes.fill(route, **parts) + query


def _of_case(route: str, name: str) -> Path:
    return lambda scene: routes.fill(route, reference=getattr(scene, name))


def _tracked(scene: Scene) -> str:
    return routes.fill(routes.TRACK_CODE, code=scene.tracking)


def _by_code(scene: Scene) -> str:
    return routes.fill(routes.VERIFY_CODE, code=scene.code)


def _judged(result: Result) -> Look:
    return Look(
        f"a file that is {result}",
        routes.VERIFY,
        lambda scene: f"{routes.VERIFY}?hasil={_said_of_a_file(scene.town, result)}",
    )


def _said_of_a_file(town: Town, result: Result) -> str:
    """Return what Loket says of a file, sealed; that lives a minute."""
    by = "code" if result is Result.REVOKED else "file"
    letter = {} if result is Result.UNKNOWN else _A_LETTER
    title, explanation = say(f"verify.{result}.title"), say(f"verify.{result}.{by}")
    told = Verdict(result=result.value, title=title, explanation=explanation, **letter)
    return verify.sealed(town.parts, told)


def _waiting(name: str, route: str, status: HTTPStatus, state: str) -> Look:
    path = _at(route, key="sktm") if "[" in route else _at(route)
    return Look(name, route, path, _sender, prepare=with_waiting(status, state))


def _broken(status: int, error_id: str = "") -> Look:
    return Look(
        f"the plain page for {status}",
        "",
        _at("/gangguan"),
        status=status,
        document=lambda: lost.document(status, error_id),
    )


LOOKS = (
    Look("home", routes.HOME, _at(routes.HOME)),
    Look("home after signing out", routes.HOME, _at(routes.HOME), news="signed_out"),
    Look("home of a resident", routes.HOME, _at(routes.HOME), _resident),
    Look("services", routes.SERVICES, _at(routes.SERVICES)),
    Look("services found", routes.SERVICES, _at(routes.SERVICES, "?cari=warung")),
    Look("no service found", routes.SERVICES, _at(routes.SERVICES, "?cari=zzz")),
    Look("service", routes.SERVICE, _at(routes.SERVICE, key="domisili")),
    Look("a form", routes.APPLY, _at(routes.APPLY, key="domisili"), _resident),
    Look("a form with rows", routes.APPLY, _at(routes.APPLY, key="ahli-waris"), _resident),
    Look("its problems", routes.APPLY, _at(routes.APPLY, "?periksa=1", key="sku"), _resident),
    Look(
        "a draft, saved, with a file that was refused",
        routes.APPLY,
        _at(routes.APPLY, key="sktm"),
        _beginner,
        news="saved",
    ),
    Look("my cases", routes.MY_CASES, _at(routes.MY_CASES), _resident),
    Look("no cases yet", routes.MY_CASES, _at(routes.MY_CASES), _idle),
    Look("a sent case", routes.CASE, _of_case(routes.CASE, "sent"), _resident, news="sent"),
    Look("a case sent back", routes.CASE, _of_case(routes.CASE, "sent_back"), _resident),
    Look("a refused case", routes.CASE, _of_case(routes.CASE, "rejected"), _resident),
    Look("a finished case", routes.CASE, _of_case(routes.CASE, "done"), _resident),
    Look("track", routes.TRACK, _at(routes.TRACK)),
    Look("an unknown code", routes.TRACK, _at(routes.TRACK, "?kode=0000")),
    Look("a tracked case", routes.TRACK_CODE, _tracked),
    Look("verify", routes.VERIFY, _at(routes.VERIFY)),
    Look("no file to verify", routes.VERIFY, _at(routes.VERIFY, "?masalah=no_file")),
    Look("a genuine letter", routes.VERIFY_CODE, _by_code),
    *(_judged(result) for result in Result),
    Look("account", routes.ACCOUNT, _at(routes.ACCOUNT), _resident),
    Look("an official's account", routes.ACCOUNT, _at(routes.ACCOUNT), _head),
    Look("profile", routes.PROFILE, _at(routes.PROFILE), _newcomer),
    Look("its gaps", routes.PROFILE, _at(routes.PROFILE, "?periksa=1"), _newcomer),
    Look("sign-in that failed", routes.SIGN_IN, _at(routes.SIGN_IN, "?masalah=expired")),
    Look("sign-in once more", routes.SIGN_IN, _at(routes.SIGN_IN, "?masalah=again")),
    Look("queue", routes.QUEUE, _at(routes.QUEUE, "?tampil=office"), _officer),
    Look("nothing in the queue", routes.QUEUE, _at(routes.QUEUE, "?cari=zzz"), _officer),
    Look("a new case", routes.REVIEW, _of_case(routes.REVIEW, "sent"), _officer),
    Look(
        "a case under review",
        routes.REVIEW,
        _of_case(routes.REVIEW, "taken"),
        _officer,
        news="error.note_needed",
    ),
    Look("a case to sign", routes.REVIEW, _of_case(routes.REVIEW, "to_sign"), _head),
    Look("a signed case", routes.REVIEW, _of_case(routes.REVIEW, "done"), _officer),
    Look("letters to sign", routes.SIGNING, _at(routes.SIGNING), _head),
    Look("nothing to sign", routes.SIGNING, _at(routes.SIGNING), _officer),
    Look("help", routes.HELP, _at(routes.HELP)),
    Look("no network", routes.OFFLINE, _at(routes.OFFLINE)),
    _waiting("a form that waits", routes.APPLY, HTTPStatus.SERVICE_UNAVAILABLE, "waiting"),
    _waiting("a form after its session", routes.APPLY, HTTPStatus.UNAUTHORIZED, "login"),
    _waiting("what waits", routes.MY_CASES, HTTPStatus.SERVICE_UNAVAILABLE, "waiting"),
    _waiting("what must be corrected", routes.MY_CASES, HTTPStatus.OK, "attention"),
    _waiting("what was not taken", routes.MY_CASES, HTTPStatus.FORBIDDEN, "refused"),
    Look(
        "what waits, no network",
        routes.OFFLINE,
        _at(routes.OFFLINE),
        _sender,
        prepare=without_a_network,
    ),
    Look("signing out", routes.MY_CASES, _at(routes.MY_CASES), _sender, prepare=leaving),
    Look("a session near its end", routes.MY_CASES, _at(routes.MY_CASES), _sender, prepare=idle),
    Look("a new version", routes.HOME, _at(routes.HOME), _sender, prepare=outdated),
    Look("no such page", "", _at("/tidak/ada"), status=404),
    Look("another one's case", routes.CASE, _of_case(routes.CASE, "done"), _officer, status=404),
    *(_broken(status) for status in (404, 413, 503)),
    _broken(500, "1a2b3c4d"),
)


async def set_scene(town: Town) -> Scene:
    """Return people at a new office with a case at each place."""
    office = await town.office()
    resident, beginner = await town.resident(_LONG_NAME), await town.resident()
    officer, head = await town.staff(Role.OFFICER, office), await town.staff(Role.HEAD, office)
    await town.draft(resident, "sku", office)
    draft = await town.draft(beginner, "sktm", office)
    await town.attach(beginner, draft, "ktp", b"Ini bukan foto, hanya catatan.\n" * 40)
    await town.attach(beginner, draft, "kk")
    await town.settled(draft)
    done = await town.at_signature(resident, officer, office=office)
    await town.step(head, done, Step.SIGN)
    await town.settled(done)
    letter = await town.letter(done)
    assert letter
    return Scene(
        resident=resident,
        beginner=beginner,
        idle=await town.resident(),
        officer=officer,
        head=head,
        newcomer=await town.signed_in(f"baru-{done}", "Neneng"),
        sent=await town.sent(resident, office=office),
        taken=await town.taken(resident, officer, office=office),
        sent_back=await _ended(town, resident, officer, office, Step.REQUEST_CHANGES),
        rejected=await _ended(town, resident, officer, office, Step.REJECT),
        to_sign=await town.at_signature(resident, officer, office=office),
        done=done,
        tracking=(await town.case(done)).tracking_code,
        code=letter.code,
        sender=await town.resident(),
        town=town,
    )


async def _ended(town: Town, resident: Person, officer: Person, office: str, step: Step) -> str:
    reference = await town.taken(resident, officer, office=office, service="sku")
    await town.step(officer, reference, step, "Mohon foto yang lebih jelas.\nTerima kasih.")
    return reference
