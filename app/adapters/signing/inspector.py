"""The child that judges signatures. Started by `examiner`, never imported by it.

Each signature is judged on the file as it was when signed, cut out of the file handed in:
so nothing that was appended can take part in the judgement, it is only reported.
"""

import io
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.adapters.confinement.child import Request, Work, serve
from app.adapters.signing.marks import claimed_code, signed_revisions

#: A signature made later than now by more than this was not made when it says.
_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Trust:
    """Certificates to trust, and certificates that lead to them."""

    roots: Sequence[Any]
    others: Sequence[Any]


def load(request: Request) -> Work:
    """Return the work."""
    from pyhanko.keys import load_certs_from_pemder_data

    def work(data: bytes) -> tuple[dict[str, object], Sequence[bytes]]:
        def certificates(pems: Sequence[str]) -> list[Any]:
            return [one for pem in pems for one in load_certs_from_pemder_data(pem.encode())]

        trust = Trust(certificates(request["roots"]), certificates(request["others"]))
        return judge(data, trust), []

    return work


def judge(data: bytes, trust: Trust) -> dict[str, object]:
    """Return the fields of an `Examination` for the first signature that is trusted, or else
    for the first that is intact.
    """
    intact: dict[str, object] | None = None
    for start, end, whole in signed_revisions(data):
        found = _judge_one(data[:whole], start, end, trust)
        if found is None:
            continue
        found["additions"] = whole < len(data)
        if found["trusted"]:
            return found
        intact = intact or found
    return intact or {"signature": "broken"}


def _judge_one(revision: bytes, start: int, end: int, trust: Trust) -> dict[str, object] | None:
    """Judge the signature that closes `revision`; None when it does not hold."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    try:
        signature = next(
            one
            for one in PdfFileReader(io.BytesIO(revision)).embedded_signatures
            if one.byte_range == [0, start, end, len(revision) - end]
        )
        signed_at = signature.self_reported_timestamp or datetime.now(UTC)
        context = ValidationContext(
            trust_roots=list(trust.roots),
            other_certs=list(trust.others),
            moment=signed_at,
            revocation_mode="soft-fail",
        )
        status = validate_pdf_signature(signature, context, skip_diff=True)
        holds = status.trusted and _canonical(revision[start:end], signature, trust)
        if _ours(signature, trust) and not holds:
            return None
    # Whatever a hostile file makes a parser raise, the answer is the same: it does not hold.
    except Exception:  # noqa: BLE001
        return None
    if not (status.intact and status.valid):
        return None
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        return None
    return {
        "signature": "intact",
        "trusted": bool(status.trusted) and signed_at <= datetime.now(UTC) + _SKEW,
        "code": claimed_code(str(signature.sig_object.get("/ContactInfo", "")).encode()),
        "signed_at": signed_at.astimezone(UTC).isoformat(),
        **_named(status.signing_cert.subject.native),
    }


def _named(subject: Mapping[str, Any]) -> dict[str, object]:
    return {
        "signer": subject.get("common_name"),
        "title": subject.get("title"),
        "organisation": subject.get("organization_name"),
    }


def _ours(signature: Any, trust: Trust) -> bool:
    """Tell whether a signature names an authority that we trust: then it must hold under it."""
    return signature.signer_cert.issuer in [one.subject for one in (*trust.others, *trust.roots)]


def _canonical(held: bytes, signature: Any, trust: Trust) -> bool:
    """Tell whether the bytes that hold a signature, which nothing signs, are as written.

    One encoding is allowed and no other, so that no bit of the file can change unseen.
    """
    if held[:1] != b"<" or held[-1:] != b">":
        return False
    digits = held[1:-1]
    if digits not in (digits.lower(), digits.upper()):
        return False
    known = {one.dump() for one in (signature.signer_cert, *trust.others, *trust.roots)}
    if not {one.dump() for one in signature.signed_data["certificates"]} <= known:
        return False
    return bytes.fromhex(digits.decode()) == _encoded(signature).ljust(len(digits) // 2, b"\0")


def _encoded(signature: Any) -> bytes:
    """Encode a signature anew: what is signed as it is, all around it from first principles."""
    from asn1crypto.cms import ContentInfo, IssuerAndSerialNumber, SignedData

    signed_by, signer = signature.signer_info, signature.signer_cert
    return ContentInfo(
        {
            "content_type": "signed_data",
            "content": SignedData(
                {
                    "version": "v1",
                    "digest_algorithms": [signed_by["digest_algorithm"]],
                    "encap_content_info": {"content_type": "data"},
                    "certificates": signature.signed_data["certificates"],
                    "signer_infos": [
                        {
                            "version": "v1",
                            "sid": IssuerAndSerialNumber(
                                {"issuer": signer.issuer, "serial_number": signer.serial_number}
                            ),
                            "digest_algorithm": signed_by["digest_algorithm"],
                            "signed_attrs": signed_by["signed_attrs"],
                            "signature_algorithm": signed_by["signature_algorithm"],
                            "signature": signed_by["signature"],
                        }
                    ],
                }
            ),
        }
    ).dump()


def _before() -> None:
    logging.disable()
    from pyhanko.keys import load_certs_from_pemder_data  # noqa: F401
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: F401
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: F401


if __name__ == "__main__":
    serve(load, _before)
