"""From facts to a PDF, through Typst in a confined child."""

import io
import json
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Final

from app.adapters.confinement import Broke, Limits, TooSlow, confined

FOLDER: Final = Path(__file__).parents[1] / "templates"
_BASE: Final = frozenset({"kop", "letter"})
#: What a service's catalogue entry may name.
TEMPLATES: Final = frozenset(path.stem for path in FOLDER.glob("*.typ")) - _BASE

#: Typst's threads reserve address space that they never touch.
_LIMITS: Final = Limits(memory=4 << 30, processor=10, clock=15, answer=8 << 20)
#: Well above the longest form that the catalogue allows.
_MOST: Final = 256 << 10
_WIB: Final = timezone(timedelta(hours=7))


class TypesettingFailed(Exception):
    """The facts do not fit the template, or the work took too long; says why."""


async def typeset(template: str, facts: Mapping[str, object], verification_url: str) -> bytes:
    """Return a letter as PDF/A-2a and PDF/UA-1; the same facts give the same bytes.

    Args:
        template: one of `TEMPLATES`.
        facts: see `LetterFacts`. Text stays text: no markup in it is obeyed. Characters
            that the letter's typefaces lack (emoji, say) are printed as an empty square.
        verification_url: the page that judges this letter; printed, and in the QR code.

    Raises:
        TypesettingFailed: a fact is missing, or of the wrong shape.
    """
    if template not in TEMPLATES:
        raise TypesettingFailed(f"no template {template!r}")
    shown = json.dumps(_clean({**facts, "verification_url": verification_url}), ensure_ascii=False)
    if len(shown) > _MOST:
        raise TypesettingFailed(f"{len(shown)} characters of facts")
    request = {"template": template, "at": _issued_at(facts)}
    data = json.dumps({"facts": shown, "qr": _qr(verification_url)}).encode()
    try:
        answer = await confined("app.adapters.typesetting.press", request, data, _LIMITS)
    except (TooSlow, Broke) as error:
        raise TypesettingFailed(f"{template}: {error!r}") from error
    if "error" in answer.facts:
        raise TypesettingFailed(f"{template}: {answer.facts['error']}")
    return answer.files[0]


def _issued_at(facts: Mapping[str, object]) -> int:
    """The letter's day as UNIX seconds: a clock would make every run another file."""
    letter = facts.get("letter")
    if not isinstance(letter, Mapping):
        raise TypesettingFailed("no letter in the facts")
    day = date.fromisoformat(str(letter["issued_on"])[:10])
    return int(datetime.combine(day, time(), _WIB).timestamp())


def _qr(address: str) -> str:
    import segno

    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", border=0, xmldecl=False, svgns=True, dark="#000"
    )
    return drawn.getvalue().decode()


def _clean(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _clean(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return _visible(value) if isinstance(value, str) else value


def _visible(text: str) -> str:
    """Drop what cannot be seen but changes what is seen: controls, direction marks."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(
        sign for sign in composed if sign == "\n" or unicodedata.category(sign) not in _UNSEEN
    )


_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
