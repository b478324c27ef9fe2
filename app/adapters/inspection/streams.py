"""What a PDF's streams would unpack to, and what they hide: measured without trusting them."""

import base64
import zlib
from collections.abc import Iterable
from typing import Final

from pikepdf import Array, Name, Stream

from app.adapters.inspection.outcome import BROKEN, TOO_MANY_PIXELS, Bounds, Refusal

_PIECE: Final = 1 << 20
_FLATE: Final = frozenset({"/FlateDecode", "/Fl"})
_UNPACKING: Final = _FLATE | {"/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}
_JPEG: Final = frozenset({"/DCTDecode", "/DCT"})
_ASCII_85: Final = frozenset({"/ASCII85Decode", "/A85"})
_ASCII_HEX: Final = frozenset({"/ASCIIHexDecode", "/AHx"})
#: A page scanned at 600 dots per inch has 35 million.
_MOST_PIXELS: Final = 110_000_000


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
    if isinstance(width, int) and isinstance(height, int) and width * height > _MOST_PIXELS:
        raise Refusal(TOO_MANY_PIXELS, limit=_MOST_PIXELS // 1_000_000)


def _unpacked(stream: Stream, limit: int) -> int:
    """Return the size after unpacking, or some number above `limit`."""
    filters = _filters(stream)
    if sum(name in _UNPACKING for name in filters) > 1:
        # Packed twice: a few bytes could become gigabytes.
        raise Refusal(BROKEN)
    raw = stream.read_raw_bytes()
    for name in filters:
        if name in _ASCII_85:
            raw = base64.a85decode(raw.strip().removesuffix(b"~>"))
        elif name in _ASCII_HEX:
            raw = bytes.fromhex(raw.strip().removesuffix(b">").decode("ascii"))
        elif name in _FLATE:
            return _inflated(raw, limit)
        elif name in _UNPACKING:
            # Of old, and rare: measured by unpacking, within this process's memory.
            return len(stream.read_bytes())
    return len(raw)


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


def jpeg_in(stream: Stream) -> bytes | None:
    """Return the JPEG that a stream holds, plain or packed once more; None for all else.

    Call it after `check_streams`, which has measured what it unpacks to.
    """
    *around, last = _filters(stream) or [""]
    if last not in _JPEG or not _FLATE.issuperset(around):
        return None
    raw = stream.read_raw_bytes()
    return zlib.decompress(raw) if around else raw


def without_exif(jpeg: bytes) -> bytes:
    """Return a JPEG without what a camera or an editor noted in it (EXIF, XMP, comments).

    Colour needs APP0 (JFIF), APP2 (ICC profile) and APP14 (Adobe); all else goes.
    """
    kept, at = bytearray(jpeg[:2]), 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker == 0xDA:
            break
        if marker == 0xFF:
            at += 1
            continue
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE) or marker in (0xE0, 0xE2, 0xEE):
            kept += jpeg[at:end]
        at = end
    return bytes(kept + jpeg[at:])
