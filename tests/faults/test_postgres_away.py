"""PostgreSQL away under load: nobody is told that something is kept which is not, and it ends."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx2
import pytest

from app.domain.capacity import AsQueue
from app.domain.errors import Unavailable
from tests.factories import OFFICE, Person, Town
from tests.faults.books import close_the_books
from tests.faults.clients import Client, news
from tests.faults.harness import Fragile, token, until
from tests.faults.journeys import SERVICE, Journeys, form_key_of
from tests.faults.report import note

#: Loket goes on so soon after PostgreSQL takes connections again.
_NORMAL_WITHIN = 10.0
_BREATH = 0.2
_SERVER_BACK = 60.0
#: No answer takes longer, whatever is away.
_ANSWERS_WITHIN = 15.0
_PAGE = f"/layanan/{SERVICE}/ajukan"


@dataclass
class Crowd:
    """People who save their drafts again and again, and what they were answered.

    Attributes:
        answers: how often each HTTP status came.
        saved: when somebody was last told that a draft is saved.
        slowest: the longest wait for one answer, in seconds.
        is_over: set when everybody may go, once their last word is a good one.
    """

    answers: Counter[str] = field(default_factory=Counter)
    saved: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    async def save(self, client: Client, resident: Person, key: str) -> tuple[str, str]:
        """Save until it is over; return what was last said to be saved."""
        kept, unsure = "", True
        async with client:
            while unsure or not self.is_over.is_set():
                purpose, began = f"Beasiswa {token()}", time.monotonic()
                form = {"office": OFFICE, "form_key": key, "purpose": purpose, "action": "save"}
                answer = await client.http.post(_PAGE, data=form)
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.answers[str(answer.status_code)] += 1
                unsure = news(answer) != "saved"
                if unsure:
                    _is_a_plain_refusal(answer)
                else:
                    kept = purpose
                    self.saved[resident.subject] += 1
                await asyncio.sleep(_BREATH)
        return resident.subject, kept


async def test_a_few_people_go_on_after_postgresql_was_away_for_seconds(
    fragile: Fragile, town: Town, journeys: Journeys
):
    await _goes_away(fragile, town, journeys, users=4, seconds=3)


@pytest.mark.faults_full
async def test_fifty_people_go_on_after_postgresql_was_away_for_half_a_minute(
    fragile: Fragile, town: Town, journeys: Journeys
):
    await _goes_away(fragile, town, journeys, users=50, seconds=30)


async def _goes_away(
    fragile: Fragile, town: Town, journeys: Journeys, *, users: int, seconds: float
) -> None:
    residents, crowd = [await town.resident() for _ in range(users)], Crowd()
    people: list[asyncio.Task[tuple[str, str]]] = []
    for one in residents:
        async with journeys.client(one) as client:
            key = await form_key_of(client, _PAGE)
        people.append(asyncio.create_task(crowd.save(journeys.client(one), one, key)))
    try:
        await until(lambda: len(crowd.saved) == users, "everybody saves", 60)
        before = crowd.answers.copy()
        await fragile.hold_down("postgres", seconds)
        away = crowd.answers - before
        await until(lambda: _answers(town), "PostgreSQL takes connections", _SERVER_BACK)
        began, saved_before = time.monotonic(), crowd.saved.copy()
        await until(
            lambda: len(crowd.saved - saved_before) == users, "everybody saves", _NORMAL_WITHIN
        )
        saving = time.monotonic() - began
        await fragile.ready(_NORMAL_WITHIN - saving)
        normal = time.monotonic() - began
    finally:
        crowd.is_over.set()
    for subject, purpose in await asyncio.gather(*people):
        journeys.receipts.drafts[subject] = {"purpose": purpose}
    books = await close_the_books(town, journeys.receipts)
    note(
        f"PostgreSQL away {seconds:.0f} s, {users} users: answered {dict(away)} meanwhile, the "
        f"slowest after {crowd.slowest:.1f} s; all save {saving:.1f} s and all is ready "
        f"{normal:.1f} s after its return; {books}"
    )
    assert books.wrong == []
    assert away["503"] >= users
    assert away.keys() <= {"303", "503"}, "each refusal is a plain one"
    assert crowd.slowest < _ANSWERS_WITHIN


def _is_a_plain_refusal(answer: httpx2.Response) -> None:
    assert answer.status_code == 503, answer.text[:500]
    assert answer.headers["retry-after"].isdigit()
    assert "Coba lagi sebentar lagi" in answer.text


async def _answers(town: Town) -> bool:
    try:
        async with town.parts.open_work(AsQueue()):
            return True
    except Unavailable:
        return False
