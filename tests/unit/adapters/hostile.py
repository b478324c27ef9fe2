"""Files that mean harm, each by another way: to act, to tell, to hide, or to exhaust."""

import io
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, PngImagePlugin

from tests.unit.adapters import jpeg2000, samples

#: What no reader may ever find in a file that is served.
MARK = b"Tanda-Jahat-4711"
_SCRIPT = b"<script>alert('" + MARK + b"')</script>"
_HTML = b"<!DOCTYPE html><html><body>" + _SCRIPT
_MANY = 5_000


def every() -> Iterator[tuple[str, bytes]]:
    """Yield each file with a name that says what is wrong with it."""
    for part in ("open", "names", "page", "launch", "attachment", "submit"):
        yield f"pdf that acts: {part}", samples.acting_pdf(part)
    for action, more in _ACTIONS.items():
        yield f"pdf with an action {action}", _acting(action, more)
    for kind in ("RichMedia", "Movie", "Sound", "Screen", "FileAttachment", "3D"):
        yield f"pdf with an annotation {kind}", _annotated(kind)
    yield from _structures()
    yield from few()


def few() -> Iterator[tuple[str, bytes]]:
    """Yield those that are not PDFs, which other tests look at one by one."""
    yield from _images()
    yield from _others()
    yield from _bundles()


_ACTIONS = {
    "JavaScript": {"JS": String("app.alert(1)")},
    "URI": {"URI": String("javascript:alert(1)")},
    "GoToR": {"F": String("\\\\jahat.example\\x.pdf")},
    "GoToE": {"T": Dictionary(R=Name.C)},
    "ImportData": {"F": String("a.fdf")},
    "Rendition": {"OP": 0, "JS": String("x()")},
    "Named": {"N": Name.Print},
}


def _base() -> Pdf:
    return Pdf.open(io.BytesIO(samples.scan_pdf(1, page_size=(100, 100))))


def _acting(action: str, more: dict[str, object]) -> bytes:
    pdf = _base()
    pdf.Root.OpenAction = Dictionary(S=Name(f"/{action}"), **more)
    return samples.saved_pdf(pdf)


def _annotated(kind: str) -> bytes:
    pdf = _base()
    rectangle = Array([0, 0, 10, 10])
    mark = Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=rectangle)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(mark)])
    return samples.saved_pdf(pdf)


def _structures() -> Iterator[tuple[str, bytes]]:
    pdf = _base()
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(MARK), Fields=Array([]))
    yield "pdf with a form of XML", samples.saved_pdf(pdf)
    pdf = _base()
    pdf.Root.Metadata = pdf.make_stream(_SCRIPT)
    pdf.docinfo["/Author"] = String(MARK.decode())
    yield "pdf that tells of its author", samples.saved_pdf(pdf)
    pdf = _base()
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)
    yield "pdf whose pages hold themselves", samples.saved_pdf(pdf)
    pdf = _base()
    pdf.Root.Pages.Count = 2_000_000_000
    yield "pdf that claims two billion pages", samples.saved_pdf(pdf)
    pdf = _base()
    pdf.pages[0].obj.Resources.XObject.Im0.Width = 30_000
    pdf.pages[0].obj.Resources.XObject.Im0.Height = 30_000
    yield "pdf with a picture that claims 900 megapixels", samples.saved_pdf(pdf)
    pdf = _base()
    me = pdf.make_stream(b"/Me Do", Dictionary(Type=Name.XObject, Subtype=Name.Form))
    me.BBox = Array([0, 0, 9, 9])
    me.Resources = Dictionary(XObject=Dictionary(Me=me))
    pdf.pages[0].obj.Resources.XObject.Me = me
    pdf.pages[0].obj.Contents = pdf.make_stream(b"/Me Do")
    yield "pdf that draws itself", samples.saved_pdf(pdf)
    deep = b"[" * 60_000 + b"]" * 60_000
    yield (
        "pdf of 60,000 brackets",
        b"%PDF-1.7\n1 0 obj\n" + deep + b"\nendobj\ntrailer<</Root 1 0 R>>",
    )
    loop = b"xref\n0 1\n0000000000 65535 f \ntrailer<</Size 1/Prev 9>>\nstartxref\n9\n%%EOF"
    yield "pdf whose tables are a ring", b"%PDF-1.7\n" + loop
    pdf = Pdf.new()
    for _ in range(_MANY):
        pdf.add_blank_page(page_size=(10, 10))
    yield "pdf of 5,000 pages", samples.saved_pdf(pdf)
    yield "pdf with a bomb of 200 MB", samples.flate_bomb_pdf()
    yield "pdf with a bomb in a bomb", samples.double_bomb_pdf()
    yield "pdf that is drawn for ever", samples.slow_pdf()
    for where in jpeg2000.PLACES:
        scan = jpeg2000.scan_pdf(_SCRIPT, where)
        yield f"pdf with a script in a note of its JPEG 2000: {where}", scan
    yield "pdf with a JPEG 2000 that claims 3.6 gigapixels", jpeg2000.claiming()
    yield "pdf locked", samples.encrypted_pdf()
    yield "pdf locked by its owner", samples.owner_locked_pdf()
    yield "pdf with a page of the web behind it", samples.saved_pdf(_base()) + _HTML


