"""The child that decodes. Started by `inspect`, never imported by it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from app.adapters.confinement.child import Work, serve
from app.adapters.inspection.kinds import BUNDLE
from app.adapters.inspection.outcome import BROKEN, TOO_MANY_PIXELS, Bounds, Inspected, Refusal


def load() -> Work:
    """Import the decoders and return the work."""
    from app.adapters.inspection.bundles import clean_bundle
    from app.adapters.inspection.images import clean_image
    from app.adapters.inspection.pdfs import clean_pdf

    def work(request: Mapping[str, Any], data: bytes) -> tuple[dict[str, object], Sequence[bytes]]:
        bounds = Bounds(**request["bounds"])
        try:
            if request["kind"] == "pdf":
                return _answer(clean_pdf(data, bounds))
            if request["kind"] == BUNDLE:
                return _answer(clean_bundle(data, frozenset(request["accepts"]), bounds))
            return _answer(clean_image(data, request["kind"], bounds))
        except Refusal as refusal:
            return _refused(refusal.refused.key, refusal.refused.facts)
        except MemoryError:
            megapixels = bounds.pixels // 1_000_000
            return _refused(TOO_MANY_PIXELS, {"limit": megapixels})
        # A decoder may raise anything on a hostile file; it all means the same.
        except Exception as error:  # noqa: BLE001
            return _refused(BROKEN, {"why": type(error).__name__})

    return work


def _answer(found: Inspected) -> tuple[dict[str, object], Sequence[bytes]]:
    facts = asdict(found)
    files = [facts.pop("safe"), *facts.pop("pages")]
    return facts, files


def _refused(key: str, facts: Mapping[str, object]) -> tuple[dict[str, object], Sequence[bytes]]:
    return {"refused": key, "facts": dict(facts)}, []


if __name__ == "__main__":
    serve(load)
