"""A file is released when both the inspection and the scanner are done with it, and not before."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import procrastinate
import pytest

from app import container
from app.adapters.scanning import Clamd, ScannerDown
from app.domain.errors import NotFound
from app.domain.identity import Role
from app.domain.workflow import Status, Step
from app.jobs.main import work_in_lanes
from app.usecases import apply, checking, documents, formview
from app.usecases.sweeping import sweep
from storage import keys
from storage.port import FileMissing
from tests.factories import Person, Town, photo
from tests.support.scanner import EICAR, Pretender, pretender
from tests.support.waiting import until


@pytest.fixture
async def scanner() -> AsyncIterator[Pretender]:
    async with pretender() as scanner:
        yield scanner


@pytest.fixture(params=["at once", "by a job"])
def scanned(town: Town, scanner: Pretender, request: pytest.FixtureRequest) -> Town:
    """The same town, its files looked at by a scanner."""
    clamd = Clamd(scanner.address, scan_seconds=2)
    town = replace(town, parts=replace(town.parts, scanner=clamd))
    return town if request.param == "at once" else town.left_to_jobs()


async def _is_told(town: Town, resident: Person) -> bool:
    """Return whether the form says that the check of the file is held up."""
    form = await formview.for_service(town.parts, resident.actor, "sktm", checked=False)
    [slot] = [slot for slot in form.slots if slot.requirement == "ktp"]
    return slot.is_delayed


async def _draft_with_files(town: Town) -> str:
    resident = await town.resident()
    reference = await town.draft(resident)
    for need in ("surat-desa", "pernyataan", "ktp", "kk"):
        await town.attach(resident, reference, need)
    return reference


async def _attached(town: Town, resident: Person, data: bytes) -> tuple[str, UUID]:
    reference = await town.draft(resident)
    await town.attach(resident, reference, "ktp", data)
    return reference, (await town.document(reference, "ktp")).id


async def test_a_clean_file_is_released(scanned: Town, scanner: Pretender):
    reference, document = await _attached(scanned, await scanned.resident(), photo())
    await checking.check(scanned.parts, document)
    assert (await scanned.document(reference, "ktp")).safety == "safe"
    assert scanner.scanned == 1


async def test_an_infected_file_is_refused_never_served_and_kept_as_evidence(scanned: Town):
    resident, data = await scanned.resident(), photo() + EICAR
    reference, document = await _attached(scanned, resident, data)
    await checking.check(scanned.parts, document)
    row = await scanned.document(reference, "ktp")
    assert (row.safety, row.refusal) == ("refused", "document.refused.infected")
    assert row.refusal_facts == {"found": "Eicar-Test-Signature"}
    with pytest.raises(NotFound):
        await documents.open_own(scanned.parts, resident.actor, reference, document)
    problems = await apply.send(scanned.parts, resident.actor, reference)
    assert "document.refused.infected" in {problem.key for problem in problems}

    await checking.check(scanned.parts, document)
    await sweep(scanned.at(scanned.parts.now() + timedelta(days=3)).parts)
    assert await scanned.parts.files.get(keys.quarantine(document)) == data
    with pytest.raises(FileMissing):
        await scanned.parts.files.get(keys.safe(document, "jpg"))


async def test_an_infected_file_of_a_sent_case_gives_it_back_with_the_reason(scanned: Town):
    resident = await scanned.resident()
    reference = await scanned.sent(resident)
    assert (await scanned.case(reference)).status == Status.SUBMITTED
    document = (await scanned.document(reference, "ktp")).id
    async with scanned.open_all() as work:
        row = await work.documents.get(document, lock=True)
        row.safety = "quarantined"  # as one that was sent while its check was held up
    await scanned.parts.files.put(
        keys.quarantine(document), EICAR, content_type="a/b", max_bytes=1000
    )
    await checking.check(scanned.parts, document)
    assert (await scanned.case(reference)).status == Status.NEEDS_CHANGES
    assert "virus" in (await scanned.history(reference))[-1].note


@pytest.mark.parametrize("how", ["hangs", "says"])
async def test_a_scanner_that_is_down_holds_files_back_and_loses_none(
    scanned: Town, scanner: Pretender, how: str
):
    resident = await scanned.resident()
    setattr(scanner, how, True if how == "hangs" else "stream: broken ERROR")
    reference, document = await _attached(scanned, resident, photo())
    with pytest.raises(ScannerDown):
        await checking.check(scanned.parts, document)
    assert (await scanned.document(reference, "ktp")).safety == "quarantined"
    soon, later = scanned, scanned.at(scanned.parts.now() + timedelta(minutes=2))
    assert [await _is_told(town, resident) for town in (soon, later)] == [False, True]
    with pytest.raises(NotFound):
        await documents.open_own(scanned.parts, resident.actor, reference, document)

    setattr(scanner, how, False if how == "hangs" else "")
    await checking.check(scanned.parts, document)
    assert (await scanned.document(reference, "ktp")).safety == "safe"


async def test_a_letter_does_not_wait_behind_files_that_a_scanner_is_slow_with(
    town: Town, scanner: Pretender, worker: procrastinate.App, monkeypatch: pytest.MonkeyPatch
):
    patient, town = replace(town.parts, scanner=Clamd(scanner.address)), town.left_to_jobs()
    monkeypatch.setattr(container, "parts", lambda: patient)
    to_sign = await town.ready_to_sign(await town.resident())
    scanner.goes_on.clear()
    held_up = [await _draft_with_files(town) for _ in range(2)]

    async def letter_is_made() -> bool:
        letter = await town.letter(to_sign)
        return letter is not None and letter.issued_at is not None

    async def all_files_are(safety: str) -> bool:
        found = [one for reference in held_up for one in await town.documents(reference)]
        return {one.safety for one in found} == {safety}

    async def every_place_is_taken() -> bool:
        return scanner.scanned == 4

    working = asyncio.create_task(work_in_lanes(worker))
    await until(every_place_is_taken)
    await town.step(await town.staff(Role.HEAD), to_sign, Step.SIGN)
    await until(letter_is_made)
    assert await all_files_are("quarantined")
    scanner.goes_on.set()
    await until(lambda: all_files_are("safe"))
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
