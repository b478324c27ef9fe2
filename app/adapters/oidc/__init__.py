"""Sign-in with any OpenID Connect provider. `provider` brings the libraries that it needs."""

from app.adapters.oidc.attempt import Attempt, Claims, ProviderUnavailable, SignInFailed

__all__ = ["Attempt", "Claims", "ProviderUnavailable", "SignInFailed"]
