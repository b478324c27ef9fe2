"""Two hosts by configuration only: what one of them loses, the other goes on with."""

import asyncio
import contextlib
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import httpx2
import pytest

from app import routes
from tests.factories import OFFICE, Person, Town
from tests.faults.books import close_the_books
from tests.faults.clients import Client, news
from tests.faults.harness import token, until
from tests.faults.journeys import SERVICE, Journeys, form_key_of
from tests.faults.report import note
from tests.faults.several import Several, several_lokets
from tests.support.websocket import connected, event, state_of

pytestmark = pytest.mark.faults_full

_FORM = f"/layanan/{SERVICE}/ajukan"
_USERS, _SECONDS, _EVERY = 50, 120.0, 10.0
_CUT_SECONDS = 20.0
#: One person reads and types between two requests.
_THINKS = 2.0


@pytest.fixture(scope="module")
async def fragile() -> AsyncIterator[Several]:
    """Two of everything but the stores, in place of the one Loket of other tests."""
    async with several_lokets() as loket:
        yield loket


@dataclass
class Crowd:
    """People who do not try again: each request counts, and so does each that failed.

    Attributes:
        answers: how often each HTTP status came; `cut` when none did.
        failed: what failed.
        is_over: set when everybody may go.
    """

    answers: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self, client: Client, resident: Person) -> tuple[str, str]:
        """Read and save until it is over; return what was last said to be saved."""
        kept = ""
        async with client:
            key = await form_key_of(client, _FORM)
            while not self.is_over.is_set():
                for path in ("/permohonan", _FORM):
                    await self._ask(client, "GET", path)
                purpose = f"Beasiswa {token()}"
                form = {"office": OFFICE, "form_key": key, "purpose": purpose, "action": "save"}
                answer = await self._ask(client, "POST", _FORM, data=form)
                if answer is None or answer.status_code >= 500:
                    kept = ""  # it may have been kept, or not
                else:
                    assert news(answer) == "saved"
                    kept = purpose
        return resident.subject, kept

    async def _ask(
        self, client: Client, method: str, path: str, **more: object
    ) -> httpx2.Response | None:
        await asyncio.sleep(_THINKS)
        try:
            answer = await client.http.request(method, path, **more)
        except httpx2.TransportError as error:
            self.answers["cut"] += 1
            self.failed[f"{method} {type(error).__name__}"] += 1
            return None
        self.answers[str(answer.status_code)] += 1
        if answer.status_code >= 500:
            self.failed[f"{method} {answer.status_code}"] += 1
        return answer


async def test_one_killed_every_ten_seconds_costs_fifty_people_hardly_a_request(
    fragile: Several, town: Town, journeys: Journeys
):
    async def unrest(_: Crowd) -> None:
        for number in range(int(_SECONDS / _EVERY)):
            await asyncio.sleep(_EVERY)
            await fragile.kill(("web-1", "worker-1", "web-0", "worker-0")[number % 4])

    crowd = await _lived_through(unrest, town, journeys)
    share = crowd.failed.total() / crowd.answers.total()
    books = await close_the_books(town, journeys.receipts)
    note(
        f"two hosts, {_USERS} users, one of four processes killed every {_EVERY:.0f} s for "
        f"{_SECONDS:.0f} s: {dict(crowd.answers)}, {share:.2%} failed {dict(crowd.failed)}; {books}"
    )
    assert books.wrong == []
    assert share < 0.005


async def test_a_rolling_restart_fails_no_request(fragile: Several, town: Town, journeys: Journeys):
    crowd = await _lived_through(lambda _: fragile.restart_one_by_one(), town, journeys)
    note(f"two hosts, web and worker of each restarted in turn: {dict(crowd.answers)}")
    assert crowd.failed.total() == 0, crowd.failed
    assert (await close_the_books(town, journeys.receipts)).wrong == []


async def test_redis_that_is_killed_and_comes_back_empty_costs_nobody_anything(
    fragile: Several, town: Town, journeys: Journeys
):
    async def unrest(_: Crowd) -> None:
        for _ in range(4):
            await fragile.kill("redis")
            await asyncio.sleep(3)

    crowd = await _lived_through(unrest, town, journeys)
    note(f"two hosts, Redis killed four times: {dict(crowd.answers)}, {dict(crowd.failed)}")
    assert crowd.failed.total() == 0, crowd.failed
    assert (await close_the_books(town, journeys.receipts)).wrong == []
    await _open_pages_hear(fragile, town, journeys)


