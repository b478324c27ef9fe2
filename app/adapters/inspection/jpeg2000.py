"""JPEG 2000 as PDFs hold it: the picture without what was noted beside it.

A file is a row of boxes (ISO/IEC 15444-1, annex I), one of which holds the codestream (annex A): a
header, and for each tile-part another, of segments known by their markers, and coded data.
"""

import re
from collections.abc import Iterator
from typing import Final

from app.adapters.inspection.outcome import BROKEN, SCANNED_PIXELS, TOO_MANY_PIXELS, Refusal

#: How every file begins, with what it is said to be like: written anew, whatever it said.
_SIGNATURE: Final = b"\0\0\0\x0cjP  \r\n\x87\n"
_BEGINNING: Final = _SIGNATURE + b"\0\0\0\x14ftypjp2 \0\0\0\0jp2 "
#: What a box around the header may hold: size, depth, colours, palette, channels.
_OF_HEADER: Final = frozenset({b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef"})
_HEADER, _CODESTREAM = b"jp2h", b"jp2c"
_START: Final = b"\xff\x4f"
_END: Final = b"\xff\xd9"
_TILE_PART, _DATA, _SIZE, _IN_DATA = 0xFF90, 0xFF93, 0xFF51, b"\xff\x91"
#: Segments without which a picture cannot be decoded: its size, how it is coded and quantised,
#: regions, the order of packets and their heads. Comments and tables of lengths are none.
_NEEDED: Final = frozenset(
    {_SIZE, 0xFF50, 0xFF52, 0xFF53, 0xFF5C, 0xFF5D, 0xFF5E, 0xFF5F, 0xFF60, 0xFF61}
)
#: Nothing of the coded data looks like these: the next packet (six bytes), tile-part, or the end.
_AFTER_DATA: Final = re.compile(rb"\xff[\x90\x91\xd9]")
_PACKET: Final = 6


def without_notes(picture: bytes) -> bytes:
    """Return a JPEG 2000 picture with what it needs to be shown, and nothing else.

    Raises:
        Refusal: it is none, breaks off, or has too many pixels.
    """
    if picture.startswith(_START):
        return _codestream(picture)
    if not picture.startswith(_SIGNATURE):
        raise Refusal(BROKEN)
    header = b""
    for kind, content in _boxes(picture):
        if kind == _HEADER:
            parts = [_box(*part) for part in _boxes(content) if part[0] in _OF_HEADER]
            header = _box(kind, b"".join(parts))
        elif kind == _CODESTREAM and header:
            return _BEGINNING + header + _box(kind, _codestream(content))
    raise Refusal(BROKEN)


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield what a row of boxes holds, each with its kind."""
    at = 0
    while at + 8 <= len(data):
        length, kind, head = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8], 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16]), 16
        end = at + length if length else len(data)
        if end < at + head or end > len(data):
            raise Refusal(BROKEN)
        yield kind, data[at + head : end]
        at = end


def _box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4) + kind + content


def _codestream(data: bytes) -> bytes:
    if not data.startswith(_START):
        raise Refusal(BROKEN)
    header, at = _segments(data, len(_START), _TILE_PART)
    kept = _START + header
    while data[at : at + 2] != _END:
        kept_part, at = _tile_part(data, at)
        kept += kept_part
    return kept + _END


def _tile_part(data: bytes, at: int) -> tuple[bytes, int]:
    """Return a tile-part, which begins at `at`, and where the next one does."""
    number, counts = data[at + 4 : at + 6], data[at + 10 : at + 12]
    if data[at : at + 4] != _TILE_PART.to_bytes(2) + b"\0\x0a" or len(counts) != 2:
        raise Refusal(BROKEN)
    header, begins = _segments(data, at + 12, _DATA)
    ends = _end_of_data(data, begins + 2)
    rest = header + data[begins:ends]
    # Its length counts its own twelve bytes as well, and is never left open.
    return data[at : at + 4] + number + (len(rest) + 12).to_bytes(4) + counts + rest, ends


def _segments(data: bytes, at: int, until: int) -> tuple[bytes, int]:
    """Return the segments that are needed, and where the marker stands that ends their row."""
    kept = bytearray()
    while (marker := int.from_bytes(data[at : at + 2])) != until:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if not 0xFF50 <= marker < 0xFF90 or end < at + 4 or end > len(data):
            raise Refusal(BROKEN)
        if marker == _SIZE:
            _check_size(data[at + 4 : end])
        if marker in _NEEDED:
            kept += data[at:end]
        at = end
    return bytes(kept), at


def _check_size(segment: bytes) -> None:
    width, height = int.from_bytes(segment[2:6]), int.from_bytes(segment[6:10])
    if width * height > SCANNED_PIXELS:
        raise Refusal(TOO_MANY_PIXELS, limit=SCANNED_PIXELS // 1_000_000)


def _end_of_data(data: bytes, at: int) -> int:
    while found := _AFTER_DATA.search(data, at):
        if found[0] != _IN_DATA:
            return found.start()
        at = found.start() + _PACKET
    raise Refusal(BROKEN)
