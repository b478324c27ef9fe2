"""The child that runs Typst. Started by `letters.typeset`, never imported by it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.adapters.confinement.child import Request, Work, serve
from app.adapters.typesetting.letters import FOLDER

_STANDARDS = ["a-2a", "ua-1"]
_LACKING = "could not be displayed"
_SQUARE = "□"
_PROBE = b'#set document(title: "-")\n#set text(font: "Libertinus Serif")\n#sys.inputs.sign'


def load(request: Request) -> Work:
    """Import Typst and return the work."""
    import typst

    def work(data: bytes) -> tuple[dict[str, object], Sequence[bytes]]:
        given = json.loads(data)
        try:
            return {}, [_letter(typst, request, given["facts"], given["qr"])]
        except typst.TypstError as error:
            return {"error": f"{error.message} {error.trace[:3]}"}, []

    return work


def _letter(typst: Any, request: Mapping[str, Any], facts: str, qr: str) -> bytes:
    def compiled(shown: str) -> bytes:
        return typst.compile(
            FOLDER / f"{request['template']}.typ",
            root=FOLDER,
            ignore_system_fonts=True,
            sys_inputs={"facts": shown, "qr": qr},
            pdf_standards=_STANDARDS,
            timestamp=request["at"],
        )

    try:
        return compiled(facts)
    except typst.TypstError as error:
        if _LACKING not in error.message:
            raise
    return compiled(_without_lacking(typst, facts))


def _without_lacking(typst: Any, facts: str) -> str:
    """Put a square for each sign that no typeface has, as a reader would see it anyway."""

    def lacking(sign: str) -> bool:
        try:
            typst.compile(
                _PROBE,
                ignore_system_fonts=True,
                sys_inputs={"sign": sign},
                pdf_standards=_STANDARDS,
                timestamp=0,
            )
        except typst.TypstError:
            return True
        return False

    signs = {sign for sign in facts if ord(sign) > 0x7F}
    return facts.translate({ord(sign): _SQUARE for sign in signs if lacking(sign)})


def _before() -> None:
    import typst  # noqa: F401


if __name__ == "__main__":
    serve(load, _before)
