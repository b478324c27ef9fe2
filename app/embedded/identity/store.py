"""Codes and tokens that were given out, in memory: a restart means signing in again."""

import time
from dataclasses import dataclass, field

from app.embedded.identity.accounts import Account

_CODE_SECONDS = 60
#: As long as a nonce must not come again; longer than any code or token lives.
_NONCE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Code:
    """A sign-in that waits to be fetched: worth one token within a minute."""

    redirect_uri: str
    scope: str
    nonce: str
    challenge: str
    account: Account
    issued: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token: whose, for what, of which code, and until when."""

    account: Account
    scope: str
    code: str
    ends: float


@dataclass(slots=True)
class Store:
    """What was given out."""

    codes: dict[str, Code] = field(default_factory=dict)
    nonces: dict[str, float] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)

    def keep_code(self, code: str, kept: Code) -> None:
        """Remember a code and the nonce that it uses up."""
        self._forget_old()
        self.codes[code] = kept
        self.nonces[kept.nonce] = kept.issued

    def take_code(self, code: str) -> Code | None:
        """Return a code that is still good; none is good twice, whatever comes of it.

        Of one that comes again somebody has a copy: its token is taken back.
        """
        kept = self.codes.pop(code, None)
        if kept is None:
            self.tokens = {t: held for t, held in self.tokens.items() if held.code != code}
        return kept if kept and kept.issued > time.time() - _CODE_SECONDS else None

    def bearer(self, token: str) -> tuple[Account, str] | None:
        """Return whose token this is, and its scope; None if it is not good."""
        held = self.tokens.get(token)
        return (held.account, held.scope) if held and held.ends > time.time() else None

    def _forget_old(self) -> None:
        now = time.time()
        self.codes = {c: k for c, k in self.codes.items() if k.issued > now - _CODE_SECONDS}
        self.nonces = {n: used for n, used in self.nonces.items() if used > now - _NONCE_SECONDS}
        self.tokens = {t: held for t, held in self.tokens.items() if held.ends > now}
