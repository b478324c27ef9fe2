"""A form that is sent many times makes one case."""

import asyncio

import httpx2

from app.domain.workflow import Status
from tests.factories import OFFICE, TYPED, Person, Town, photo
from tests.support.asking import asking, form_key
from tests.support.running import Loket

TIMES = 20
DOCUMENTS = ("surat-desa", "pernyataan", "ktp", "kk")


async def test_a_form_sent_twenty_times_at_once_is_one_case_with_one_receipt(
    loket: Loket, town: Town
):
    resident = await town.resident()
    await town.filled(resident)
    async with asking(loket, resident) as client:
        form = {"form_key": await form_key(client, "sktm"), "office": OFFICE, **TYPED["sktm"]}
        answers = await asyncio.gather(
            *(
                client.post("/layanan/sktm/ajukan", data={**form, "action": "submit"})
                for _ in range(TIMES)
            )
        )
    await _is_one_case(town, resident, answers)


async def test_a_form_sent_again_with_its_files_gives_the_same_receipt(loket: Loket, town: Town):
    resident = await town.resident()
    async with asking(loket, resident) as client:
        form = {"form_key": await form_key(client, "sktm"), "office": OFFICE, **TYPED["sktm"]}
        files = {f"document.{key}": (f"{key}.jpg", photo(), "image/jpeg") for key in DOCUMENTS}
        answers = await asyncio.gather(
            *(
                client.post("/layanan/sktm/ajukan", data={**form, "action": "submit"}, files=files)
                for _ in range(4)
            )
        )
        late = await client.post(
            "/layanan/sktm/ajukan", data={**form, "action": "submit"}, files=files
        )
    await _is_one_case(town, resident, [*answers, late])


async def _is_one_case(town: Town, resident: Person, answers: list[httpx2.Response]) -> None:
    assert {answer.status_code for answer in answers} == {303}
    (receipt,) = {answer.headers["location"] for answer in answers}
    assert receipt.startswith("/permohonan/")
    (case,) = await town.cases(resident)
    async with town.open_all() as work:
        steps = [row.step for row in await work.cases.history(case)]
    assert receipt == f"/permohonan/{case.reference}"
    assert case.status == Status.SUBMITTED
    assert steps == ["submit"]
