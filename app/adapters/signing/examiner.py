"""The parent's side of judging a letter: cheap answers first, then a confined child."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from app.adapters.confinement import Broke, Limits, TooSlow, confined
from app.adapters.signing.marks import claimed_code, has_signature, is_pdf
from app.adapters.signing.ports import Examination, Signature

log = logging.getLogger(__name__)

#: A letter has a few pages; what is larger is not one of ours.
MOST_BYTES: Final = 16 << 20
_LIMITS: Final = Limits(memory=1 << 30, processor=10, clock=15, answer=1 << 16)


class PadesExaminer:
    """A `LetterExaminer` that trusts the given roots, and needs no key of theirs.

    `others` are certificates between a root and its signers.
    """

    def __init__(
        self, roots: Sequence[x509.Certificate], others: Sequence[x509.Certificate] = ()
    ) -> None:
        self._request = {"roots": _as_pem(roots), "others": _as_pem(others)}

    async def examine(self, pdf: bytes) -> Examination:
        """Return what the bytes say; see `LetterExaminer.examine`."""
        if len(pdf) > MOST_BYTES or not is_pdf(pdf) or not has_signature(pdf):
            return Examination(Signature.NONE, code=claimed_code(pdf[:MOST_BYTES]))
        try:
            answer = await confined("app.adapters.signing.inspector", self._request, pdf, _LIMITS)
        except (TooSlow, Broke) as error:
            log.warning("examination given up: %r", error)
            return Examination(Signature.BROKEN, code=claimed_code(pdf))
        return _examination(dict(answer.facts), claimed_code(pdf))


def _examination(facts: dict[str, Any], claimed: str | None) -> Examination:
    signed_at = facts.pop("signed_at", None)
    signature = Signature(facts.pop("signature"))
    return Examination(
        signature,
        code=facts.pop("code", None) or claimed,
        signed_at=datetime.fromisoformat(signed_at) if signed_at else None,
        **facts,
    )


def _as_pem(certificates: Sequence[x509.Certificate]) -> list[str]:
    return [certificate.public_bytes(Encoding.PEM).decode() for certificate in certificates]
