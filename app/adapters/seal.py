"""Personal numbers at rest: encrypted for reading back, hashed with a key for look-up."""

import hmac
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12


class Resealed(NamedTuple):
    """How many the newest key sealed that a former one had sealed, and how many none reads."""

    anew: int
    unreadable: int


class Seal:
    """Seals short texts with keys derived from Loket's secret key (HKDF, RFC 5869).

    What was sealed with a former key can still be read; nothing is sealed with one any more.
    """

    def __init__(self, secret_key: bytes, former: Sequence[bytes] = ()) -> None:
        keys = (secret_key, *former)
        self._ciphers = [AESGCM(_derived(key, b"loket/nik/encryption")) for key in keys]
        self._hash_keys = [_derived(key, b"loket/nik/lookup") for key in keys]
        self._token_keys = [_derived(key, b"loket/signed-tokens") for key in keys]
        self._trail_keys = [_derived(key, b"loket/trail") for key in keys]

    def close(self, text: str) -> bytes:
        """Return `text` encrypted (AES-256-GCM): nonce, then ciphertext with its tag."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, text.encode(), None)

    def open(self, sealed: bytes) -> str:
        """Return what was sealed.

        Raises:
            cryptography.exceptions.InvalidTag: sealed with another key, or altered.
        """
        nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        for cipher in self._ciphers[:-1]:
            with suppress(InvalidTag):
                return cipher.decrypt(nonce, ciphertext, None).decode()
        return self._ciphers[-1].decrypt(nonce, ciphertext, None).decode()

    def anew(self, sealed: bytes) -> bytes:
        """Return the same sealed with the newest key; as it is when that has sealed it.

        Raises:
            cryptography.exceptions.InvalidTag: sealed with another key, or altered.
        """
        try:
            self._ciphers[0].decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
        except InvalidTag:
            return self.close(self.open(sealed))
        return sealed

    def fingerprint(self, text: str) -> bytes:
        """Return the keyed hash (HMAC-SHA-256) by which a sealed text is looked up."""
        return hmac.digest(self._hash_keys[0], text.encode(), "sha256")

    def fingerprints(self, text: str) -> list[bytes]:
        """Return every hash under which a text may have been kept, by this key and former ones."""
        return [hmac.digest(key, text.encode(), "sha256") for key in self._hash_keys]

    def mac(self, purpose: str, text: str) -> bytes:
        """Return the code (HMAC-SHA-256) that shows that Loket wrote `text` for `purpose`."""
        return hmac.digest(self._token_keys[0], f"{purpose}\0{text}".encode(), "sha256")

    def is_mac(self, code: bytes, purpose: str, text: str) -> bool:
        """Return whether `code` shows that Loket wrote `text`, with this key or a former one."""
        said = f"{purpose}\0{text}".encode()
        codes = [hmac.digest(key, said, "sha256") for key in self._token_keys]
        return any(hmac.compare_digest(code, one) for one in codes)

    def vouch(self, kind: str, digest: bytes, secret: str = "") -> bytes:
        """Return the code (HMAC-SHA-256) that shows that Loket wrote a row of the trail.

        Args:
            kind: of which table.
            digest: the row's, 32 bytes.
            secret: what the digest must not stand for, as anybody can try what fits one.
        """
        return _vouched(self._trail_keys[0], kind, digest, secret)

    def vouches(self, code: bytes, kind: str, digest: bytes, secret: str = "") -> bool:
        """Return whether `code` shows that Loket wrote a row, with this key or a former one."""
        codes = [_vouched(key, kind, digest, secret) for key in self._trail_keys]
        return any(hmac.compare_digest(code, one) for one in codes)


def _vouched(key: bytes, kind: str, digest: bytes, secret: str) -> bytes:
    return hmac.digest(key, f"{kind}\0{secret}\0".encode() + digest, "sha256")


def _derived(secret_key: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret_key)
