"""The child that decodes. Started by `inspect`, never imported by it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from app.adapters.confinement.child import Request, Work, serve
from app.adapters.inspection.kinds import BUNDLE
from app.adapters.inspection.outcome import (
    BROKEN,
    DEFAULT,
    TOO_MANY_PIXELS,
    Bounds,
    Inspected,
    Refusal,
)


def load(request: Request) -> Work:
    """Import the decoders of this kind of file, and return the work."""
    clean = _cleaner(request["kind"], frozenset(request["accepts"]))
    bounds = Bounds(**request["bounds"])

    def work(data: bytes) -> tuple[dict[str, object], Sequence[bytes]]:
        try:
            return _answer(clean(data, bounds))
        except Refusal as refusal:
            return _refused(refusal.refused.key, refusal.refused.facts)
        except MemoryError:
            megapixels = bounds.pixels // 1_000_000
            return _refused(TOO_MANY_PIXELS, {"limit": megapixels})
        # A decoder may raise anything on a hostile file; it all means the same.
        except Exception as error:  # noqa: BLE001
            return _refused(BROKEN, {"why": type(error).__name__})

    return work


def _cleaner(kind: str, accepts: frozenset[str]) -> Callable[[bytes, Bounds], Inspected]:
    # What a PDF takes to open is twice what a photo does, and most papers are photos.
    if kind == BUNDLE:
        from app.adapters.inspection.bundles import clean_bundle

        return lambda data, bounds: clean_bundle(data, accepts, bounds)
    if kind == "pdf":
        from app.adapters.inspection.pdfs import clean_pdf

        return clean_pdf
    from app.adapters.inspection.images import clean_image

    return lambda data, bounds: clean_image(data, kind, bounds)


def _answer(found: Inspected) -> tuple[dict[str, object], Sequence[bytes]]:
    facts = asdict(found)
    files = [facts.pop("safe"), *facts.pop("pages")]
    return facts, files


def _refused(key: str, facts: Mapping[str, object]) -> tuple[dict[str, object], Sequence[bytes]]:
    return {"refused": key, "facts": dict(facts)}, []


def _before() -> None:
    """Look at a photo and a PDF of our own making, which most papers are.

    Decoders load some of themselves with the first file; here that happens once, and not in
    each child.
    """
    import io

    import pikepdf
    from PIL import Image

    from app.adapters.inspection.images import as_jpeg

    photo, pdf = as_jpeg(Image.new("RGB", (8, 8)), 85), io.BytesIO()
    with pikepdf.new() as blank:
        blank.add_blank_page()
        blank.save(pdf)
    for kind, data in (("jpeg", photo), ("pdf", pdf.getvalue())):
        _cleaner(kind, frozenset())(data, DEFAULT)


if __name__ == "__main__":
    serve(load, _before)
