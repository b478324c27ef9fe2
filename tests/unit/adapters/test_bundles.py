"""Several files for one requirement: joined in their order, none let through by the others."""

import io
import tarfile
from collections.abc import AsyncIterator

import pikepdf
import pytest
from PIL import Image

from app.adapters.inspection import Bounds, Inspected, Refused, inspect
from app.usecases.bundles import Part, bundled
from tests.unit.adapters import samples

ANY = frozenset({"jpeg", "png", "webp", "heic", "avif", "pdf"})


async def together(*files: bytes, names: tuple[str, ...] = ()) -> bytes:
    upload = bundled(
        [
            Part(names[number] if names else "foto.jpg", len(file), _pieces(file))
            for number, file in enumerate(files)
        ]
    )
    return b"".join([chunk async for chunk in upload.chunks])


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 1000):
        yield data[start : start + 1000]


async def test_photos_and_scans_become_one_pdf_in_their_order():
    files = (
        samples.camera_photo(1200, 900, orientation=6),
        samples.scan_pdf(2, page_size=(300, 400)),
        samples.heic(),
        samples.avif(),
    )
    found = await inspect(await together(*files), ANY)
    assert isinstance(found, Inspected), found
    assert (found.kind, found.content_type) == ("bundle", "application/pdf")
    assert found.page_count == len(found.pages) == 5
    assert (found.width, found.height) == (632, 842)
    assert b"Exif" not in found.safe
    shown = [Image.open(io.BytesIO(page)).size for page in found.pages]
    assert shown == [(900, 1200), (1240, 1755), (1240, 1755), (300, 400), (400, 300)]
    with pikepdf.open(io.BytesIO(found.safe)) as pdf:
        boxes = [tuple(round(n) for n in page.mediabox[2:]) for page in pdf.pages]
        assert boxes == [(632, 842), (595, 842), (595, 842), (632, 842), (842, 632)]
        for page in pdf.pages:
            (picture,) = page.get_images().values()
            assert Image.open(io.BytesIO(picture.read_raw_bytes())).size[0] >= 300


async def test_a_single_file_goes_on_as_it_came_under_its_name():
    photo = samples.camera_photo(40, 30)
    assert await together(photo) == photo
    assert bundled([Part("ktp.jpg", 3, _pieces(b"abc"))]).filename == "ktp.jpg"


def test_a_bundle_is_called_by_the_first_of_its_files():
    parts = [Part(f"{number}.jpg", 0, _pieces(b"")) for number in range(5)]
    assert bundled(parts[:2]).filename == "0.jpg, 1.jpg"
    assert bundled(parts).filename == "0.jpg, 1.jpg, 2.jpg, …"


async def test_a_name_that_a_phone_gave_does_no_harm():
    photo = samples.camera_photo(40, 30)
    names = ("../../etc/passwd", "surat ñ " * 60 + ".jpg")
    found = await inspect(await together(photo, photo, names=names), ANY)
    assert isinstance(found, Inspected)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE])
async def test_an_archive_that_holds_more_than_files_is_refused(kind: bytes):
    photo, made = samples.camera_photo(40, 30), io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        first = tarfile.TarInfo("loket-bundle/01-foto.jpg")
        first.size = len(photo)
        archive.addfile(first, io.BytesIO(photo))
        odd = tarfile.TarInfo("loket-bundle/02-lain")
        odd.type, odd.linkname = kind, "loket-bundle/01-foto.jpg"
        archive.addfile(odd)
    assert await inspect(made.getvalue(), ANY) == Refused("document.refused.broken")


@pytest.mark.parametrize(
    ("bad", "key"),
    [
        (b"Ini bukan foto.", "kind"),
        (b"", "empty"),
        (samples.png_bomb(), "too_many_pixels"),
        (samples.acting_pdf("open"), "active"),
        (samples.camera_photo(400, 300)[:9000], "broken"),
        (b"loket-bundle/" + bytes(600), "kind"),
    ],
    ids=["text", "empty", "bomb", "script", "cut", "bundle"],
)
async def test_one_bad_file_refuses_all(bad: bytes, key: str):
    found = await inspect(await together(samples.camera_photo(40, 30), bad), ANY)
    assert isinstance(found, Refused), found
    assert found.key == f"document.refused.{key}"


async def test_several_files_are_refused_where_no_pdf_is_asked_for():
    photo = samples.camera_photo(40, 30)
    found = await inspect(await together(photo, photo), frozenset({"jpeg"}))
    assert found == Refused("document.refused.kind", {"found": "bundle", "accepted": ["jpeg"]})


async def test_together_they_may_not_be_too_many_pages():
    scan = samples.scan_pdf(2, page_size=(40, 40))
    found = await inspect(await together(scan, scan), ANY, Bounds(pages=3))
    assert found == Refused("document.refused.too_many_pages", {"limit": 3, "found": 4})
