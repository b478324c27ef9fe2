"""The link to a letter: handed out as a file, kept by nobody, and gone with the right to it."""

import pytest

from app.domain.documents import Safety
from app.domain.identity import Role
from app.domain.workflow import Step
from app.usecases import grants
from tests.factories import OFFICE, Person, Town
from tests.support.asking import asking
from tests.support.running import Loket


async def _done(people: Town, resident: Person) -> str:
    number = await people.ready_to_sign(resident)
    await people.step(await people.staff(Role.HEAD), number, Step.SIGN)
    await people.settled(number)
    return number


async def _link(loket: Loket, person: Person, page: str) -> str:
    async with asking(loket, person) as client:
        return (await client.get(f"{page}/surat")).headers["location"]


async def test_a_letter_is_a_file_that_nobody_keeps_and_no_log_names(loket: Loket, people: Town):
    resident = await people.resident()
    number = await _done(people, resident)
    link = await _link(loket, resident, f"/permohonan/{number}")
    token = link.rpartition("/")[2]
    async with asking(loket) as anyone:
        letter = await anyone.get(link)
        altered = await anyone.get(f"{link}A")
    assert letter.content.startswith(b"%PDF-")
    headers = letter.headers
    assert headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "private, no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert altered.status_code == 404
    assert token[:40] not in loket.said() + loket.log("web")


@pytest.mark.parametrize("withdrawn", ["signed out", "role taken"])
async def test_a_link_ends_with_the_right_of_who_asked(loket: Loket, people: Town, withdrawn: str):
    resident, officer = await people.resident(), await people.staff(Role.OFFICER)
    number = await _done(people, resident)
    asked = (
        (resident, f"/permohonan/{number}")
        if withdrawn == "signed out"
        else (officer, f"/petugas/{number}")
    )
    link = await _link(loket, *asked)
    async with asking(loket) as anyone, asking(loket, asked[0]) as client:
        assert (await anyone.get(link)).status_code == 200
        if withdrawn == "signed out":
            await client.post("/keluar")
        else:
            await grants.revoke(people.parts, people.issuer, officer.subject, Role.OFFICER, OFFICE)
        assert (await anyone.get(link)).status_code == 404


async def test_what_is_in_quarantine_is_handed_to_nobody(loket: Loket, people: Town):
    resident, officer = await people.resident(), await people.staff(Role.OFFICER)
    number = await people.sent(resident)
    document = await people.document(number, "ktp")
    for safety in (Safety.QUARANTINED, Safety.REFUSED):
        async with people.open_all() as work:
            row = await work.documents.of_case(await people.case(number), document.id)
            row.safety = safety.value
        for person, page in ((resident, "permohonan"), (officer, "petugas")):
            async with asking(loket, person) as client:
                address = f"/{page}/{number}/berkas/{document.id}"
                assert (await client.get(address)).status_code == 404, safety
                assert (await client.get(f"{address}/1")).status_code == 404, safety
                assert (await client.get(f"/{page}/{number}/surat")).status_code == 404
