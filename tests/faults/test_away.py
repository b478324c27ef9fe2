"""The store away: what is typed is kept, no file is lost, and what waits is done on its return."""

import asyncio
import time

import pytest

from app.domain.workflow import Status
from tests.factories import OFFICE, Town, photo
from tests.faults.books import close_the_books
from tests.faults.harness import Fragile, token, until
from tests.faults.journeys import SERVICE, Journeys, form_key_of
from tests.faults.report import note

_QUEUE_EMPTY_WITHIN = 60.0
#: A form whose file cannot be stored says so in this time.
_ANSWERS_WITHIN = 15.0

pytestmark = pytest.mark.faults_full


async def test_the_store_away_for_a_minute_keeps_drafts_and_ends_with_an_empty_queue(
    fragile: Fragile, town: Town, journeys: Journeys
):
    resident, waiting = await town.resident(), await _at_signature(town, journeys)
    holding = asyncio.create_task(fragile.hold_down("seaweedfs", 60))
    async with journeys.client(resident) as client:
        page, purpose = f"/layanan/{SERVICE}/ajukan", f"Beasiswa {token()}"
        form = {"office": OFFICE, "purpose": purpose, "form_key": await form_key_of(client, page)}
        file = {"document.ktp": ("ktp.jpg", photo(), "image/jpeg")}
        began = time.monotonic()
        answer = await client.http.post(page, data={**form, "action": "upload:ktp"}, files=file)
        told_after = time.monotonic() - began
        assert answer.status_code == 303
        told = (await client.get(page)).text
        assert purpose in told, "what was typed is kept"
        assert "ktp.jpg" not in told, "a file that was not stored is not shown as handed in"
        assert "belum tersimpan" in told, "the form says so beside the file"
    await journeys.signed(journeys.office.head, waiting)
    await holding
    await fragile.ready()
    began = time.monotonic()
    await until(lambda: _is(town, waiting, Status.DONE), "the letter is made", _QUEUE_EMPTY_WITHIN)
    journeys.receipts.drafts[resident.subject] = {"purpose": purpose}
    books = await close_the_books(town, journeys.receipts)
    note(
        f"S3 away 60 s: the form told of it after {told_after:.1f} s; queue empty "
        f"{time.monotonic() - began:.1f} s after its return; {books}"
    )
    assert books.wrong == []
    assert told_after < _ANSWERS_WITHIN


async def test_a_dead_identity_provider_stops_sign_ins_only_and_says_so(
    fragile: Fragile, town: Town, journeys: Journeys
):
    holding = asyncio.create_task(fragile.hold_down("identity", 15))
    await until(lambda: not fragile.pids("identity"), "the provider is dead", 5)
    async with journeys.client() as client:
        # What Loket knows of the provider is a minute old at most; the sign-in itself needs it.
        answer = await client.http.get("/masuk/mulai")
        if "/identitas" in answer.headers["location"]:
            answer = await client.http.get(answer.headers["location"])
            assert answer.status_code in (502, 503)
        else:
            assert "masalah=unavailable" in answer.headers["location"]
    reference = await journeys.applied(await town.resident())
    await holding
    await journeys.came_and_went()
    assert (await town.case(reference)).status == Status.SUBMITTED
    note("identity provider dead 15 s: who was signed in went on, then sign-in worked again")


async def _at_signature(town: Town, journeys: Journeys) -> str:
    """Return the number of a case that only awaits its signature."""
    reference = await journeys.applied(await town.resident())
    await journeys.forwarded(reference)
    for person in (journeys.office.section_head, journeys.office.secretary):
        await journeys.signed(person, reference)
    return reference


async def _is(town: Town, reference: str, status: Status) -> bool:
    return (await town.case(reference)).status == status
