"""PAdES B-B signatures through pyHanko, with certificates of Loket's own authority."""

import asyncio
import io
from typing import TYPE_CHECKING, Final

from cryptography import x509

from app.adapters.seal import Resealed
from app.adapters.signing.authority import Credential, DemoAuthority
from app.adapters.signing.marks import CODE_PREFIX
from app.adapters.signing.ports import SignerIdentity, SigningFailed

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

#: One letter, one signature: the field has the same name in each.
FIELD: Final = "TandaTangan"


class PadesSigner:
    """A `LetterSigner` whose keys are in Loket's own authority."""

    def __init__(self, authority: DemoAuthority) -> None:
        self._authority = authority

    async def sign(
        self, pdf: bytes, *, signer: SignerIdentity, reason: str, location: str, code: str
    ) -> bytes:
        """Return `pdf` with a certifying signature appended; see `LetterSigner.sign`."""
        return await asyncio.to_thread(self._sign, pdf, signer, reason, location, code)

    def reseal_keys(self) -> Resealed:
        """Keep the authority's keys under the newest secret; see `LetterSigner.reseal_keys`."""
        return self._authority.reseal()

    def _sign(
        self, pdf: bytes, signer: SignerIdentity, reason: str, location: str, code: str
    ) -> bytes:
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
        from pyhanko.sign.general import SigningError
        from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

        from app.adapters.signing.faithful import FaithfulWriter

        metadata = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            name=signer.name,
            reason=reason,
            location=location,
            contact_info=CODE_PREFIX + code,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        field = SigFieldSpec(
            FIELD,
            readable_field_name=f"{signer.name}, {signer.title}".replace("\n", " "),
            # PDF/A wants it printable, PDF/UA wants it tagged or off the page.
            invis_sig_settings=InvisSigSettings(box_out_of_bounds=True),
        )
        key = _as_pyhanko(self._authority.credential_of(signer), self._authority)
        try:
            writer = FaithfulWriter(io.BytesIO(pdf))
            signed = PdfSigner(metadata, signer=key, new_field_spec=field).sign_pdf(writer)
        except (PdfError, SigningError) as error:
            raise SigningFailed(str(error)) from error
        return signed.getvalue()


def _as_pyhanko(credential: Credential, authority: DemoAuthority) -> "SimpleSigner":
    from asn1crypto.keys import PrivateKeyInfo
    from asn1crypto.x509 import Certificate
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    def loaded(certificate: x509.Certificate) -> Certificate:
        return Certificate.load(certificate.public_bytes(Encoding.DER))

    key = credential.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=loaded(credential.certificate),
        signing_key=PrivateKeyInfo.load(key),
        cert_registry=SimpleCertificateStore.from_certs([loaded(authority.issuing)]),
        embed_roots=False,
    )
