"""The office's steps: one officer to a case, one role at a time, one office to itself."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.documents import Verdict
from app.domain.errors import DomainError, NotAllowed, NotFound, StepRefused
from app.domain.identity import Role
from app.domain.workflow import Status, Step
from app.usecases import apply, grants, queue, review, reviewview
from app.usecases.review import DocumentsUndecided, NoteNeeded
from tests.factories import OFFICE, OTHER_OFFICE, Person, Town


async def test_of_many_officers_who_take_a_case_at_once_one_has_it(town: Town):
    reference = await town.sent(await town.resident())
    officers = [await town.staff(Role.OFFICER) for _ in range(8)]
    outcomes = await asyncio.gather(
        *(town.step(officer, reference, Step.TAKE) for officer in officers),
        return_exceptions=True,
    )
    (winner,) = [who for who, what in zip(officers, outcomes, strict=True) if what is None]
    assert sum(isinstance(outcome, StepRefused) for outcome in outcomes) == 7
    assert (await town.case(reference)).holder_id == winner.actor.person
    assert [row.step for row in await town.history(reference)] == [Step.SUBMIT, Step.TAKE]


@pytest.mark.parametrize("step", [Step.RELEASE, Step.FORWARD, Step.REQUEST_CHANGES, Step.REJECT])
async def test_only_who_took_a_case_may_go_on_with_it(town: Town, step: Step):
    holder, other = await town.staff(Role.OFFICER), await town.staff(Role.OFFICER)
    reference = await town.taken(await town.resident(), holder)
    await town.accept_all(holder, reference)
    with pytest.raises(StepRefused):
        await town.step(other, reference, step, "Catatan")
    document = await town.document(reference, "ktp")
    with pytest.raises(NotAllowed):
        await review.decide_document(
            town.parts, other.actor, reference, document.id, Verdict.REFUSED, "Buram"
        )


async def test_a_released_case_is_anyones_again(town: Town):
    first, second = await town.staff(Role.OFFICER), await town.staff(Role.OFFICER)
    reference = await town.taken(await town.resident(), first)
    await town.step(first, reference, Step.RELEASE)
    await town.step(second, reference, Step.TAKE)
    assert (await town.case(reference)).holder_id == second.actor.person


async def test_a_case_is_passed_on_only_when_every_document_was_accepted(town: Town):
    officer = await town.staff(Role.OFFICER)
    reference = await town.taken(await town.resident(), officer)
    documents = await town.documents(reference)
    for document in documents[1:]:
        await review.decide_document(
            town.parts, officer.actor, reference, document.id, Verdict.ACCEPTED, ""
        )
    with pytest.raises(DocumentsUndecided) as refusal:
        await town.step(officer, reference, Step.FORWARD)
    assert refusal.value.facts == {"left": 1}
    await town.accept_all(officer, reference)
    await town.step(officer, reference, Step.FORWARD)


@pytest.mark.parametrize("note", ["", "  \n "])
async def test_whoever_refuses_or_asks_for_changes_says_why(town: Town, note: str):
    officer = await town.staff(Role.OFFICER)
    reference = await town.taken(await town.resident(), officer)
    for step in (Step.REQUEST_CHANGES, Step.REJECT):
        with pytest.raises(NoteNeeded):
            await town.step(officer, reference, step, note)
    document = await town.document(reference, "ktp")
    with pytest.raises(NoteNeeded):
        await review.decide_document(
            town.parts, officer.actor, reference, document.id, Verdict.REFUSED, note
        )


async def test_nobody_initials_or_signs_out_of_turn(town: Town):
    officer = await town.staff(Role.OFFICER)
    reference = await town.forwarded(await town.resident(), officer)
    roles = (Role.SECTION_HEAD, Role.SECRETARY, Role.HEAD)
    staff = {role: await town.staff(role) for role in roles}
    for turn, role in enumerate(roles):
        step = Step.SIGN if role is Role.HEAD else Step.INITIAL
        for other in (who for who in roles if who is not role):
            with pytest.raises(StepRefused):
                await town.step(staff[other], reference, Step.INITIAL)
            with pytest.raises(StepRefused):
                await town.step(staff[other], reference, Step.SIGN)
        await town.step(staff[role], reference, step)
        assert (await town.case(reference)).turn == turn + 1


async def test_a_case_sent_back_begins_its_signatures_anew(town: Town):
    officer, kasi = await town.staff(Role.OFFICER), await town.staff(Role.SECTION_HEAD)
    sekcam = await town.staff(Role.SECRETARY)
    reference = await town.forwarded(await town.resident(), officer)
    await town.step(kasi, reference, Step.INITIAL)
    with pytest.raises(NoteNeeded):
        await town.step(sekcam, reference, Step.SEND_BACK)
    await town.step(sekcam, reference, Step.SEND_BACK, "Nama salah eja.")
    case = await town.case(reference)
    assert (case.status, case.turn) == (Status.IN_REVIEW, 0)
    assert case.holder_id == officer.actor.person
    await town.step(officer, reference, Step.FORWARD)
    with pytest.raises(StepRefused):
        await town.step(sekcam, reference, Step.INITIAL)
    await town.step(kasi, reference, Step.INITIAL)


async def test_another_offices_staff_find_nothing(town: Town):
    officer = await town.staff(Role.OFFICER)
    reference = await town.forwarded(await town.resident("Rahasia Pribadi"), officer)
    for role in (Role.OFFICER, Role.SECTION_HEAD, Role.HEAD):
        stranger = await town.staff(role, OTHER_OFFICE)
        for step in Step:
            with pytest.raises(NotFound):
                await town.step(stranger, reference, step, "Catatan")
        with pytest.raises(NotFound):
            await reviewview.one_case(town.parts, stranger.actor, reference)
        shown = await queue.waiting(town.parts, stranger.actor, "office", "Rahasia", "")
        assert shown.cases == []
    assert (await town.case(reference)).status == Status.AWAITING_SIGNATURE


async def test_nobody_is_an_official_in_their_own_case(town: Town):
    resident = await town.resident()
    await grants.grant(town.parts, town.issuer, resident.subject, Role.OFFICER, OFFICE)
    both = await town.signed_in(resident.subject)
    reference = await town.sent(both)
    with pytest.raises(StepRefused):
        await town.step(both, reference, Step.TAKE)


async def test_a_revoked_role_counts_no_more(town: Town):
    officer = await town.staff(Role.OFFICER)
    reference = await town.sent(await town.resident())
    await grants.revoke(town.parts, town.issuer, officer.subject, Role.OFFICER, OFFICE)
    dismissed = await town.signed_in(officer.subject)
    with pytest.raises(NotFound):
        await town.step(dismissed, reference, Step.TAKE)


async def test_of_many_letters_those_that_are_mine_are_signed_and_the_rest_refused(town: Town):
    head = await town.staff(Role.HEAD)
    mine = [await town.ready_to_sign(await town.resident()) for _ in range(2)]
    others = await town.ready_to_sign(await town.resident(), OTHER_OFFICE)
    outcomes = await review.act_on_many(town.parts, head.actor, [*mine, others, mine[0]])
    assert [outcomes[reference] for reference in mine] == [None, None]
    assert isinstance(outcomes[others], NotFound)
    again = await review.act_on_many(town.parts, head.actor, mine)
    assert all(isinstance(refusal, DomainError) for refusal in again.values())


async def test_the_queue_is_searched_by_number_name_and_whole_nik(town: Town):
    office = await town.office()
    officer = await town.staff(Role.OFFICER, office)
    resident = await town.resident("Entin 100% Suhartini")
    reference = await town.sent(resident, office=office)
    await town.sent(await town.resident(), office=office)
    nik = (await town.case(reference)).applicant_nik
    assert nik
    for search in (reference, "entin", "100%", town.parts.seal.open(nik)):
        found = await queue.waiting(town.parts, officer.actor, "", search, "")
        assert [card.reference for card in found.cases] == [reference], search
    nothing = await queue.waiting(town.parts, officer.actor, "", "tidak ada", "")
    assert nothing.cases == []


async def test_the_clock_stands_while_the_office_waits_for_the_resident(town: Town):
    monday = datetime(2026, 11, 23, 2, tzinfo=UTC)  # 09.00 in Jakarta
    resident, officer = await town.resident(), await town.staff(Role.OFFICER)
    reference = await town.filled(resident)

    async def after(minutes: int, who: Person, step: Step, note: str = "") -> datetime | None:
        await town.at(monday + timedelta(minutes=minutes)).step(who, reference, step, note)
        return (await town.case(reference)).due_at

    assert await apply.send(town.at(monday).parts, resident.actor, reference) == []
    promised = monday + timedelta(minutes=60)
    assert (await town.case(reference)).due_at == promised
    assert await after(10, officer, Step.TAKE) == promised
    document = await town.document(reference, "ktp")
    await review.decide_document(
        town.parts, officer.actor, reference, document.id, Verdict.REFUSED, "Buram"
    )
    assert await after(20, officer, Step.REQUEST_CHANGES, "Foto ulang.") is None
    await town.attach(resident, reference, "ktp")
    await town.settled(reference)
    tuesday = town.at(monday + timedelta(days=1))
    assert await apply.send(tuesday.parts, resident.actor, reference) == []
    # 20 minutes were used on Monday, 40 are left from Tuesday, 09.00.
    expected = monday + timedelta(days=1, minutes=40)
    assert (await town.case(reference)).due_at == expected
