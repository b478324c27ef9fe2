"""Personal numbers at rest: encrypted for reading back, hashed with a key for look-up."""

import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12


class Seal:
    """Seals short texts with keys derived from Loket's secret key (HKDF, RFC 5869)."""

    def __init__(self, secret_key: bytes) -> None:
        self._cipher = AESGCM(_derived(secret_key, b"loket/nik/encryption"))
        self._hash_key = _derived(secret_key, b"loket/nik/lookup")
        self._token_key = _derived(secret_key, b"loket/signed-tokens")

    def close(self, text: str) -> bytes:
        """Return `text` encrypted (AES-256-GCM): nonce, then ciphertext with its tag."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), None)

    def open(self, sealed: bytes) -> str:
        """Return what was sealed.

        Raises:
            cryptography.exceptions.InvalidTag: sealed with another key, or altered.
        """
        nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return self._cipher.decrypt(nonce, ciphertext, None).decode()

    def fingerprint(self, text: str) -> bytes:
        """Return the keyed hash (HMAC-SHA-256) by which a sealed text is looked up."""
        return hmac.digest(self._hash_key, text.encode(), "sha256")

    def mac(self, purpose: str, text: str) -> bytes:
        """Return the code (HMAC-SHA-256) that shows that Loket wrote `text` for `purpose`."""
        return hmac.digest(self._token_key, f"{purpose}\0{text}".encode(), "sha256")


def _derived(secret_key: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret_key)
