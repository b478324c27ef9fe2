"""A disk without room: nothing is half kept, and room is all that is needed to go on."""

import contextlib
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.factories import OFFICE, photo
from tests.faults.books import close_the_books
from tests.faults.clients import Client, Receipts, news
from tests.faults.harness import fragile_loket, patiently, token
from tests.faults.journeys import SERVICE, Journeys, form_key_of, office_of
from tests.faults.report import note
from tests.support.people import town_of

_SIZE = "400m"
_TRIES = 40
_MOST_AT_ONCE = 1 << 20


@pytest.mark.faults_full
async def test_a_full_disk_is_said_to_be_so_and_room_is_all_it_needs():
    with _small_disk() as disk:
        async with fragile_loket(data=disk / "data") as loket, town_of(loket) as town:
            journeys = Journeys(loket, Receipts(), await office_of(town))
            await journeys.whole(await town.resident())
            resident = await town.resident()
            async with journeys.client(resident) as client:
                key = await form_key_of(client, f"/layanan/{SERVICE}/ajukan")
                ballast = disk / "ballast"
                _fill(ballast)
                answers = Counter[str]()
                for _ in range(_TRIES):
                    answers[await _try(client, key, journeys.receipts, resident.subject)] += 1
                ballast.unlink()
                back = await loket.ready()
            await journeys.whole(await patiently(town.resident))
            books = await close_the_books(town, journeys.receipts)
            note(f"disk full: {dict(answers)}, ready {back:.1f} s after there was room; {books}")
            assert books.wrong == []
            assert not answers.keys() & {"500"}, "a full disk is no defect"


async def _try(client: Client, key: str, receipts: Receipts, subject: str) -> str:
    """Save a draft with a file once; return the status, or what the form said."""
    purpose = f"Beasiswa {token()}"
    form = {"office": OFFICE, "form_key": key, "purpose": purpose, "action": "save"}
    file = {"document.ktp": ("ktp.jpg", photo() + os.urandom(_MOST_AT_ONCE), "image/jpeg")}
    try:
        answer = await client.http.post(f"/layanan/{SERVICE}/ajukan", data=form, files=file)
    except httpx2.TransportError:
        receipts.drafts.pop(subject, None)
        return "cut"
    if news(answer) == "saved":
        receipts.drafts[subject] = {"purpose": purpose}
        return "saved"
    # It may have been kept before the answer was that it is not sure.
    receipts.drafts.pop(subject, None)
    return str(answer.status_code)


@contextlib.contextmanager
def _small_disk() -> Iterator[Path]:
    """Mount a disk of memory; a machine that does not let us skips the test."""
    folder = Path(tempfile.mkdtemp(prefix="lk-disk-"))
    mounting = ("mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=0755", "tmpfs", str(folder))
    mounted = subprocess.run(mounting, capture_output=True, text=True, check=False)
    if mounted.returncode:
        folder.rmdir()
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(("umount", str(folder)), check=True)
        folder.rmdir()


def _fill(path: Path) -> None:
    """Take all the room there is."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(_MOST_AT_ONCE))
    with path.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(512))
