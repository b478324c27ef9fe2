"""What an inspection may take, and what comes of it. Standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

EMPTY = "document.refused.empty"
KIND = "document.refused.kind"
BROKEN = "document.refused.broken"
ENCRYPTED = "document.refused.encrypted"
ACTIVE = "document.refused.active"
TOO_MANY_PAGES = "document.refused.too_many_pages"
TOO_MANY_PIXELS = "document.refused.too_many_pixels"
TOO_SLOW = "document.refused.too_slow"

#: Of one picture of a PDF: a page scanned at 600 dots per inch has 35 million.
SCANNED_PIXELS: Final = 110_000_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a file may be.

    `pixels` bounds an image; JPEG can be decoded at a fraction of its size, so cameras of
    `jpeg_pixels` are welcome, and HEIC is what phones of `heic_pixels` save. `side`, of a
    picture alone or in a bundle, and `preview_width` are in pixels; the copy of a picture that
    weighs up to `shown_itself` needs no preview; `inflated` bounds one compressed stream of a
    PDF, `inflated_total` all of them, in bytes.
    """

    pixels: int = 40_000_000
    jpeg_pixels: int = 110_000_000
    heic_pixels: int = 50_000_000
    side: int = 3000
    bundled_side: int = 2200
    pages: int = 50
    previews: int = 10
    preview_width: int = 1240
    shown_itself: int = 400_000
    inflated: int = 100_000_000
    inflated_total: int = 400_000_000


DEFAULT = Bounds()


@dataclass(frozen=True, slots=True)
class Inspected:
    """A harmless copy.

    `kind` is what was handed in (see `kinds.KNOWN`, or `bundle`), `content_type` what `safe` is.
    `pages` are JPEG pictures of its first pages, an image being one page; there are none when
    `safe` is such a picture itself, and light. `page_count` counts all pages. `width` and
    `height` are the image's in pixels, or the first page's in points.
    """

    kind: str
    content_type: str
    safe: bytes
    pages: tuple[bytes, ...]
    page_count: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a file is not taken: `key` names the message, `facts` fill it in (JSON values).

    `document.refused.kind` has `found` (see `kinds.KINDS`) and `accepted` (list of kinds);
    `.too_many_pages` and `.too_many_pixels` have `limit`, the latter in megapixels;
    `.active` has `found`, the PDF's own word for what is in it.
    """

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)


class Refusal(Exception):
    """Carries a `Refused` out of the depths of an inspection."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self.refused = Refused(key, facts)
