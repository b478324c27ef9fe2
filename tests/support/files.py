"""Files as people hand them in: good ones, and those that they send by mistake."""

import os
from functools import cache

from playwright.async_api import FilePayload

from app.domain.catalogue import MAX_BYTES
from tests.unit.adapters.samples import camera_photo, png, printed_sheet, scan_pdf

_JPEG = "image/jpeg"


def photo(name: str = "foto.jpg") -> FilePayload:
    """A small photo."""
    return _file(name, _JPEG, _small())


def phone_photo(name: str = "IMG_2026.jpg") -> FilePayload:
    """A photo of 12 megapixels, lying on its side, with the place in its EXIF."""
    return _file(name, _JPEG, _large())


def paper(name: str = "IMG_kertas.jpg", *, blur: int = 0, light: float = 1.0) -> FilePayload:
    """A photographed sheet of print: by a moving hand (`blur` in pixels), or in little light."""
    return _file(name, _JPEG, _paper(blur, light))


def scan(name: str = "pindaian.pdf", pages: int = 3) -> FilePayload:
    """A scan of several pages."""
    return _file(name, "application/pdf", _scan(pages))


def png_called_jpg(name: str = "gambar.jpg") -> FilePayload:
    """A PNG under the name of a JPEG: what it is decides, not what it is called."""
    return _file(name, _JPEG, png("RGB"))


def text_called_jpg(name: str = "catatan.jpg") -> FilePayload:
    """Words under the name of a JPEG."""
    return _file(name, _JPEG, b"Ini bukan foto, hanya catatan.\n" * 40)


def empty(name: str = "kosong.jpg") -> FilePayload:
    """Nothing."""
    return _file(name, _JPEG, b"")


def as_large_as_allowed(name: str = "batas.jpg") -> FilePayload:
    """A photo of exactly as many bytes as a file may have."""
    return _file(name, _JPEG, _padded(MAX_BYTES))


def one_byte_too_large(name: str = "lewat.jpg") -> FilePayload:
    """A photo of one byte more than a file may have."""
    return _file(name, _JPEG, _padded(MAX_BYTES + 1))


def _padded(size: int) -> bytes:
    # What follows a JPEG's end is not decoded; random, as it must not be squeezed on the way.
    return _small() + os.urandom(size - len(_small()))


@cache
def _small() -> bytes:
    return camera_photo(400, 300)


@cache
def _large() -> bytes:
    return camera_photo()


@cache
def _paper(blur: int, light: float) -> bytes:
    return printed_sheet(blur=blur, light=light)


@cache
def _scan(pages: int) -> bytes:
    return scan_pdf(pages)


def _file(name: str, kind: str, data: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType=kind, buffer=data)
