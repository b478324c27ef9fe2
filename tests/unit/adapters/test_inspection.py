import asyncio
import io
import shutil
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from app.adapters.confinement import Limits
from app.adapters.inspection import Bounds, Inspected, Refused, inspect
from tests.unit.adapters import jpeg2000, samples

ANY = frozenset({"jpeg", "png", "webp", "heic", "avif", "pdf"})


async def cleaned(data: bytes) -> Inspected:
    found = await inspect(data, ANY)
    assert isinstance(found, Inspected), found
    return found


async def refused(data: bytes, accepts: frozenset[str] = ANY) -> Refused:
    found = await inspect(data, accepts)
    assert isinstance(found, Refused)
    return found


def is_red(picture: Image.Image, x: float, y: float) -> bool:
    red, green, _ = picture.getpixel((int(picture.width * x), int(picture.height * y)))
    return red > 170 and green < 80


async def test_a_photo_comes_out_upright_smaller_and_without_its_place():
    photo = samples.camera_photo(4032, 3024, orientation=6)
    assert b"Exif" in photo
    found = await cleaned(photo)
    safe = Image.open(io.BytesIO(found.safe))
    assert (found.kind, found.content_type) == ("jpeg", "image/jpeg")
    assert safe.size == (found.width, found.height) == (2250, 3000)
    assert not safe.getexif()
    assert b"Exif" not in found.safe
    assert is_red(safe, 0.95, 0.05)
    assert len(found.safe) < len(photo)


async def test_an_image_that_stays_heavy_is_also_shown_as_one_small_page():
    found = await cleaned(samples.camera_photo(4032, 3024, orientation=1))
    assert len(found.safe) > Bounds().shown_itself
    assert found.page_count == len(found.pages) == 1
    assert Image.open(io.BytesIO(found.pages[0])).size == (1240, 930)


async def test_a_light_one_is_shown_itself():
    found = await cleaned(samples.camera_photo(1600, 1200, orientation=1))
    assert len(found.safe) <= Bounds().shown_itself
    assert (found.page_count, found.pages) == (1, ())


async def test_a_photo_of_a_hundred_megapixels_is_taken():
    found = await cleaned(samples.camera_photo(12_000, 9_000, orientation=1))
    assert (found.width, found.height) == (3000, 2250)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "I;16"])
async def test_every_colour_of_png_becomes_a_jpeg(mode: str):
    found = await cleaned(samples.png(mode))
    assert found.kind == "png"
    assert Image.open(io.BytesIO(found.safe)).mode == "RGB"


async def test_ink_on_a_transparent_ground_stands_on_white_paper():
    found = await cleaned(samples.png("RGBA"))
    assert Image.open(io.BytesIO(found.safe)).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("make", [samples.webp, samples.avif])
async def test_a_photo_of_another_format_becomes_a_jpeg(make):
    found = await cleaned(make())
    assert (found.kind, found.content_type) == (make.__name__, "image/jpeg")
    assert is_red(Image.open(io.BytesIO(found.safe)), 0.1, 0.1)


async def test_a_photo_of_an_iphone_becomes_an_upright_jpeg_without_its_place():
    photo = samples.heic(400, 300)
    assert b"Exif" in photo
    found = await cleaned(photo)
    safe = Image.open(io.BytesIO(found.safe))
    assert (found.kind, found.content_type, safe.format) == ("heic", "image/jpeg", "JPEG")
    assert safe.size == (found.width, found.height) == (300, 400)
    assert not safe.getexif()
    assert b"Exif" not in found.safe
    assert is_red(safe, 0.95, 0.05)


async def test_what_hides_behind_a_photo_is_gone():
    found = await cleaned(samples.camera_photo(400, 300) + b"PK\x03\x04<script>alert(1)</script>")
    assert b"<script>" not in found.safe


async def test_a_scan_keeps_its_pages_and_loses_the_phones_notes():
    scan = samples.scan_pdf(3)
    assert b"Exif" in scan
    found = await cleaned(scan)
    assert (found.content_type, found.page_count, len(found.pages)) == ("application/pdf", 3, 3)
    assert (found.width, found.height) == (595, 842)
    assert b"Exif" not in found.safe
    page = Image.open(io.BytesIO(found.pages[0]))
    assert page.width == 1240
    assert is_red(page, 0.1, 0.1)
    assert not is_red(page, 0.9, 0.9)


