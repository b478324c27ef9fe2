"""What a resident typed and handed in is kept, becomes one case, and is sent once."""

import asyncio
from uuid import uuid4

import pytest

from app.db.tables import DocumentRow
from app.domain.errors import NotFound, StepRefused
from app.domain.identity import Role
from app.domain.workflow import Status, Step
from app.usecases import apply, checking, documents, profile, track
from app.usecases.uploads import SentMeanwhile
from tests.factories import OFFICE, OTHER_OFFICE, TYPED, Town, new_nik

FORM = {**TYPED["sktm"], "office": OFFICE}


async def test_a_form_kept_twenty_times_at_once_is_one_case(town: Town):
    resident, key = await town.resident(), uuid4()
    kept = await asyncio.gather(
        *(apply.keep_new(town.parts, resident.actor, "sktm", key, FORM) for _ in range(20))
    )
    assert len({one.reference for one in kept}) == 1


async def test_forms_opened_in_two_tabs_fill_the_same_draft(town: Town):
    resident = await town.resident()
    first = await apply.keep_new(town.parts, resident.actor, "sktm", uuid4(), FORM)
    changed = {**FORM, "purpose": "Beasiswa"}
    second = await apply.keep_new(town.parts, resident.actor, "sktm", uuid4(), changed)
    assert first == second
    assert (await town.case(first.reference)).typed["purpose"] == "Beasiswa"


async def test_a_file_that_comes_after_its_case_was_sent_is_told_apart_from_one_for_nothing(
    town: Town,
):
    """Of a form that was sent twice at once, the slower hears that it was sent, not "not found"."""
    resident = await town.resident()
    reference = await town.filled(resident)
    with pytest.raises(NotFound) as nothing:
        await town.attach(resident, reference, "foto-kucing")
    assert not isinstance(nothing.value, SentMeanwhile)
    assert await apply.send(town.parts, resident.actor, reference) == []
    with pytest.raises(SentMeanwhile):
        await town.attach(resident, reference, "ktp")


async def test_a_case_kept_and_sent_at_once_from_many_places_does_not_lock_up(town: Town):
    resident, key = await town.resident(), uuid4()
    reference = await town.filled(resident)

    async def keep_and_send() -> None:
        await apply.keep_new(town.parts, resident.actor, "sktm", key, FORM)
        assert await apply.send(town.parts, resident.actor, reference) == []

    await asyncio.gather(*(keep_and_send() for _ in range(10)))
    assert [row.step for row in await town.history(reference)] == [Step.SUBMIT]


async def test_what_is_typed_is_kept_however_wrong_and_nothing_else_is(town: Town):
    resident = await town.resident()
    form = {"dtks_id": "x" * 100, "status": "done", "office": OTHER_OFFICE}
    kept = await apply.keep_new(town.parts, resident.actor, "sktm", uuid4(), form)
    case = await town.case(kept.reference)
    assert case.typed == {"dtks_id": "x" * 100}
    assert (case.status, case.office_id) == (Status.DRAFT, OTHER_OFFICE)


async def test_an_incomplete_case_is_told_all_that_it_lacks_and_stays_a_draft(town: Town):
    resident = await town.resident()
    reference = await town.draft(resident, purpose="", dtks_id="x" * 100)
    await town.attach(resident, reference, "ktp")
    problems = await apply.send(town.parts, resident.actor, reference)
    assert [(problem.name, problem.key) for problem in problems] == [
        ("purpose", "problem.required"),
        ("dtks_id", "problem.too_long"),
        ("document.surat-desa", "problem.document_required"),
        ("document.pernyataan", "problem.document_required"),
        ("document.kk", "problem.document_required"),
    ]
    assert (await town.case(reference)).status == Status.DRAFT


async def test_what_was_sent_does_not_change_with_the_profile(town: Town):
    resident = await town.resident("Tuti Alawiyah")
    reference = await town.sent(resident)
    typed = {"nik": new_nik(), "name": "Nama Lain", "phone": "081299998888"}
    assert await profile.keep(town.parts, resident.actor, typed, confirmed=True)
    case = await town.case(reference)
    assert case.applicant_name == "Tuti Alawiyah"
    assert case.applicant_nik
    assert town.parts.seal.open(case.applicant_nik) != typed["nik"]


