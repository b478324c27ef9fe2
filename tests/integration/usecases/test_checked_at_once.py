"""A small file is checked where it comes in: its sender is told at once, and no job is left."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from app.adapters.inspection import Inspected
from app.domain.identity import Role
from app.usecases import apply, checking, documents
from app.usecases.sweeping import sweep
from app.usecases.uploads import SentMeanwhile
from storage import keys
from tests.factories import Town, photo
from tests.unit.adapters.samples import camera_photo


async def _objects(town: Town, id_: object) -> set[str]:
    prefixes = (keys.quarantine(str(id_)), keys.document(str(id_)))
    return {key for prefix in prefixes async for key in town.parts.files.keys(prefix)}


async def test_a_photo_can_be_opened_when_its_answer_comes_and_is_stored_once(town: Town):
    resident = await town.resident()
    reference = await town.draft(resident)
    assert await town.attach(resident, reference, "ktp") is False
    document = await town.document(reference, "ktp")
    assert (document.safety, await town.checks_of(document)) == ("safe", 0)
    link = await documents.open_own(town.parts, resident.actor, reference, document.id)
    assert len(await town.parts.files.get(link.key)) == link.size
    assert await town.parts.files.get(keys.original(document.id)) == photo()
    assert await _objects(town, document.id) == {keys.original(document.id), link.key}


async def test_what_is_no_photo_is_refused_in_the_answer_and_not_stored(town: Town):
    resident = await town.resident()
    reference = await town.draft(resident)
    assert await town.attach(resident, reference, "ktp", b"Ini bukan foto.") is False
    document = await town.document(reference, "ktp")
    assert (document.safety, document.refusal) == ("refused", "document.refused.kind")
    assert await _objects(town, document.id) == set()


async def test_what_is_larger_or_not_decided_on_in_time_is_left_to_a_job(
    town: Town, monkeypatch: pytest.MonkeyPatch
):
    resident = await town.resident()
    reference = await town.draft(resident)
    larger = photo() + b"\0" * town.parts.checked_at_once
    for data, seconds in ((larger, 60.0), (photo(), 0.0)):
        monkeypatch.setattr(checking, "_AT_ONCE_SECONDS", seconds)
        assert await town.attach(resident, reference, "ktp", data) is True
        document = await town.document(reference, "ktp")
        assert (document.safety, await town.checks_of(document)) == ("quarantined", 1)
        assert await town.parts.files.get(keys.quarantine(document.id)) == data
    await town.settled(reference)
    assert (await town.document(reference, "ktp")).safety == "safe"


async def test_a_child_that_cannot_even_start_loses_nobody_their_file(
    town: Town, monkeypatch: pytest.MonkeyPatch
):
    async def broken(*_: object) -> Inspected:
        raise RuntimeError("app.adapters.inspection.workshop did not start")

    resident = await town.resident()
    reference = await town.draft(resident)
    with monkeypatch.context() as patched:
        patched.setattr(checking, "inspect", broken)
        assert await town.attach(resident, reference, "ktp") is True
    await town.settled(reference)
    assert (await town.document(reference, "ktp")).safety == "safe"


async def test_the_same_file_is_found_alike_whoever_checks_it(town: Town):
    resident = await town.resident()
    reference = await town.draft(resident)
    found = []
    for place in (town, town.left_to_jobs()):
        await place.attach(resident, reference, "ktp", camera_photo(1600, 1200))
        await town.settled(reference)
        row = await town.document(reference, "ktp")
        safe = await town.parts.files.get(keys.safe(row.id, "jpg"))
        found.append((row.safety, row.content_type, row.pages, row.safe_size, row.sha256, safe))
    assert found[0] == found[1]


async def test_what_no_row_came_to_name_is_swept_and_nothing_else(town: Town):
    resident = await town.resident()
    reference = await town.filled(resident)
    kept = await town.document(reference, "ktp")
    before, orphan = await _objects(town, kept.id), uuid4()
    for key in (keys.original(orphan), keys.safe(orphan, "jpg"), keys.page(orphan, 1)):
        await town.parts.files.put(key, b"x", content_type="image/jpeg", max_bytes=1)
    await sweep(town.parts)
    assert len(await _objects(town, orphan)) == 3
    await sweep(town.at(town.parts.now() + timedelta(days=2)).parts)
    assert await _objects(town, orphan) == set()
    assert await _objects(town, kept.id) == before


async def test_a_case_that_is_sent_while_its_file_is_checked_keeps_the_files_it_was_sent_with(
    town: Town, monkeypatch: pytest.MonkeyPatch
):
    resident = await town.resident()
    reference = await town.filled(resident)
    before, checked, is_sent = await town.documents(reference), checking.inspect, asyncio.Event()

    async def while_it_is_sent(*of: object):
        await is_sent.wait()
        return await checked(*of)

    monkeypatch.setattr(checking, "inspect", while_it_is_sent)
    late = asyncio.create_task(town.attach(resident, reference, "ktp"))
    assert await apply.send(town.parts, resident.actor, reference) == []
    is_sent.set()
    with pytest.raises(SentMeanwhile):
        await late
    assert await town.documents(reference) == before


@pytest.mark.parametrize(("width", "pictures"), [(1600, 0), (3000, 1)])
async def test_an_officer_sees_a_light_photo_itself_and_of_a_heavy_one_a_picture(
    town: Town, width: int, pictures: int
):
    resident, officer = await town.resident(), await town.staff(Role.OFFICER)
    reference = await town.filled(resident)
    await town.attach(resident, reference, "ktp", camera_photo(width, width * 3 // 4))
    assert await apply.send(town.parts, resident.actor, reference) == []
    await town.settled(reference)
    document = await town.document(reference, "ktp")
    assert document.pages == pictures
    link = await documents.open_page(town.parts, officer.actor, reference, document.id, 1)
    shown = keys.page(document.id, 1) if pictures else keys.safe(document.id, "jpg")
    assert (link.key, link.content_type) == (shown, "image/jpeg")
    assert len(await town.parts.files.get(shown)) <= 400_000
