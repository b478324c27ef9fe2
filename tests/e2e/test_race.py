"""Two officers, one case."""

import asyncio

from app.domain.identity import Role
from tests.e2e.conftest import NewContext
from tests.e2e.steps import press
from tests.factories import Town
from tests.support.people import become
from tests.support.running import Loket


async def test_of_two_officers_who_take_a_case_at_once_one_has_it_and_the_other_is_told(
    new_desk: NewContext, loket: Loket, town: Town
):
    number = await town.sent(await town.resident())
    pages = []
    for _ in range(2):
        # Without scripts the button stays where it is, whatever the other one does.
        desk = await new_desk(java_script_enabled=False)
        await become(desk, loket, await town.staff(Role.OFFICER))
        page = await desk.new_page()
        await page.goto(f"/petugas/{number}")
        pages.append(page)

    await asyncio.gather(*(press(page, "Ambil") for page in pages))
    told = sorted([await page.get_by_test_id("flash").inner_text() for page in pages])
    assert told[0].startswith("Langkah itu tidak bisa lagi")
    assert told[1].startswith("Permohonan ini sekarang Anda periksa")
    can_judge = [
        await page.get_by_role("button", name="Terima", exact=True).count() for page in pages
    ]
    assert sorted(can_judge) == [0, 4]