async def test_a_draft_is_nobodys_business_but_its_owners(town: Town):
    resident = await town.resident()
    reference = await town.filled(resident)
    officer = await town.staff(Role.OFFICER)
    async with town.open_all() as work:
        with pytest.raises(NotFound):
            await work.cases.for_staff(reference, officer.actor)
    with pytest.raises(NotFound):
        await track.by_code(town.parts, (await town.case(reference)).tracking_code, "192.0.2.1")


async def test_a_replaced_document_stays_on_record_and_out_of_sight(town: Town):
    resident = await town.resident()
    reference = await town.draft(resident)
    await town.attach(resident, reference, "ktp")
    first = await town.document(reference, "ktp")
    await town.attach(resident, reference, "ktp")
    second = await town.document(reference, "ktp")
    assert second.id != first.id
    async with town.open_all() as work:
        old = await work.documents.get(first.id)
        assert old
        assert old.replaced_at == second.uploaded_at
    await town.settled(reference)
    with pytest.raises(NotFound):
        await documents.open_own(town.parts, resident.actor, reference, first.id)


async def test_a_document_replaced_while_it_is_being_checked_locks_nobody_up(town: Town):
    town, resident = town.left_to_jobs(), await town.resident()
    reference = await town.draft(resident)
    await town.attach(resident, reference, "ktp")
    checks = []
    for _ in range(5):
        before = await town.document(reference, "ktp")
        checks.append(asyncio.create_task(checking.check(town.parts, before.id)))
        await town.attach(resident, reference, "ktp")
    await asyncio.gather(*checks)
    await town.settled(reference)
    assert (await town.document(reference, "ktp")).safety == "safe"


async def test_a_file_that_is_refused_after_the_case_was_sent_gives_it_back(town: Town):
    town, resident = town.left_to_jobs(), await town.resident()
    reference = await town.draft(resident)
    for requirement in ("surat-desa", "pernyataan", "kk"):
        await town.attach(resident, reference, requirement)
    await town.attach(resident, reference, "ktp", b"Ini bukan foto.")
    assert await apply.send(town.parts, resident.actor, reference) == []
    assert (await town.case(reference)).status == Status.SUBMITTED
    await town.settled(reference)
    assert (await town.case(reference)).status == Status.NEEDS_CHANGES
    shown = await track.one_case(town.parts, resident.actor, reference)
    assert shown.note.startswith("KTP: Isi berkas ini bukan")

    await town.attach(resident, reference, "ktp")
    await town.settled(reference)
    assert await apply.send(town.parts, resident.actor, reference) == []
    assert (await town.case(reference)).status == Status.SUBMITTED


async def test_a_check_that_is_repeated_changes_nothing(town: Town):
    town, resident = town.left_to_jobs(), await town.resident()
    reference = await town.draft(resident)
    await town.attach(resident, reference, "ktp")
    await town.settled(reference)
    before = await town.document(reference, "ktp")
    await checking.check(town.parts, before.id)
    assert await town.document(reference, "ktp") == before


async def test_a_case_can_be_taken_back_until_it_awaits_its_signatures(town: Town):
    resident, officer = await town.resident(), await town.staff(Role.OFFICER)
    taken = await town.taken(resident, officer)
    await apply.withdraw(town.parts, resident.actor, taken)
    assert (await town.case(taken)).status == Status.WITHDRAWN
    forwarded = await town.forwarded(resident, officer)
    with pytest.raises(StepRefused):
        await apply.withdraw(town.parts, resident.actor, forwarded)


async def test_a_file_for_what_nobody_asked_is_refused(town: Town):
    resident = await town.resident()
    reference = await town.draft(resident)
    with pytest.raises(NotFound):
        await town.attach(resident, reference, "ijazah")
    assert await town.documents(reference) == []


async def test_no_file_is_taken_once_a_case_was_sent(town: Town):
    resident = await town.resident()
    reference = await town.sent(resident)
    before: list[DocumentRow] = await town.documents(reference)
    with pytest.raises(NotFound):
        await town.attach(resident, reference, "ktp")
    assert await town.documents(reference) == before
