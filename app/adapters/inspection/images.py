"""Photos: decoded and encoded anew, so that nothing but the picture is left."""

import io
from typing import Final

import pillow_heif
from PIL import Image, ImageFile, ImageOps

from app.adapters.inspection.outcome import BROKEN, TOO_MANY_PIXELS, Bounds, Inspected, Refusal

_FORMATS: Final = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF", "avif": "AVIF"}
_QUALITY: Final = 85
_PREVIEW_QUALITY: Final = 78
_WITH_ALPHA: Final = ("RGBA", "LA")
_STRIP: Final = 128
_WHITE: Final = (255, 255, 255)
_SIXTEEN_TO_EIGHT: Final = 1 / 256

#: Our own bounds are asked before anything is decoded, and say more.
Image.MAX_IMAGE_PIXELS = None
ImageFile.LOAD_TRUNCATED_IMAGES = False
#: The picture and nothing beside it; children work beside each other, so one thread each.
pillow_heif.register_heif_opener(
    thumbnails=False, depth_images=False, aux_images=False, decode_threads=1
)


def clean_image(data: bytes, kind: str, bounds: Bounds) -> Inspected:
    """Return a photo as a JPEG that stands upright and carries no EXIF.

    Raises:
        Refusal: too many pixels, or not to be decoded to its end.
    """
    try:
        picture = _upright(data, kind, bounds)
    except (OSError, SyntaxError, ValueError) as error:
        raise Refusal(BROKEN) from error
    width, height = picture.size
    safe = as_jpeg(picture, _QUALITY)
    pages = () if len(safe) <= bounds.shown_itself else (preview(picture, bounds),)
    return Inspected(kind, "image/jpeg", safe, pages, 1, width, height)


def preview(picture: Image.Image, bounds: Bounds) -> bytes:
    """Return a picture for the officer's screen; `picture` is made smaller in place."""
    picture.thumbnail((bounds.preview_width, 2 * bounds.preview_width), reducing_gap=2.0)
    return as_jpeg(picture, _PREVIEW_QUALITY)


def as_jpeg(picture: Image.Image, quality: int) -> bytes:
    """Return `picture`, in RGB, as a JPEG with no metadata.

    Not a progressive one: it would take three times as long, for 3 % fewer bytes.
    """
    bare = io.BytesIO()
    # Without being told, Pillow hands on the comment of the JPEG that it read.
    nothing = {"exif": b"", "comment": b""}
    picture.save(bare, "JPEG", quality=quality, optimize=True, **nothing)
    return bare.getvalue()


def _upright(data: bytes, kind: str, bounds: Bounds) -> Image.Image:
    picture = Image.open(io.BytesIO(data), formats=(_FORMATS[kind],))
    most = {"jpeg": bounds.jpeg_pixels, "heic": bounds.heic_pixels}.get(kind, bounds.pixels)
    if picture.width * picture.height > most:
        raise Refusal(TOO_MANY_PIXELS, limit=most // 1_000_000)
    # Of a JPEG, lets the decoder skip detail that the result would not show.
    picture.draft("RGB", (bounds.side, bounds.side))
    picture.load()
    turned = ImageOps.exif_transpose(_shrunk(picture, bounds))
    return _in_rgb(turned)


def _shrunk(picture: Image.Image, bounds: Bounds) -> Image.Image:
    """First of all smaller: turning and converting would each double the memory.

    A palette cannot be averaged; it is resampled by nearest neighbour and looks rough, so
    it is converted first, whatever it costs.
    """
    if picture.mode == "P" and max(picture.size) > bounds.side:
        orientation = picture.getexif()
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
        picture.info["exif"] = orientation.tobytes()
    if picture.mode in _WITH_ALPHA and (factor := max(picture.size) // bounds.side) > 1:
        whole, picture = picture, _reduced(picture, factor)
        whole.close()  # who called us holds it, and it is large
    picture.thumbnail((bounds.side, bounds.side), reducing_gap=2.0)
    return picture


def _reduced(picture: Image.Image, factor: int) -> Image.Image:
    """Return a picture `factor` times smaller, strip by strip: each is first copied, with its
    colours weighed by their alpha.
    """
    width, height = (-(-side // factor) for side in picture.size)
    reduced = Image.new(picture.mode, (width, height))
    reduced.info = dict(picture.info)
    for top in range(0, height, _STRIP):
        rows = (top * factor, min((top + _STRIP) * factor, picture.height))
        strip = picture.crop((0, rows[0], picture.width, rows[1])).reduce(factor)
        reduced.paste(strip, (0, top))
    return reduced


def _in_rgb(picture: Image.Image) -> Image.Image:
    """Flatten onto white paper: black ink on a transparent ground would vanish in JPEG."""
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value * _SIXTEEN_TO_EIGHT).convert("L")
    if picture.has_transparency_data:
        shown = picture.convert("RGBA")
        paper = Image.new("RGB", shown.size, _WHITE)
        paper.paste(shown, mask=shown.getchannel("A"))
        return paper
    return picture if picture.mode == "RGB" else picture.convert("RGB")
