"""What operators are told in figures moves with what people do, and names nobody."""

import re

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from app.db.queue import JOBS
from app.domain.identity import Role
from app.domain.workflow import Status, Step
from tests.factories import Town
from tests.support.asking import asking
from tests.support.running import Loket
from tests.support.waiting import until
from tests.support.websocket import connected

_KINDS = {"page", "form", "file", "upload", "sign_in", "asset", "operator", "websocket"}
#: All that a label may say.
_WORDS = {*(status.value for status in Status), *JOBS, *_KINDS}
_NUMBERS = re.compile(r"[1-5]\d\d|\d+\.\d+|\+Inf")


class Figures(dict[str, float]):
    """Every figure of Loket's own, by its name and labels as Prometheus writes them."""

    @classmethod
    async def of(cls, client: httpx2.AsyncClient) -> "Figures":
        told = (await client.get("/metrics")).text
        found = cls()
        for family in text_string_to_metric_families(told):
            for sample in family.samples:
                if sample.name.startswith("loket_"):
                    labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
                    found[f"{sample.name}{{{labels}}}"] = sample.value
        return found

    def labels(self) -> set[str]:
        """Return all that their labels say."""
        return set(re.findall(r"=([^,}]*)", " ".join(self)))


async def test_a_journey_moves_the_figures(loket: Loket, people: Town):
    async with asking(loket) as client:
        before = await Figures.of(client)
        resident, head = await people.resident(), await people.staff(Role.HEAD)
        await people.draft(resident, "sku")
        reference = await people.ready_to_sign(resident)
        await people.step(head, reference, Step.SIGN)
        await people.settled(reference)
        wanted = {
            "loket_journeys_begun_total{}": 2,
            "loket_journeys_sent_total{}": 1,
            "loket_journeys_ended_total{status=done}": 1,
            "loket_cases{status=done}": 1,
            "loket_letters_issued_total{}": 1,
        }

        async def have_moved() -> bool:  # counted anew every few seconds
            now = await Figures.of(client)
            return all(now[name] >= before[name] + by for name, by in wanted.items())

        await until(have_moved)
        now = await Figures.of(client)
    assert now["loket_case_oldest_seconds{status=draft}"] > 0
    assert now["loket_workers{}"] == 2  # one process, with a lane for each kind of wait
    assert now["loket_database_up{}"] == 1


async def test_what_becomes_of_requests_is_counted(loket: Loket, people: Town):
    resident = await people.resident()
    async with asking(loket, resident) as client:
        before = await Figures.of(client)
        await client.get("/layanan")
        await client.get("/permohonan/2026-ZZZZZZ")
        await client.post("/keluar", headers={"origin": "https://jahat.example"})
        async with connected(loket, resident.secret):
            during = await Figures.of(client)
    for kind, status in (("page", 200), ("page", 404), ("sign_in", 403)):
        name = f"loket_answers_total{{kind={kind},status={status}}}"
        assert during[name] > before.get(name, 0), name
    pages = "loket_answer_seconds_count{kind=page}"
    assert during[pages] >= before.get(pages, 0) + 2
    assert during["loket_websockets{}"] >= 1
    assert "loket_renderer_fallbacks_total{}" in during


async def test_no_label_says_anything_of_anybody(loket: Loket):
    async with asking(loket) as client:
        figures = await Figures.of(client)
    assert len(figures) > 60
    assert {one for one in figures.labels() - _WORDS if not _NUMBERS.fullmatch(one)} == set()
