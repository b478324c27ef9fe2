"""Who signs and who judges. A national signing service is one more adapter behind this."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.adapters.seal import Resealed


@dataclass(frozen=True, slots=True)
class SignerIdentity:
    """A person in office. `subject` is their account's, and is not written into letters."""

    subject: str
    name: str
    title: str
    organisation: str


class Signature(StrEnum):
    """What the bytes say about the signature of a letter."""

    NONE = "none"
    INTACT = "intact"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Examination:
    """What a PDF says about itself.

    `trusted` and all that follows it but `code` hold only of an intact signature. `trusted`:
    the signer's certificate was issued, and valid when signing, under an authority that
    Loket trusts. `additions`: bytes follow the signed part, so what a reader shows may
    differ from what was signed. `code`: the verification code found in the file; without
    a trusted signature it is no more than a claim. `signed_at` is aware, in UTC.
    """

    signature: Signature
    trusted: bool = False
    additions: bool = False
    code: str | None = None
    signer: str | None = None
    title: str | None = None
    organisation: str | None = None
    signed_at: datetime | None = None


class SigningFailed(Exception):
    """The letter could not be signed; says why. Whether to try again is in `again`."""

    def __init__(self, why: str, *, again: bool = False) -> None:
        super().__init__(why)
        self.again = again


class WrongSecret(SigningFailed):
    """The keys that are kept are sealed with another secret; says which."""


class LetterSigner(Protocol):
    """Puts a PAdES signature on a letter."""

    async def sign(
        self, pdf: bytes, *, signer: SignerIdentity, reason: str, location: str, code: str
    ) -> bytes:
        """Return `pdf` with a signature appended; the bytes before it do not change.

        Raises:
            SigningFailed: no signature came about.
        """
        ...

    def reseal_keys(self) -> Resealed:
        """Keep the keys under Loket's newest secret that are kept under a former one."""
        ...


class LetterExaminer(Protocol):
    """Judges a PDF that anyone may have handed in."""

    async def examine(self, pdf: bytes) -> Examination:
        """Return what the bytes say. Never raises for what is in them."""
        ...
