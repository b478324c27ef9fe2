"""The tracking code tells where a case stands, and nothing about anybody."""

from dataclasses import asdict

import pytest

from app.domain.errors import NotAllowed, NotFound
from app.domain.identity import Role
from app.domain.workflow import Step
from app.usecases import track
from tests.factories import Town


async def test_a_tracking_code_shows_the_way_and_no_names(town: Town):
    resident = await town.resident("Rahasia Pribadi")
    officer = await town.staff(Role.OFFICER, name="Petugas Rahasia")
    reference = await town.taken(resident, officer)
    await town.step(officer, reference, Step.REQUEST_CHANGES, "KTP Rahasia Pribadi buram.")
    case = await town.case(reference)
    for typed in (case.tracking_code, case.tracking_code.lower().replace("-", " ")):
        tracked = await track.by_code(town.parts, typed, "192.0.2.1")
        told = str(asdict(tracked))
        assert tracked.status == "needs_changes"
        assert len(tracked.timeline) >= 3
        for secret in ("Rahasia", reference, "buram", "0812"):
            assert secret not in told, secret


@pytest.mark.parametrize("typed", ["", "0000-0000-0000", "%", "' OR 1=1 --"])
async def test_a_code_that_is_none_finds_nothing(town: Town, typed: str):
    with pytest.raises(NotFound):
        await track.by_code(town.parts, typed, "192.0.2.1")


async def test_a_reference_is_no_tracking_code(town: Town):
    reference = await town.sent(await town.resident())
    with pytest.raises(NotFound):
        await track.by_code(town.parts, reference, "192.0.2.1")


async def test_my_cases_are_mine(town: Town):
    resident, other = await town.resident(), await town.resident()
    mine, theirs = await town.draft(resident), await town.draft(other)
    assert [card.reference for card in await track.my_cases(town.parts, resident.actor)] == [mine]
    with pytest.raises(NotFound):
        await track.one_case(town.parts, resident.actor, theirs)


async def test_a_message_is_written_while_a_case_runs_and_not_before_or_after(town: Town):
    resident, officer = await town.resident(), await town.staff(Role.OFFICER)
    draft = await town.filled(resident)
    with pytest.raises(NotAllowed):
        await track.write(town.parts, resident.actor, draft, "Halo")
    reference = await town.taken(await town.resident(), officer)
    with pytest.raises(NotFound):
        await track.write(town.parts, resident.actor, reference, "Halo")
    await town.step(officer, reference, Step.REJECT, "Bukan warga kecamatan ini.")
    owner = (await town.case(reference)).resident_id
    assert owner != resident.actor.person
