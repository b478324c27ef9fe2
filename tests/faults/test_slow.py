"""Parts that answer half a minute late, or not at all: only what needs them waits, unharmed."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from app.domain.documents import Safety
from app.domain.workflow import Step
from tests.factories import Town
from tests.faults.books import close_the_books
from tests.faults.byways import signed_at_once
from tests.faults.clients import Client
from tests.faults.harness import Fragile, fragile_loket, until
from tests.faults.journeys import Journeys, on_the_way_back
from tests.faults.report import note
from tests.support.scanner import Pretender, pretender

#: Seconds by which a part is late.
_LATE = 30.0
#: What does not need it takes less; a sign-in is told so soon after its patience of 10 s.
_OTHERS_WITHIN, _TOLD_WITHIN = _LATE, 15.0
_RELEASED_WITHIN = 60.0
#: More documents than a worker checks at once.
_RESIDENTS = 3

pytestmark = pytest.mark.faults_full


@pytest.fixture(scope="module")
async def scanner() -> AsyncIterator[Pretender]:
    """What looks at the files of this module's Loket."""
    async with pretender() as scanner:
        yield scanner


@pytest.fixture(scope="module")
async def fragile(scanner: Pretender) -> AsyncIterator[Fragile]:
    """A whole Loket whose files are scanned."""
    async with fragile_loket(LOKET_CLAMAV=scanner.address) as loket:
        yield loket


@dataclass
class _Slow:
    """A way in which a scanner is of no use for a while, and what /readyz says of it."""

    scanner: Pretender
    hangs: bool

    @property
    def is_said(self) -> str:
        return "failing" if self.hangs else "ok"

    @contextlib.contextmanager
    def down(self) -> Iterator[None]:
        self.scanner.hangs = self.hangs
        self.scanner.goes_on.clear()
        try:
            yield
        finally:
            self.scanner.hangs = False
            self.scanner.goes_on.set()


@pytest.mark.parametrize("hangs", [False, True], ids=["slow", "hanging"])
async def test_files_wait_for_the_scanner_and_nothing_else_does(
    fragile: Fragile, town: Town, journeys: Journeys, scanner: Pretender, hangs: bool
):
    slow, residents = _Slow(scanner, hangs), [await town.resident() for _ in range(_RESIDENTS)]
    began = time.monotonic()
    with slow.down():
        held_up = await asyncio.gather(*(journeys.applied(one) for one in residents))
        others_began = time.monotonic()
        await signed_at_once(journeys, town)
        await journeys.drafted(await town.resident())
        others_took = time.monotonic() - others_began
        async with journeys.client(residents[0]) as resident:
            assert "sedang diperiksa" in (await resident.get(f"/permohonan/{held_up[0]}")).text
            told = (await resident.get("/readyz")).json()
            assert (told["parts"]["scanner"], told["parts"]["worker"]) == (slow.is_said, "ok")
            async with journeys.client(journeys.office.officer) as officer:
                assert await _opened(town, resident, officer, journeys, held_up[0]) == set()
        assert await _safeties(town, held_up) == {Safety.QUARANTINED}
        await asyncio.sleep(max(0.0, began + _LATE - time.monotonic()))
    back = time.monotonic()

    async def all_are_released() -> bool:
        return await _safeties(town, held_up) == {Safety.SAFE}

    await until(all_are_released, "all files are released", _RELEASED_WITHIN, every=0.2)
    released, books = time.monotonic() - back, await close_the_books(town, journeys.receipts)
    note(
        f"scanner {'hangs' if hangs else 'slow by 30 s'}: a letter and a draft beside it took "
        f"{others_took:.1f} s, all {4 * _RESIDENTS} files were released {released:.1f} s after; "
        f"{books}"
    )
    assert books.wrong == []
    assert others_took < _OTHERS_WITHIN


async def _opened(
    town: Town, resident: Client, officer: Client, journeys: Journeys, reference: str
) -> set[str]:
    """Return by which address any file of a case can be opened or downloaded."""
    await journeys.step(officer, reference, Step.TAKE.value)
    found: set[str] = set()
    for document in await town.documents(reference):
        own = f"/permohonan/{reference}/berkas/{document.id}"
        office = f"/petugas/{reference}/berkas/{document.id}"
        asked = ((resident, own), (officer, office), (officer, f"{office}/1"))
        found |= {path for who, path in asked if (await who.get(path)).status_code != 404}
    return found


async def _safeties(town: Town, references: list[str]) -> set[Safety]:
    found = [one for reference in references for one in await town.documents(reference)]
    return {Safety(one.safety) for one in found}


async def test_a_sign_in_provider_that_is_late_keeps_only_sign_ins_waiting_and_says_so(
    fragile: Fragile, town: Town, journeys: Journeys
):
    (provider,) = fragile.pids("identity")
    async with journeys.client() as client, journeys.client() as other:
        back = await on_the_way_back(client, "warga1")
        began = time.monotonic()
        with _stopped(provider):
            answer = await client.http.get(back)
            told_after = time.monotonic() - began
            assert "masalah=unavailable" in answer.headers["location"]
            answer = await other.http.get("/masuk/mulai")
            to_provider = answer.headers["location"]
            if urlsplit(to_provider).path.startswith("/identitas"):
                began_anew = time.monotonic()
                answer = await other.http.get(to_provider)
                assert answer.status_code == 503
                assert "retry-after" in answer.headers
                told_after = max(told_after, time.monotonic() - began_anew)
            others_began = time.monotonic()
            await journeys.drafted(await town.resident())
            others_took = time.monotonic() - others_began
            await asyncio.sleep(max(0.0, began + _LATE - time.monotonic()))
    await journeys.came_and_went()
    note(
        f"sign-in provider silent for 30 s: a sign-in was told so after {told_after:.1f} s, a "
        f"draft with a file took {others_took:.1f} s meanwhile; then sign-in worked again"
    )
    assert told_after < _TOLD_WITHIN
    assert others_took < _OTHERS_WITHIN


@contextlib.contextmanager
def _stopped(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
