"""The parent's side of an inspection."""

import logging
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from app.adapters.confinement import Broke, Limits, TooSlow, confined
from app.adapters.inspection.kinds import BUNDLE, KNOWN, kind_of
from app.adapters.inspection.outcome import (
    BROKEN,
    DEFAULT,
    EMPTY,
    KIND,
    TOO_SLOW,
    Bounds,
    Inspected,
    Refused,
)

log = logging.getLogger(__name__)

#: The largest photos and scans take under 2 s of a processor.
_LIMITS: Final = Limits(memory=900 << 20, processor=5, clock=60, answer=128 << 20)
#: A bundle is as many files as a form takes for one requirement.
_BUNDLE_LIMITS: Final = replace(_LIMITS, processor=60, clock=180)
_LOOKED_AT: Final = 4096


async def inspect(
    data: bytes | Path, accepts: frozenset[str], bounds: Bounds = DEFAULT
) -> Inspected | Refused:
    """Make a harmless copy of a file, or say why there is none.

    Nothing of the file is decoded in this process: a child without network, with little
    memory and little time, does it. A file on disk (`Path`) is never read whole here.

    Args:
        data: the file; its size was bounded when it was received.
        accepts: the kinds that the requirement asks for, of `kinds.KNOWN`. A bundle is
            accepted where a PDF is, which it becomes.
        bounds: how much it may be.
    """
    head = _head(data)
    if not head:
        return Refused(EMPTY)
    kind = kind_of(head)
    accepted = sorted(accepts & KNOWN)
    if ("pdf" if kind == BUNDLE else kind) not in accepted:
        return Refused(KIND, {"found": kind, "accepted": accepted})
    request = {"kind": kind, "accepts": accepted, "bounds": asdict(bounds)}
    limits = _BUNDLE_LIMITS if kind == BUNDLE else _LIMITS
    try:
        answer = await confined("app.adapters.inspection.workshop", request, data, limits)
    except TooSlow:
        return Refused(TOO_SLOW)
    except Broke as error:
        log.warning("inspection of a %s: %r", kind, error)
        return Refused(BROKEN)
    return _outcome(dict(answer.facts), answer.files)


def _outcome(facts: Mapping[str, Any], files: tuple[bytes, ...]) -> Inspected | Refused:
    if "refused" in facts:
        return Refused(facts["refused"], facts["facts"])
    safe, *pages = files
    return Inspected(safe=safe, pages=tuple(pages), **facts)


def _head(data: bytes | Path) -> bytes:
    if isinstance(data, bytes):
        return data[:_LOOKED_AT]
    with data.open("rb") as file:
        return file.read(_LOOKED_AT)