async def test_pages_say_that_they_stand_still_while_redis_hangs(
    fragile: Several, town: Town, journeys: Journeys
):
    resident = await town.resident()
    page = f"/permohonan/{await journeys.applied(resident)}"
    async with journeys.client(resident) as client:

        async def says_so() -> bool:
            return "tidak memperbarui diri sendiri" in (await client.get(page)).text

        assert not await says_so()
        redis = fragile.supervisor.pid("redis")
        os.kill(redis, signal.SIGSTOP)
        try:
            await until(says_so, "the page says so", 30)
            ready = await client.get("/readyz")
            assert (ready.status_code, ready.json()["parts"]["live"]) == (200, "failing")
        finally:
            os.kill(redis, signal.SIGCONT)
        for _ in range(4):  # each host finds out by itself
            await until(lambda: _is_not(says_so), "the page says so no more", 30)


async def _is_not(holds: Callable[[], Awaitable[bool]]) -> bool:
    return not await holds()


async def test_open_pages_of_every_host_hear_what_is_done_and_who_has_left(
    fragile: Several, town: Town, journeys: Journeys
):
    await _open_pages_hear(fragile, town, journeys)


async def test_a_whole_journey_goes_through_while_either_host_is_killed(
    fragile: Several, town: Town, journeys: Journeys
):
    residents = [await town.resident() for _ in range(4)]
    going = asyncio.gather(*(journeys.whole(one) for one in residents))
    while not going.done():
        await asyncio.wait({going}, timeout=6)
        await fragile.kill("web-1")
        await asyncio.wait({going}, timeout=6)
        await fragile.kill("web-0")
    await going
    books = await close_the_books(town, journeys.receipts)
    note(f"two hosts, whole journeys: {journeys.receipts}; {books}")
    assert books.wrong == []
    assert len(books.letters) == len(residents)


async def test_a_host_that_is_cut_off_for_a_while_comes_back_by_itself(
    fragile: Several, town: Town, journeys: Journeys
):
    place = fragile.hosts[1].place
    if not place.line:
        pytest.skip("no network namespaces here: no line that could be cut")
    residents = [await town.resident() for _ in range(2)]

    async def unrest(crowd: Crowd) -> None:
        at_work = asyncio.gather(*(journeys.whole(one) for one in residents))
        await asyncio.sleep(2)
        place.cut()
        try:
            before, failed = crowd.answers.copy(), crowd.failed.copy()
            await asyncio.sleep(_CUT_SECONDS)
            meanwhile = crowd.answers - before
        finally:
            place.mend()
        began = journeys.receipts.calm_since = time.monotonic()
        await fragile.all_are_ready()
        note(
            f"two hosts, one cut off for {_CUT_SECONDS:.0f} s: answered meanwhile "
            f"{dict(meanwhile)}, failed {dict(crowd.failed - failed)}; the cut host is ready "
            f"{time.monotonic() - began:.1f} s after its line"
        )
        assert meanwhile["200"] > _USERS, "the other host goes on"
        await at_work

    crowd = await _lived_through(unrest, town, journeys)
    books = await close_the_books(town, journeys.receipts)
    note(f"all in all {dict(crowd.answers)}, failed {dict(crowd.failed)}; {books}")
    assert books.wrong == []


async def _open_pages_hear(fragile: Several, town: Town, journeys: Journeys) -> None:
    resident = await town.resident()
    reference = await journeys.applied(resident)
    path = f"/permohonan/{reference}"
    show = event(f"{state_of('case.CaseState')}.load", routes.CASE, path)
    async with contextlib.AsyncExitStack() as open_pages, asyncio.timeout(60):
        # The proxy gives every other line to the other host.
        tabs = [
            await open_pages.enter_async_context(connected(fragile, resident.secret))
            for _ in range(4)
        ]
        for tab in tabs:
            assert "submitted" in await tab.told([show])
        async with journeys.client(journeys.office.officer) as client:
            await journeys.step(client, reference, "take")
        await asyncio.gather(*(tab.heard_until("in_review") for tab in tabs))
        async with journeys.client(resident) as client:
            await client.post("/keluar", {})
        await asyncio.gather(*(tab.closed() for tab in tabs))


async def _lived_through(
    unrest: Callable[[Crowd], Awaitable[None]], town: Town, journeys: Journeys
) -> Crowd:
    crowd = Crowd()
    residents = [await town.resident() for _ in range(_USERS)]
    people = [asyncio.create_task(crowd.live(journeys.client(one), one)) for one in residents]
    try:
        await until(lambda: crowd.answers.total() > 2 * _USERS, "everybody is at it", 60)
        await unrest(crowd)
        quiet, began = crowd.answers.total(), time.monotonic()
        await until(lambda: crowd.answers.total() > quiet + 2 * _USERS, "everybody goes on", 60)
        note(f"{2 * _USERS} requests {time.monotonic() - began:.1f} s after it")
    finally:
        crowd.is_over.set()
        told = await asyncio.gather(*people, return_exceptions=True)
    for one in told:
        if isinstance(one, BaseException):
            raise one
        if one[1]:
            journeys.receipts.drafts[one[0]] = {"purpose": one[1]}
    return crowd
