"""JPEG 2000 with notes wherever the format has a place for them; made here, as `samples`."""

import io

from pikepdf import Name, Pdf
from PIL import Image

from tests.unit.adapters import samples

_SIZE, _TILE_PART, _DATA, _COMMENT = b"\xff\x51", b"\xff\x90", b"\xff\x93", b"\xff\x64"
#: Where a note may stand.
PLACES = ("xml ", "uuid", "asoc", "jp2h", "main header", "tile-part", "behind the end")


def scan_pdf(note: bytes, *wheres: str) -> bytes:
    """A scan of one page, whose picture carries a note at each of these places."""
    pdf, picture = Pdf.new(), plain()
    for where in wheres:
        picture = _noted(picture, note, where)
    samples.add_scanned_page(pdf, picture, (300, 200), packed=Name.JPXDecode)
    return samples.saved_pdf(pdf)


def plain() -> bytes:
    """A picture without a note but its encoder's own."""
    held = io.BytesIO()
    photo = Image.open(io.BytesIO(samples.camera_photo(300, 200, orientation=1)))
    photo.save(held, "JPEG2000", tile_size=(150, 100), quality_layers=[20])
    return held.getvalue()


def claiming(side: int = 60_000) -> bytes:
    """A scan whose picture claims `side` x `side` pixels; the PDF around it says nothing of it."""
    pdf, picture = Pdf.new(), plain()
    at = picture.index(_SIZE) + 6
    picture = picture[:at] + side.to_bytes(4) * 2 + picture[at + 8 :]
    samples.add_scanned_page(pdf, picture, (300, 200), packed=Name.JPXDecode)
    return samples.saved_pdf(pdf)


def _noted(picture: bytes, note: bytes, where: str) -> bytes:
    if where == "behind the end":
        return picture + note
    if where == "jp2h":
        return _longer_header(picture, _box(b"xml ", note))
    if where == "main header":
        size = picture.index(_SIZE)
        return _commented(picture, size + 2 + int.from_bytes(picture[size + 2 : size + 4]), note)
    if where == "tile-part":
        part = picture.index(_TILE_PART + b"\0\x0a")
        length = int.from_bytes(picture[part + 6 : part + 10]) + len(_comment(note))
        picture = picture[: part + 6] + length.to_bytes(4) + picture[part + 10 :]
        return _commented(picture, picture.index(_DATA, part), note)
    at = picture.index(b"jp2c") - 4
    return picture[:at] + _box(where.encode(), note) + picture[at:]


def _longer_header(picture: bytes, box: bytes) -> bytes:
    at = picture.index(b"jp2h") - 4
    end = at + int.from_bytes(picture[at : at + 4])
    length = (end - at + len(box)).to_bytes(4)
    return picture[:at] + length + picture[at + 4 : end] + box + picture[end:]


def _commented(picture: bytes, at: int, note: bytes) -> bytes:
    """Return a picture with a comment at a place of its codestream, and a box that fits."""
    box = picture.index(b"jp2c") - 4
    picture = picture[:at] + _comment(note) + picture[at:]
    if length := int.from_bytes(picture[box : box + 4]):
        length += len(_comment(note))
    return picture[:box] + length.to_bytes(4) + picture[box + 4 :]


def _comment(note: bytes) -> bytes:
    return _COMMENT + (len(note) + 4).to_bytes(2) + b"\0\x01" + note


def _box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4) + kind + content