@pytest.mark.parametrize("packed", [samples.packed_scan_pdf, samples.ascii_scan_pdf])
async def test_the_phones_notes_are_lost_however_they_are_packed(packed: Callable[[], bytes]):
    found = await cleaned(packed())
    with pikepdf.open(io.BytesIO(found.safe)) as pdf:
        picture = pdf.pages[0].obj.Resources.XObject.Im0
        assert str(picture.Filter) == "/DCTDecode"
        assert b"Exif" not in picture.read_raw_bytes()
    assert is_red(Image.open(io.BytesIO(found.pages[0])), 0.1, 0.1)


async def test_notes_are_found_wherever_a_file_that_is_no_sound_one_hides_them():
    photo = samples.camera_photo(400, 300)
    scan = samples.scan_pdf(1, page_size=(400, 300))
    head = photo[:20]  # up to the end of the first note
    pushed = scan.replace(head, head + b"moved along", 1)
    assert (await refused(pushed)).key == "document.refused.broken"
    misnamed = scan.replace(b"/DCTDecode", b"/DCTDecole")
    assert (await refused(misnamed)).key == "document.refused.broken"
    assert b"Exif" not in (await cleaned(samples.scan_of(photo + photo))).safe
    for is_damaged in (False, True):
        found = await cleaned(samples.pdf_with_a_rest(photo, damaged=is_damaged))
        assert b"Exif" not in found.safe
        assert is_red(Image.open(io.BytesIO(found.pages[0])), 0.1, 0.1)
    small = samples.camera_photo(100, 100)
    reaching_out = small[:3] + small[7:]  # a segment that says it is longer than all
    assert (await refused(samples.scan_of(reaching_out))).key == "document.refused.broken"
    unknown = photo[:2] + b"\xff\x46\0\x0eExif\0" + bytes(7) + photo[2:]
    assert b"Exif" not in (await cleaned(samples.scan_of(unknown))).safe


@pytest.mark.parametrize("where", jpeg2000.PLACES)
async def test_a_jpeg_2000_in_a_pdf_looks_the_same_without_its_notes(where: str):
    scan = jpeg2000.scan_pdf(b"Kamera di Bandung", where)
    assert b"Kamera" in scan
    found = await cleaned(scan)
    with pikepdf.open(io.BytesIO(found.safe)) as pdf:
        picture = pdf.pages[0].obj.Resources.XObject.Im0
        assert str(picture.Filter) == "/JPXDecode"
        bare = picture.read_raw_bytes()
    assert b"Kamera" not in bare
    assert b"OpenJPEG" not in bare
    as_it_was, as_it_is = (Image.open(io.BytesIO(one)) for one in (jpeg2000.plain(), bare))
    assert as_it_is.convert("RGB").tobytes() == as_it_was.convert("RGB").tobytes()
    assert is_red(Image.open(io.BytesIO(found.pages[0])), 0.1, 0.1)


async def test_a_jpeg_2000_that_claims_too_many_pixels_is_refused_before_it_is_decoded():
    assert (await refused(jpeg2000.claiming())).key == "document.refused.too_many_pixels"


async def test_a_jpeg_2000_that_breaks_off_is_refused():
    scan = jpeg2000.scan_pdf(b"")
    assert (await refused(scan.replace(b"\xff\xd9", b"\xff\x00"))).key == "document.refused.broken"


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
async def test_the_safe_copy_of_a_scan_is_sound(tmp_path: Path):
    path = tmp_path / "safe.pdf"
    path.write_bytes((await cleaned(samples.scan_pdf(2))).safe)
    checked = await asyncio.create_subprocess_exec("qpdf", "--check", path, stdout=DEVNULL)
    assert await checked.wait() == 0


async def test_only_the_first_pages_are_drawn_but_all_are_kept():
    found = await cleaned(samples.scan_pdf(12, page_size=(60, 80)))
    assert (found.page_count, len(found.pages)) == (12, 10)


async def test_a_filled_in_form_is_drawn_flat_and_its_links_are_gone():
    found = await cleaned(samples.form_pdf())
    with pikepdf.open(io.BytesIO(found.safe)) as pdf:
        assert "/AcroForm" not in pdf.Root
        assert "/Annots" not in pdf.pages[0].obj
    page = Image.open(io.BytesIO(found.pages[0]))
    red, _, blue = page.getpixel((int(200 / 595 * 1240), int((842 - 725) / 842 * page.height)))
    assert blue > 200 > red + 100


