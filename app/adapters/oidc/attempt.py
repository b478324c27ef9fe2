"""What is kept of a sign-in while it is under way, and how it ends."""

from dataclasses import dataclass


class SignInFailed(Exception):
    """The provider's answer proves nothing; says why, for the log only."""


class ProviderUnavailable(Exception):
    """The provider does not answer."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that has begun; kept by the browser, encrypted, until it comes back."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    back: str


@dataclass(frozen=True, slots=True)
class Claims:
    """For whom the provider vouches; `strength` is its word for how they signed in, or empty."""

    issuer: str
    subject: str
    name: str
    phone: str
    strength: str = ""
