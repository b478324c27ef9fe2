"""What a PDF's streams would unpack to, and what they hide: measured without trusting them."""

import base64
import itertools
import re
import zlib
from collections.abc import Callable, Iterable
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
#: So much packed data is unpacked at once: to a thousand times as much at most.
_SLICE: Final = 16 << 10
#: Of what is damaged, so much may be lost before the damage.
_CRUMB: Final = 32
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
_START: Final = b"\xff\xd8"
_SCAN: Final = 0xDA
_END: Final = 0xD9
#: Segments without which a JPEG cannot be decoded: frames, tables, scans.
_NEEDED: Final = frozenset({*range(0xC0, 0xD0), _SCAN, 0xDB, 0xDC, 0xDD})
#: Markers that stand alone, of which none stands before a scan.
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
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


def packed_anew(stream: Stream) -> tuple[list[str], bytes] | None:
    """Return what a stream unpacks to, packed again, where it holds more than that, or is damaged.

    Readers show what came before the damage. What follows it, or the end, is no part of the
    page: it may be all that stood behind it in the file.

    Returns:
        The filters, without those that write in letters; None for a stream that is sound.
    """
    filters = _filters(stream)
    around = list(itertools.takewhile(lambda name: name in _ASCII_85 | _ASCII_HEX, filters))
    rest = filters[len(around) :]
    if not rest or rest[0] not in _FLATE:
        return None
    raw = _unwrapped(stream, around)
    if _unpack(raw, _SLICE, len):
        return None
    packer, packed = zlib.compressobj(), bytearray()
    _unpack(raw, _CRUMB, lambda piece: packed.extend(packer.compress(piece)))
    return rest, bytes(packed + packer.flush())


def _unpack(raw: bytes, at_once: int, take: Callable[[bytes], object]) -> bool:
    """Unpack so many bytes at once, as far as they go; return whether that is to their end."""
    machine = zlib.decompressobj()
    for at in range(0, len(raw), at_once):
        try:
            take(machine.decompress(raw[at : at + at_once]))
        except zlib.error:
            return False
        if machine.eof:
            return not machine.unused_data and at + at_once >= len(raw)
    return False


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

    Colour needs APP0 (JFIF), APP2 (ICC profile) and APP14 (Adobe); whatever else is not needed
    goes, as does what follows the picture. One whose coded data breaks off is left to end there.

    Raises:
        Refusal: what stands before the picture is no row of segments, where notes could hide.
    """
    if not jpeg.startswith(_START):
        raise Refusal(BROKEN)
    kept, at = bytearray(_START), len(_START)
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
        if marker in _ALONE or end > len(jpeg):
            raise Refusal(BROKEN)
        if marker == _SCAN:
            found = _MARKER.search(jpeg, end)
            end = found.start() if found else len(jpeg)
        if marker in _NEEDED or _is_of_colour(marker, jpeg[at + 4 : end]):
            kept += jpeg[at:end]
        at = end
    return bytes(kept)


def _is_of_colour(marker: int, note: bytes) -> bool:
    beginning = _COLOUR.get(marker)
    return beginning is not None and note.startswith(beginning) and b"Exif\0" not in note