async def test_a_pdf_with_a_crooked_table_is_mended():
    scan = samples.scan_pdf(1, page_size=(100, 100))
    found = await cleaned(scan.replace(b"startxref", b"startxfer"))
    assert found.page_count == 1


async def test_a_file_on_disk_is_inspected_where_it_lies(tmp_path: Path):
    path = tmp_path / "upload"
    path.write_bytes(samples.camera_photo(400, 300))
    assert isinstance(await inspect(path, ANY), Inspected)


async def test_an_empty_file_is_refused():
    assert (await refused(b"")).key == "document.refused.empty"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"Saya yang bertanda tangan", "text"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "page"),
        (b"PK\x03\x04\x14\0\x06\0[Content_Types].xml", "office"),
        (b"PK\x03\x04\x14\0foto.jpg", "archive"),
        (b"PK\x03\x04\x14\0AndroidManifest.xml", "program"),
        (b"\0\0\0\x20ftypisom\0\0\2\0", "video"),
        (b"\x01\x00\x02\x03", "unknown"),
        (b"GIF89a\x01\0\x01\0", "gif"),
    ],
)
async def test_a_file_of_another_kind_is_named_for_what_it_is(data: bytes, kind: str):
    found = await refused(data)
    assert found.key == "document.refused.kind"
    assert found.facts == {"found": kind, "accepted": sorted(ANY)}


async def test_a_photo_is_refused_where_only_pdf_is_asked_for():
    found = await refused(samples.webp(), frozenset({"pdf", "video"}))
    assert found.facts == {"found": "webp", "accepted": ["pdf"]}


@pytest.mark.parametrize("make", [samples.encrypted_pdf, samples.owner_locked_pdf])
async def test_an_encrypted_pdf_is_refused(make):
    assert (await refused(make())).key == "document.refused.encrypted"


@pytest.mark.parametrize("part", ["open", "names", "page", "launch", "attachment", "submit"])
async def test_a_pdf_that_acts_is_refused(part: str):
    assert (await refused(samples.acting_pdf(part))).key == "document.refused.active"


async def test_a_pdf_of_too_many_pages_is_refused():
    found = await refused(samples.scan_pdf(51, page_size=(40, 40)))
    assert found == Refused("document.refused.too_many_pages", {"limit": 50, "found": 51})


@pytest.mark.parametrize("make", [samples.png_bomb, samples.heic_bomb, samples.flate_bomb_pdf])
async def test_a_bomb_is_refused_before_it_unpacks(make):
    bomb = make()
    assert len(bomb) < 300_000
    assert (await refused(bomb)).key == "document.refused.too_many_pixels"


async def test_a_bomb_packed_twice_is_refused():
    bomb = samples.double_bomb_pdf()
    assert len(bomb) < 10_000
    assert (await refused(bomb)).key == "document.refused.broken"


@pytest.mark.parametrize(
    "data",
    [
        samples.camera_photo(400, 300)[:9000],
        b"\xff\xd8\xff" + bytes(500),
        b"%PDF-1.7\nnothing more",
        samples.png("RGB")[:60],
        samples.heic()[:1500],
        b"\0\0\0\x18ftypheic\0\0\0\0" + bytes(500),
        b"loket-bundle/" + bytes(1000),
    ],
    ids=["cut photo", "no photo", "no pdf", "cut png", "cut heic", "no heic", "no bundle"],
)
async def test_a_damaged_file_is_refused(data: bytes):
    assert (await refused(data)).key == "document.refused.broken"


async def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch):
    brief = Limits(memory=900 << 20, processor=2, clock=30)
    parent = sys.modules["app.adapters.inspection.inspect"]
    monkeypatch.setattr(parent, "_LIMITS", brief)
    assert (await refused(samples.slow_pdf())).key == "document.refused.too_slow"


async def test_bounds_can_be_narrower():
    found = await inspect(samples.png("L", (400, 300)), ANY, Bounds(pixels=100_000))
    assert isinstance(found, Refused)
    assert found.key == "document.refused.too_many_pixels"
