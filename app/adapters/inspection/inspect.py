"""The parent's side of an inspection."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from app.adapters.confinement import Broke, Limits, TooSlow, confined
from app.adapters.inspection.kinds import KNOWN, kind_of
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

_LIMITS: Final = Limits(memory=900 << 20, processor=15, clock=20, answer=128 << 20)
_LOOKED_AT: Final = 4096


async def inspect(
    data: bytes | Path, accepts: frozenset[str], bounds: Bounds = DEFAULT
) -> Inspected | Refused:
    """Make a harmless copy of a file, or say why there is none.

    Nothing of the file is decoded in this process: a child without network, with little
    memory and little time, does it. A file on disk (`Path`) is never read whole here.

    Args:
        data: the file; its size was bounded when it was received.
        accepts: the kinds that the requirement asks for, of `jpeg png webp pdf`.
        bounds: how much it may be.
    """
    head = _head(data)
    if not head:
        return Refused(EMPTY)
    kind = kind_of(head)
    if kind not in accepts & KNOWN:
        return Refused(KIND, {"found": kind, "accepted": sorted(accepts & KNOWN)})
    request = {"kind": kind, "bounds": asdict(bounds)}
    try:
        answer = await confined("app.adapters.inspection.workshop", request, data, _LIMITS)
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
