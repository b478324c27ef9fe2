"""Several files handed in as one: each made harmless by itself, then joined into one PDF.

Joined by pikepdf, which reads and writes every PDF here: a cleaned photo is a JPEG, and a JPEG
goes into a page as it is. A library that makes PDFs of pictures would add nothing but itself.
"""

import io
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pikepdf import Dictionary, Name, Pdf, Stream

from app.adapters.inspection.images import clean_image
from app.adapters.inspection.kinds import kind_of
from app.adapters.inspection.outcome import (
    BROKEN,
    EMPTY,
    KIND,
    TOO_MANY_PAGES,
    Bounds,
    Inspected,
    Refusal,
)
from app.adapters.inspection.pdfs import clean_pdf

#: The longer side of A4, in points.
_LONGER_SIDE: Final = 842


def clean_bundle(data: bytes, accepts: frozenset[str], bounds: Bounds) -> Inspected:
    """Return the files of a bundle, in their order, as one PDF.

    Raises:
        Refusal: one of them would be refused by itself, or together they are too many pages.
    """
    pictures: list[bytes] = []
    sizes: list[tuple[int, int]] = []
    # A page of several shows its print at fewer pixels than a picture that stands alone, and
    # its copy is in the PDF: the officer is shown a picture beside it.
    smaller = replace(bounds, side=bounds.bundled_side, shown_itself=0)
    with Pdf.new() as joined:
        for part in _parts(data, bounds):
            cleaned = _cleaned(part, accepts, smaller)
            sizes.append(_append(joined, cleaned))
            pictures += cleaned.pages[: bounds.previews - len(pictures)]
            if len(joined.pages) > bounds.pages:
                raise Refusal(TOO_MANY_PAGES, limit=bounds.pages, found=len(joined.pages))
        if not sizes:
            raise Refusal(EMPTY)
        count, written = len(joined.pages), io.BytesIO()
        joined.save(written, deterministic_id=True)
    safe, kind = written.getvalue(), "application/pdf"
    return Inspected("bundle", kind, safe, tuple(pictures), count, *sizes[0])


def _parts(data: bytes, bounds: Bounds) -> Iterator[bytes]:
    """Yield the files; a tar archive packs nothing, so none is larger than the whole."""
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for number, member in enumerate(archive, start=1):
            # A link would be followed; nothing of ours is one.
            content = archive.extractfile(member) if member.isreg() else None
            if content is None or number > bounds.pages:
                raise Refusal(BROKEN)
            yield content.read()


def _cleaned(data: bytes, accepts: frozenset[str], bounds: Bounds) -> Inspected:
    if not data:
        raise Refusal(EMPTY)
    kind = kind_of(data)
    if kind not in accepts:
        raise Refusal(KIND, found=kind, accepted=sorted(accepts))
    return clean_pdf(data, bounds) if kind == "pdf" else clean_image(data, kind, bounds)


def _append(joined: Pdf, cleaned: Inspected) -> tuple[int, int]:
    """Add a cleaned file's pages; return the size of the first of them in points."""
    if cleaned.content_type == "application/pdf":
        with Pdf.open(io.BytesIO(cleaned.safe)) as pdf:
            joined.pages.extend(pdf.pages)
        return cleaned.width, cleaned.height
    scale = _LONGER_SIDE / max(cleaned.width, cleaned.height)
    width, height = round(cleaned.width * scale), round(cleaned.height * scale)
    joined.add_blank_page(page_size=(width, height))
    page = joined.pages[-1].obj
    picture = joined.make_indirect(_jpeg(joined, cleaned))
    page.Resources = Dictionary(XObject=Dictionary(Photo=picture))
    page.Contents = joined.make_stream(b"q %d 0 0 %d 0 0 cm /Photo Do Q" % (width, height))
    return width, height


def _jpeg(pdf: Pdf, cleaned: Inspected) -> Stream:
    return Stream(
        pdf,
        cleaned.safe,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=cleaned.width,
        Height=cleaned.height,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
