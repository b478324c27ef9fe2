"""What a PDF's streams would unpack to, and what they hide: measured without trusting them."""

import base64
import re
import zlib
from collections.abc import Iterable
from typing import Final

from pikepdf import Array, Name, Stream

from app.adapters.inspection.jpeg2000 import without_notes
from app.adapters.inspection.outcome import (
    BROKEN,
    SCANNED_PIXELS,
    TOO_MANY_PIXELS,
    Bounds,
    Refusal,
)

_PIECE: Final = 1 << 20
_FLATE: Final = frozenset({"/FlateDecode", "/Fl"})
_UNPACKING: Final = _FLATE | {"/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}
_JPEG: Final = frozenset({"/DCTDecode", "/DCT"})
_JPEG_2000: Final = frozenset({"/JPXDecode"})
_ASCII_85: Final = frozenset({"/ASCII85Decode", "/A85"})
_ASCII_HEX: Final = frozenset({"/ASCIIHexDecode", "/AHx"})
#: Pictures as they stand in the file; what hides behind any other name, no reader shows.
_PICTURES: Final = _JPEG | _JPEG_2000 | {"/CCITTFaxDecode", "/CCF", "/JBIG2Decode"}
_KNOWN: Final = _UNPACKING | _ASCII_85 | _ASCII_HEX | _PICTURES
#: Of a JPEG's coded picture: the next marker that is neither a byte of it nor a restart.
_MARKER: Final = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_SCAN: Final = 0xDA
_END: Final = 0xD9
_COMMENT: Final = 0xFE
#: The notes that colour needs, by their markers, and how each begins.
_COLOUR: Final = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}


def check_streams(streams: Iterable[Stream], bounds: Bounds) -> None:
    """Refuse a file of whose streams one, or all together, unpack to too much.

    Raises:
        Refusal: too many pixels or bytes, or filters in a combination that nobody needs.
    """
    total = 0
    for stream in streams:
        _check_picture(stream)
        size = _unpacked(stream, bounds.inflated)
        total += size
        if size > bounds.inflated or total > bounds.inflated_total:
            raise Refusal(TOO_MANY_PIXELS, limit=bounds.pixels // 1_000_000)


def _check_picture(stream: Stream) -> None:
    width, height = stream.get("/Width", 0), stream.get("/Height", 0)
    if isinstance(width, int) and isinstance(height, int) and width * height > SCANNED_PIXELS:
        raise Refusal(TOO_MANY_PIXELS, limit=SCANNED_PIXELS // 1_000_000)


def _unpacked(stream: Stream, limit: int) -> int:
    """Return the size after unpacking, or some number above `limit`."""
    filters = _filters(stream)
    if not _KNOWN.issuperset(filters):
        raise Refusal(BROKEN)
    if sum(name in _UNPACKING for name in filters) > 1:
        # Packed twice: a few bytes could become gigabytes.
        raise Refusal(BROKEN)
    raw = stream.read_raw_bytes()
    for name in filters:
        if name in _ASCII_85 | _ASCII_HEX:
            raw = _from_ascii(name, raw)
        elif name in _FLATE:
            return _inflated(raw, limit)
        elif name in _UNPACKING:
            # Of old, and rare: measured by unpacking, within this process's memory.
            return len(stream.read_bytes())
    return len(raw)


def _from_ascii(name: str, raw: bytes) -> bytes:
    if name in _ASCII_85:
        return base64.a85decode(raw.strip().removesuffix(b"~>"))
    return bytes.fromhex(raw.strip().removesuffix(b">").decode("ascii"))


def _filters(stream: Stream) -> list[str]:
    named = stream.get("/Filter")
    if isinstance(named, Name):
        return [str(named)]
    return [str(name) for name in named] if isinstance(named, Array) else []


def _inflated(packed: bytes, limit: int) -> int:
    machine, size, rest = zlib.decompressobj(), 0, packed
    while rest and size <= limit and not machine.eof:
        try:
            size += len(machine.decompress(rest, _PIECE))
        except zlib.error:
            # Readers show what came before the damage; so far it is within the limit.
            break
        rest = machine.unconsumed_tail
    return size


def bare_picture(stream: Stream) -> tuple[str, bytes] | None:
    """Return the picture that a stream holds, plain or packed once more, without its notes.

    Call it after `check_streams`, which has measured what it unpacks to.

    Returns:
        The name of the filter that reads it, and the picture; None for what holds no notes.

    Raises:
        Refusal: it is packed in a way that nobody needs, or no sound one.
    """
    *around, last = _filters(stream) or [""]
    if last in _JPEG:
        return "/DCTDecode", without_exif(_unwrapped(stream, around))
    if last in _JPEG_2000:
        return last, without_notes(_unwrapped(stream, around))
    return None


def _unwrapped(stream: Stream, around: Iterable[str]) -> bytes:
    raw = stream.read_raw_bytes()
    for name in around:
        if name in _ASCII_85 | _ASCII_HEX:
            raw = _from_ascii(name, raw)
        elif name in _FLATE:
            raw = zlib.decompress(raw)
        else:
            raise Refusal(BROKEN)
    return raw


def without_exif(jpeg: bytes) -> bytes:
    """Return a JPEG without what a camera or an editor noted in it (EXIF, XMP, comments).

    Colour needs APP0 (JFIF), APP2 (ICC profile) and APP14 (Adobe); all else goes, as does what
    follows the picture. One whose coded data breaks off in the middle is left to end there.

    Raises:
        Refusal: what stands before the picture is no row of segments, where notes could hide.
    """
    kept, at = bytearray(jpeg[:2]), 2
    while at + 4 <= len(jpeg) or jpeg[at : at + 2] == b"\xff\xd9":
        if jpeg[at] != 0xFF:
            raise Refusal(BROKEN)
        marker = jpeg[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == _END:
            return bytes(kept + jpeg[at : at + 2])
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        if marker == _SCAN:
            found = _MARKER.search(jpeg, end)
            end = found.start() if found else len(jpeg)
        if not _is_note(marker) or _is_of_colour(marker, jpeg[at + 4 : end]):
            kept += jpeg[at:end]
        at = end
    return bytes(kept)


def _is_note(marker: int) -> bool:
    return 0xE0 <= marker <= 0xEF or marker == _COMMENT


def _is_of_colour(marker: int, note: bytes) -> bool:
    beginning = _COLOUR.get(marker)
    return beginning is not None and note.startswith(beginning) and b"Exif\0" not in note
