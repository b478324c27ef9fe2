"""A certificate authority of Loket's own, for demonstrations and for offices without another.

A root signs one issuing certificate, which signs one certificate for each person in each
office. Keys are ECDSA P-256, encrypted on disk under a key derived from Loket's secret.
"""

import fcntl
import hashlib
import logging
import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from app.adapters.seal import Resealed
from app.adapters.signing.ports import SignerIdentity, SigningFailed, WrongSecret
from app.domain.points import at
from app.private_files import new_file, private_folder

log = logging.getLogger(__name__)

_ROOT_LIVES = timedelta(days=30 * 365)
_ISSUING_LIVES = timedelta(days=20 * 365)
_SIGNER_LIVES = timedelta(days=3 * 365)
#: A certificate this near to its end is replaced before the next signature.
_RENEW_BEFORE = timedelta(days=30)
#: Clocks of two machines may differ by this much.
_SKEW = timedelta(minutes=5)
#: X.520 allows no more in these attributes.
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Credential:
    """A key and its certificate."""

    key: EllipticCurvePrivateKey
    certificate: x509.Certificate


class DemoAuthority:
    """The authority kept in `folder` (0700), made when it is first needed.

    Several processes may use one folder: a lock keeps them from making it twice.
    """

    def __init__(self, folder: Path, secret: str | bytes, former: Sequence[bytes] = ()) -> None:
        """`secret` is Loket's secret key; keys kept with it or a `former` one can be read."""
        self._folder = folder
        material = secret.encode() if isinstance(secret, str) else secret
        self._passphrases = [_passphrase(one) for one in (material, *former)]

    @cached_property
    def root(self) -> x509.Certificate:
        """The certificate to trust."""
        return self._root.certificate

    @cached_property
    def issuing(self) -> x509.Certificate:
        """The certificate that signs the signers' certificates."""
        return self._issuing.certificate

    def credential_of(self, signer: SignerIdentity) -> Credential:
        """Return a valid key and certificate of a person in their present office.

        A new title is a new certificate: the old one goes on naming the office then held.

        Raises:
            WrongSecret: the stored keys cannot be read with it.
        """
        identity = "\x1f".join((signer.subject, signer.name, signer.title, signer.organisation))
        name = f"signer-{hashlib.sha256(identity.encode()).hexdigest()[:32]}"
        subject = _named(
            (NameOID.COUNTRY_NAME, "ID"),
            (NameOID.ORGANIZATION_NAME, signer.organisation),
            (NameOID.TITLE, signer.title.replace("\n", " ")),
            (NameOID.COMMON_NAME, signer.name),
        )
        issuer = self._issuing
        with self._locked():
            kept = self._read(name)
            if kept and kept.certificate.not_valid_after_utc - _RENEW_BEFORE > datetime.now(UTC):
                return kept
            return self._make(name, subject, _SIGNER_LIVES, issuer)

    def reseal(self) -> Resealed:
        """Keep every key under the newest secret that is kept under a former one."""
        with self._locked():
            kept = [self._resealed(path) for path in sorted(self._folder.glob("*.pem"))]
        return Resealed(kept.count(True), kept.count(None))

    def _resealed(self, path: Path) -> bool | None:
        """Keep a key under the newest secret; return whether it was not, None if none opens it."""
        pem = path.read_bytes()
        with suppress(ValueError):
            load_pem_private_key(pem, self._passphrases[0])
            return False
        kept = self._opened(pem)
        if not isinstance(kept, EllipticCurvePrivateKey):
            log.warning("%s cannot be read with any secret key", path)
            return None
        self._keep(path, Credential(kept, x509.load_pem_x509_certificate(pem)))
        return True

    @cached_property
    def _root(self) -> Credential:
        subject = _authority_name("Loket Demo Root")
        with self._locked():
            return self._read("root") or self._make("root", subject, _ROOT_LIVES, None)

    @cached_property
    def _issuing(self) -> Credential:
        subject, issuer = _authority_name("Loket Demo Issuing"), self._root
        with self._locked():
            kept = self._read("issuing")
            return kept or self._make("issuing", subject, _ISSUING_LIVES, issuer)

    def _read(self, name: str) -> Credential | None:
        path = self._folder / f"{name}.pem"
        if not path.exists():
            return None
        pem = path.read_bytes()
        key = self._opened(pem)
        if key is None:
            raise WrongSecret(f"{path} cannot be read with this secret key")
        if not isinstance(key, EllipticCurvePrivateKey):
            raise SigningFailed(f"{path} is not an elliptic-curve key")
        return Credential(key, x509.load_pem_x509_certificate(pem))

    def _opened(self, pem: bytes) -> PrivateKeyTypes | None:
        for passphrase in self._passphrases:
            with suppress(ValueError):
                return load_pem_private_key(pem, passphrase)
        return None

    def _make(
        self, name: str, subject: x509.Name, lives: timedelta, issuer: Credential | None
    ) -> Credential:
        key = generate_private_key(SECP256R1())
        made = Credential(key, _certificate(subject, key, lives, issuer))
        at("authority.key_made")
        self._keep(self._folder / f"{name}.pem", made)
        return made

    def _keep(self, path: Path, made: Credential) -> None:
        lock = BestAvailableEncryption(self._passphrases[0])
        key = made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
        _write_whole(path, key + made.certificate.public_bytes(Encoding.PEM))

    @contextmanager
    def _locked(self) -> Generator[None]:
        private_folder(self._folder)
        with suppress(FileExistsError):
            os.close(new_file(self._folder / "lock"))
        lock = os.open(self._folder / "lock", os.O_RDWR)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _passphrase(secret: bytes) -> bytes:
    # HKDF takes input once.
    return HKDF(SHA256(), 32, None, b"loket signing authority").derive(secret)


def _certificate(
    subject: x509.Name, key: EllipticCurvePrivateKey, lives: timedelta, issuer: Credential | None
) -> x509.Certificate:
    authority = issuer is None or _path_length(issuer.certificate) == 1
    now = datetime.now(UTC)
    end = now + lives
    if issuer:
        end = min(end, issuer.certificate.not_valid_after_utc)
    signing_key = issuer.key if issuer else key
    depth = None if not authority else 1 if issuer is None else 0
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(authority, depth), critical=True)
        .add_extension(_usage(authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()),
            critical=False,
        )
        .sign(signing_key, SHA256())
    )


def _path_length(certificate: x509.Certificate) -> int | None:
    return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _authority_name(common_name: str) -> x509.Name:
    return _named(
        (NameOID.COUNTRY_NAME, "ID"),
        (NameOID.ORGANIZATION_NAME, "Loket"),
        (NameOID.COMMON_NAME, common_name),
    )


def _named(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(kind, value[:_LONGEST_NAME]) for kind, value in attributes if value]
    )


def _write_whole(path: Path, content: bytes) -> None:
    """Never half a key: written beside, synced, then renamed."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(new_file(draft), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
