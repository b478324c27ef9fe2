"""Several photos handed in for one requirement are one document; what came is kept."""

import hashlib
import io
import tarfile

import pikepdf
import pytest

from app.usecases import apply, documents, uploads
from app.usecases.bundles import Part, bundled
from storage import keys
from tests.factories import Person, Town, in_pieces, photo
from tests.unit.adapters.samples import heic


async def hand_in(town: Town, resident: Person, reference: str, *files: bytes) -> None:
    parts = [Part(f"{n}.jpg", len(file), in_pieces(file)) for n, file in enumerate(files)]
    await uploads.attach(town.parts, resident.actor, reference, "kk", bundled(parts))


async def test_they_become_one_pdf_and_the_originals_are_kept_as_they_came(town: Town):
    resident = await town.resident()
    reference = await town.draft(resident)
    files = (photo(), heic(), photo())
    await hand_in(town, resident, reference, *files)
    await town.settled(reference)

    document = await town.document(reference, "kk")
    assert (document.safety, document.content_type) == ("safe", "application/pdf")
    assert (document.filename, document.pages) == ("0.jpg, 1.jpg, 2.jpg", 3)
    link = await documents.open_own(town.parts, resident.actor, reference, document.id)
    with pikepdf.open(io.BytesIO(await town.parts.files.get(link.key))) as pdf:
        assert len(pdf.pages) == 3
    original = await town.parts.files.get(keys.original(document.id))
    assert (len(original), hashlib.sha256(original).hexdigest()) == (document.size, document.sha256)
    with tarfile.open(fileobj=io.BytesIO(original)) as kept:
        assert tuple(kept.extractfile(member).read() for member in kept) == files


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ([b"x" * 1000] * 11, ["problem.too_many_files", {"limit": 10}]),
        ([b"x" * 7_600_000] * 4, ["problem.files_too_large", {"limit": 30_000_000}]),
    ],
    ids=["too many", "too large"],
)
async def test_too_much_at_once_is_told_and_what_stood_before_stays(
    town: Town, files: list[bytes], problem: list[object]
):
    resident = await town.resident()
    reference = await town.draft(resident)
    await hand_in(town, resident, reference, photo())
    before = await town.document(reference, "kk")
    await hand_in(town, resident, reference, *files)
    assert (await town.case(reference)).upload_problems == {"kk": problem}
    assert (await town.document(reference, "kk")).id == before.id


async def test_one_bad_photo_among_them_is_told_once_they_were_sent(town: Town):
    town, resident = town.left_to_jobs(), await town.resident()
    reference = await town.draft(resident)
    for requirement in ("surat-desa", "pernyataan", "ktp"):
        await town.attach(resident, reference, requirement)
    await hand_in(town, resident, reference, photo(), b"Ini bukan foto.")
    assert await apply.send(town.parts, resident.actor, reference) == []
    await town.settled(reference)
    assert (await town.case(reference)).status == "needs_changes"
    assert (await town.document(reference, "kk")).refusal == "document.refused.kind"
