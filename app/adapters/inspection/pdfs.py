"""PDF: its pages copied into a new file, with nothing that runs, calls, or hides.

The structure is read and written by qpdf (pikepdf), the pictures are drawn by PDFium.
"""

import io
from collections.abc import Iterator
from typing import Any, Final

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name, ObjectStreamMode, Pdf, Stream, StreamDecodeLevel
from PIL import Image

from app.adapters.inspection.images import preview
from app.adapters.inspection.outcome import (
    ACTIVE,
    BROKEN,
    ENCRYPTED,
    TOO_MANY_PAGES,
    Bounds,
    Inspected,
    Refusal,
)
from app.adapters.inspection.streams import bare_picture, check_streams, packed_anew

#: As keys, or as the value of /S, /Subtype or /Type: each makes a reader do something.
_ACTIVE: Final = frozenset(
    {
        "/JavaScript",
        "/JS",
        "/Launch",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/FileAttachment",
        "/RichMedia",
        "/SubmitForm",
        "/ImportData",
        "/GoToE",
        "/GoToR",
        "/XFA",
        "/Movie",
        "/Sound",
        "/Screen",
        "/Rendition",
        "/3D",
        "/Trans3D",
        "/Collection",
    }
)
_NAMING: Final = ("/S", "/Subtype", "/Type")
#: All that a page needs to look as it did. Everything else is left behind.
_OF_A_PAGE: Final = frozenset(
    {
        "/Type",
        "/Parent",
        "/Contents",
        "/Resources",
        "/MediaBox",
        "/CropBox",
        "/Rotate",
        "/UserUnit",
        "/Group",
    }
)
#: More objects than any scan or letter of the allowed pages has.
_MOST_OBJECTS: Final = 100_000


def clean_pdf(data: bytes, bounds: Bounds) -> Inspected:
    """Return the pages as a PDF of their own, and pictures of the first of them.

    Raises:
        Refusal: it is encrypted, acts, has too many pages, or is not a sound PDF.
    """
    with _opened(data) as pdf:
        count = len(pdf.pages)
        if count == 0:
            raise Refusal(BROKEN)
        if count > bounds.pages:
            raise Refusal(TOO_MANY_PAGES, limit=bounds.pages, found=count)
        _check_objects(pdf)
        check_streams(_streams(pdf), bounds)
        safe = _rewritten(pdf)
    pages, (width, height) = _pictures(safe, bounds)
    return Inspected("pdf", "application/pdf", safe, pages, count, width, height)


def _opened(data: bytes) -> Pdf:
    """Open strictly, or else with repairs: many scanners write crooked tables."""
    try:
        try:
            pdf = Pdf.open(io.BytesIO(data), attempt_recovery=False)
        except pikepdf.PdfError:
            pdf = Pdf.open(io.BytesIO(data))
    except pikepdf.PasswordError as error:
        raise Refusal(ENCRYPTED) from error
    except pikepdf.PdfError as error:
        raise Refusal(BROKEN) from error
    if pdf.is_encrypted:
        raise Refusal(ENCRYPTED)
    return pdf


def _check_objects(pdf: Pdf) -> None:
    """Refuse what acts, wherever it is: also in objects that no page refers to."""
    objects = pdf.objects
    if len(objects) > _MOST_OBJECTS:
        raise Refusal(BROKEN)
    for item in objects:
        for part in _dictionaries(item):
            named = {str(part[key]) for key in _NAMING if isinstance(part.get(key), Name)}
            found = (set(part.keys()) | named) & _ACTIVE
            if found:
                raise Refusal(ACTIVE, found=min(found).removeprefix("/"))


def _dictionaries(item: Any) -> Iterator[Any]:
    """Yield an object and what is written inside it, but not what it refers to."""
    waiting = [item]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Stream):
            part = part.stream_dict
        if isinstance(part, Dictionary):
            yield part
            waiting += [value for _, value in part.items() if not _is_reference(value)]
        elif isinstance(part, pikepdf.Array):
            waiting += [value for value in part if not _is_reference(value)]


def _is_reference(value: Any) -> bool:
    return getattr(value, "is_indirect", False)


def _streams(pdf: Pdf) -> Iterator[Stream]:
    return (item for item in pdf.objects if isinstance(item, Stream))


def _rewritten(pdf: Pdf) -> bytes:
    """Copy the pages, with what was filled in or stamped drawn onto them."""
    pdf.generate_appearance_streams()
    pdf.flatten_annotations("print")
    with Pdf.new() as fresh:
        for page in pdf.pages:
            for key in set(page.obj.keys()) - _OF_A_PAGE:
                del page.obj[key]
            fresh.pages.append(page)
        for stream in _streams(fresh):
            _strip(stream)
        written = io.BytesIO()
        fresh.save(
            written,
            object_stream_mode=ObjectStreamMode.generate,
            compress_streams=True,
            # Written anew, a stream holds no more than what readers find in it.
            recompress_flate=True,
            stream_decode_level=StreamDecodeLevel.generalized,
            deterministic_id=True,
        )
    return written.getvalue()


def _strip(stream: Stream) -> None:
    for key in ("/Metadata", "/PieceInfo", "/OPI", "/Ref", "/Measure", "/PtData"):
        if key in stream:
            del stream[key]
    if found := bare_picture(stream):
        _replace(stream, [found[0]], found[1])
    elif mended := packed_anew(stream):
        _replace(stream, *mended)


def _replace(stream: Stream, filters: list[str], data: bytes) -> None:
    """Write a stream anew; of its filters the last ones are left."""
    told = stream.get("/DecodeParms")
    every = list(told) if isinstance(told, pikepdf.Array) else [told]
    how = [one if isinstance(one, Dictionary) else Dictionary() for one in every][-len(filters) :]
    names = [Name(name) for name in filters]
    if len(names) == 1:
        stream.write(data, filter=names[0], decode_parms=how[0] if told else None)
    else:
        named, told = pikepdf.Array(names), pikepdf.Array(how) if told else None
        stream.write(data, filter=named, decode_parms=told)


def _pictures(safe: bytes, bounds: Bounds) -> tuple[tuple[bytes, ...], tuple[int, int]]:
    drawn: list[bytes] = []
    size = (0, 0)
    with pypdfium2.PdfDocument(safe) as document:
        for number in range(min(len(document), bounds.previews)):
            page = document[number]
            width, height = page.get_size()
            if number == 0:
                size = (round(width), round(height))
            drawn.append(preview(_drawn(page, width, height, bounds), bounds))
            page.close()
    return tuple(drawn), size


def _drawn(page: pypdfium2.PdfPage, width: float, height: float, bounds: Bounds) -> Image.Image:
    if not (width > 0 and height > 0):
        raise Refusal(BROKEN)
    scale = min(bounds.preview_width / width, 2 * bounds.preview_width / height)
    options: dict[str, Any] = {"scale": scale, "may_draw_forms": False}
    bitmap = page.render(**options)
    return bitmap.to_pil().convert("RGB")
