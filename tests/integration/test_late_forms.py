"""Forms that a script sends, at once or much later: answered for programs, and taken once."""

from uuid import uuid4

import httpx2

from app.domain.identity import Role
from app.domain.workflow import Status, Step
from app.usecases.account import phone_tag
from tests.factories import OFFICE, TYPED, Town
from tests.support.asking import asking
from tests.support.running import Loket

_APPLY = "/layanan/sktm/ajukan"


async def _sent(
    client: httpx2.AsyncClient, path: str, key: str, account: str = "", **typed: str
) -> httpx2.Response:
    headers = {"accept": "application/json"} | ({"loket-account": account} if account else {})
    form = {"form_key": key, "office": OFFICE, **TYPED["sktm"], "action": "submit", **typed}
    return await client.post(path, data=form, headers=headers)


async def test_a_script_is_told_where_a_form_leads_and_what_was_done(loket: Loket, people: Town):
    resident, key = await people.resident(), str(uuid4())
    async with asking(loket, resident) as client:
        problems = await _sent(client, _APPLY, key)
        assert problems.json() == {"to": f"{_APPLY}?periksa=1#masalah", "news": ""}
        reference = await people.filled(resident)
        sent = await _sent(client, _APPLY, key)
        assert sent.json() == {"to": f"/permohonan/{reference}", "news": "sent"}
        assert "loket-kabar=sent" in sent.headers["set-cookie"]
        again = await _sent(client, _APPLY, key)
        assert again.json() == sent.json()
        other_words = await _sent(client, _APPLY, key, purpose="Lain")
        assert other_words.json()["news"] == "sent_before"
    async with asking(loket) as stranger:
        refused = await _sent(stranger, _APPLY, key)
    assert (refused.status_code, refused.json()["news"]) == (401, "")
    assert refused.json()["to"].startswith("/masuk?masalah=session")


async def test_what_one_account_has_kept_is_not_taken_from_another(loket: Loket, people: Town):
    tuti, neneng = await people.resident(), await people.resident()
    async with asking(loket, neneng) as client:
        refused = await _sent(client, _APPLY, str(uuid4()), phone_tag(people.parts, tuti.actor))
        assert refused.status_code == 401
        assert await people.drafts(neneng) == []
        taken = await _sent(client, _APPLY, str(uuid4()), phone_tag(people.parts, neneng.actor))
        assert taken.status_code == 200


async def test_a_form_repeated_after_the_case_came_back_changes_nothing(loket: Loket, people: Town):
    resident, officer = await people.resident(), await people.staff(Role.OFFICER)
    reference = await people.filled(resident)
    key, correction, page = str(uuid4()), str(uuid4()), f"/permohonan/{reference}"
    arrived = {"to": page, "news": "sent"}
    async with asking(loket, resident) as client:
        assert (await _sent(client, _APPLY, key)).json() == arrived
        await people.step(officer, reference, Step.TAKE)
        await people.step(officer, reference, Step.REQUEST_CHANGES, "Mohon diperbaiki.")
        assert (await _sent(client, _APPLY, key)).json() == arrived
        assert (await people.case(reference)).status == Status.NEEDS_CHANGES

        corrected = await _sent(client, page, correction, purpose="Diperbaiki")
        assert corrected.json() == arrived
        await people.step(officer, reference, Step.REQUEST_CHANGES, "Sekali lagi.")
        repeated = await _sent(client, page, correction, purpose="Diperbaiki")
        assert repeated.json() == arrived
    case = await people.case(reference)
    assert (case.status, case.typed["purpose"]) == (Status.NEEDS_CHANGES, "Diperbaiki")