def _images() -> Iterator[tuple[str, bytes]]:
    photo = samples.camera_photo(400, 300)
    yield "jpeg with its place", photo
    yield "jpeg with a page of the web behind it", photo + _HTML
    yield "jpeg with a program behind it", photo + b"MZ" + MARK
    yield "jpeg with a script in its comment", _with_segment(photo, 0xFE, _SCRIPT)
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + _SCRIPT
    yield "jpeg with a script in its notes", _with_segment(photo, 0xE1, xmp)
    yield (
        "jpeg with a profile that is none",
        _with_segment(photo, 0xE2, b"ICC_PROFILE\0\1\1" + MARK),
    )
    yield "jpeg that claims 4 gigapixels", _claiming(photo)
    yield "heic with its place", samples.heic()
    yield "heic that claims 900 megapixels", samples.heic_bomb()
    yield "avif", samples.avif()
    yield "webp with a script in its notes", _saved("WEBP", exif=_SCRIPT, xmp=_SCRIPT)
    yield "webp that moves", _moving("WEBP")
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", _SCRIPT.decode())
    notes.add_itxt("XML:com.adobe.xmp", _SCRIPT.decode())
    yield "png with a script in its text", _saved("PNG", pnginfo=notes)
    yield "png of 900 megapixels", samples.png_bomb()
    yield "png of 40 megapixels, transparent", samples.png("RGBA", (8000, 5000))
    for kind in (b"zTXt", b"iCCP"):
        packed = b"x\0\0" + zlib.compress(bytes(100_000_000), 9)
        yield f"png with a bomb in its {kind.decode()}", _with_chunk(kind, packed)
    yield "png that moves", _moving("PNG")
    yield "png cut off", samples.png("RGB")[:-40]


def _others() -> Iterator[tuple[str, bytes]]:
    yield "page of the web", _HTML
    yield "drawing that runs", b"<svg xmlns='http://www.w3.org/2000/svg'>" + _SCRIPT
    yield (
        "XML that reads files",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    )
    yield "gif that is a script", b"GIF89a/*" + _SCRIPT
    yield "tiff", _saved("TIFF")
    yield "bmp", _saved("BMP")
    yield "PostScript", b"%!PS\n(/etc/passwd) (r) file"
    yield "script of a shell", b"#!/bin/sh\nrm -rf /"
    yield "program", b"MZ" + bytes(500)
    yield "zip bomb", b"PK\x03\x04" + zlib.compress(bytes(50_000_000))
    yield "macro", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    yield "photo by its first bytes only", b"\xff\xd8\xff\xe0" + _HTML * 50


def _bundles() -> Iterator[tuple[str, bytes]]:
    photo = samples.camera_photo(40, 30)
    yield "bundle that climbs out", _bundle([("loket-bundle/01", photo), ("../../etc/x", photo)])
    yield "bundle with a link", _bundle([("loket-bundle/01", photo)], link="/etc/passwd")
    yield (
        "bundle in a bundle",
        _bundle([("loket-bundle/01", _bundle([("loket-bundle/01", photo)]))]),
    )
    yield "bundle with a bomb", _bundle([("loket-bundle/01", samples.png_bomb())])
    yield "bundle of too many", _bundle([(f"loket-bundle/{n:02}", photo) for n in range(60)])


def _bundle(members: list[tuple[str, bytes]], link: str = "") -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, data in members:
            head = tarfile.TarInfo(name)
            head.size = len(data)
            archive.addfile(head, io.BytesIO(data))
        if link:
            head = tarfile.TarInfo("loket-bundle/99")
            head.type, head.linkname = tarfile.SYMTYPE, link
            archive.addfile(head)
    return held.getvalue()


def _saved(kind: str, **options: object) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 30, 30)).save(held, kind, **options)
    return held.getvalue()


def _moving(kind: str) -> bytes:
    more = [Image.new("RGB", (60, 40), (n, n, n)) for n in range(0, 250, 10)]
    return _saved(kind, save_all=True, append_images=more)


def _with_segment(photo: bytes, marker: int, data: bytes) -> bytes:
    return photo[:2] + struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data + photo[2:]


def _claiming(photo: bytes) -> bytes:
    """Return a JPEG whose frame says 65,000 by 65,000."""
    at = photo.index(b"\xff\xc0") + 5
    return photo[:at] + struct.pack(">HH", 65_000, 65_000) + photo[at + 4 :]


def _with_chunk(kind: bytes, data: bytes) -> bytes:
    plain = _saved("PNG")
    chunk = struct.pack(">I", len(data)) + kind + data
    return plain[:33] + chunk + struct.pack(">I", zlib.crc32(kind + data)) + plain[33:]


#: How XMP begins, in whatever holds it, and what tells of a place.
_NOTES = (b"http://ns.adobe", b"xmpmeta", b"exif:GPS")


def acts(data: bytes) -> list[str]:
    """Return what a served file does or tells that it must not; empty when it is harmless."""
    if data.startswith(b"\xff\xd8\xff"):
        words: tuple[bytes, ...] = (MARK, b"Exif", b"<script", *_NOTES)
        return [word.decode() for word in words if word in data]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(plain := io.BytesIO(), compress_streams=False, qdf=True)
    words = (MARK, b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction", b"/AA", b"/EmbeddedFile")
    words += (b"/XFA", b"/URI", b"/GoToR", b"/SubmitForm", b"/Annots", b"/Metadata", b"Exif\0")
    words += _NOTES
    return [word.decode() for word in words if word in plain.getvalue()]


MUTATED: tuple[Callable[[], bytes], ...] = (
    lambda: samples.camera_photo(300, 200),
    lambda: samples.png("RGBA", (120, 90)),
    samples.webp,
    samples.heic,
    samples.avif,
    lambda: samples.scan_pdf(2, page_size=(100, 100)),
    samples.form_pdf,
    samples.ascii_scan_pdf,
    lambda: jpeg2000.scan_pdf(MARK + b"<x:xmpmeta", *jpeg2000.PLACES),
)
