"""What a file is, by its first bytes. Names and headers that a browser sends say nothing."""

from typing import Final

#: Kinds that can be made harmless.
KNOWN: Final = frozenset({"jpeg", "png", "webp", "heic", "avif", "pdf"})

#: Several files handed in as one: a tar archive whose first member's name begins like this.
BUNDLE: Final = "bundle"
BUNDLE_FOLDER: Final = "loket-bundle/"

#: (offset, bytes, kind): those that people are likely to hand in by mistake are told apart,
#: so that the message can say what the file is.
_SIGNS: Final = (
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"%PDF-", "pdf"),
    (8, b"WEBPVP8", "webp"),
    (0, BUNDLE_FOLDER.encode(), BUNDLE),
    (0, b"GIF8", "gif"),
    (0, b"BM", "bmp"),
    (0, b"II*\x00", "tiff"),
    (0, b"MM\x00*", "tiff"),
    (4, b"ftyphei", "heic"),
    (4, b"ftyphev", "heic"),
    (4, b"ftypmif1", "heic"),
    (4, b"ftypmsf1", "heic"),
    (4, b"ftypavi", "avif"),
    (4, b"ftyp", "video"),
    (0, b"\x1a\x45\xdf\xa3", "video"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (0, b"{\\rtf", "office"),
    (0, b"Rar!", "archive"),
    (0, b"7z\xbc\xaf", "archive"),
    (0, b"\x1f\x8b", "archive"),
    (0, b"MZ", "program"),
    (0, b"\x7fELF", "program"),
)
_ZIP: Final = b"PK\x03\x04"
_OFFICE_PARTS: Final = (b"word/", b"xl/", b"ppt/", b"opendocument", b"[Content_Types].xml")
_PROGRAM_PARTS: Final = (b"AndroidManifest.xml", b"classes.dex")
_LOOKED_AT: Final = 4096

#: All that `kind_of` may answer: each has a name in the catalogues, `document.kind.*`.
KINDS: Final = frozenset(sign[2] for sign in _SIGNS) | {"page", "text", "unknown"}


def kind_of(data: bytes) -> str:
    """Return one of `KINDS`."""
    for offset, sign, kind in _SIGNS:
        if data[offset : offset + len(sign)] == sign:
            return kind
    head = data[:_LOOKED_AT]
    if head.startswith(_ZIP):
        if any(part in head for part in _PROGRAM_PARTS):
            return "program"
        return "office" if any(part in head for part in _OFFICE_PARTS) else "archive"
    return _text_kind(head)


def _text_kind(head: bytes) -> str:
    if b"\x00" in head:
        return "unknown"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<svg", b"<?xml")):
        return "page"
    printable = sum(byte >= 0x20 or byte in b"\t\r\n" for byte in head)
    return "text" if printable > 0.95 * len(head) else "unknown"
