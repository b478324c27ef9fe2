"""Sign-in with any OpenID Connect provider, through Authlib (code flow with PKCE)."""

import secrets
from dataclasses import dataclass
from typing import Any

import httpx2
from authlib.integrations.base_client import BaseApp, OAuthError
from authlib.integrations.base_client.async_app import AsyncOAuth2Mixin
from authlib.integrations.base_client.async_openid import AsyncOpenIDMixin
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc.errors import JoseError

_LEEWAY_SECONDS = 60
#: Signatures that only the provider can make; `none` and shared secrets are not among them.
_ALGORITHMS = frozenset({"ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "RS256", "RS384"})


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
    """For whom the provider vouches."""

    issuer: str
    subject: str
    name: str
    phone: str


class _Client(AsyncOAuth2Mixin, AsyncOpenIDMixin, BaseApp):
    client_cls = AsyncOAuth2Client


class Provider:
    """One OpenID Connect provider and Loket's registration with it."""

    def __init__(
        self, issuer: str, client_id: str, client_secret: str, metadata_url: str | None = None
    ) -> None:
        self.issuer, self._client_id = issuer, client_id
        discovery = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        self._client = _Client(
            None,
            client_id=client_id,
            client_secret=client_secret,
            server_metadata_url=metadata_url or discovery,
            client_kwargs={
                "scope": "openid profile phone",
                "code_challenge_method": "S256",
                "timeout": 10,
            },
        )

    async def begin(self, redirect_uri: str, back: str) -> tuple[str, Attempt]:
        """Return the provider's address to go to, and what must be known on return.

        Raises:
            ProviderUnavailable: it does not answer, or not as the provider it should be.
        """
        await self._metadata()
        verifier = secrets.token_urlsafe(48)
        asked = await self._client.create_authorization_url(
            redirect_uri, code_verifier=verifier, nonce=secrets.token_urlsafe(24)
        )
        attempt = Attempt(asked["state"], asked["nonce"], verifier, redirect_uri, back)
        return asked["url"], attempt

    async def finish(self, attempt: Attempt, answer: dict[str, str]) -> Claims:
        """Return for whom the provider's answer vouches.

        Checked are state, the issuer of the answer (RFC 9207), the code with PKCE, and
        the ID token: signature, issuer, audience, expiry, nonce.

        Raises:
            SignInFailed: any of these does not hold, or the person declined.
            ProviderUnavailable: the provider does not answer.
        """
        metadata = await self._metadata()
        self._check_answer(metadata, attempt, answer)
        try:
            token = await self._client.fetch_access_token(
                attempt.redirect_uri, code=answer["code"], code_verifier=attempt.verifier
            )
            claims = await self._client.parse_id_token(
                token, attempt.nonce, claims_options=self._claims(), leeway=_LEEWAY_SECONDS
            )
        except httpx2.HTTPError as error:
            raise ProviderUnavailable(str(error)) from error
        except (OAuthError, JoseError, ValueError, KeyError) as error:
            raise SignInFailed(f"{type(error).__name__}: {error}") from error
        if claims is None or claims.get("nonce") != attempt.nonce:
            raise SignInFailed("no ID token with our nonce")
        return self._told(claims)

    def _check_answer(
        self, metadata: dict[str, Any], attempt: Attempt, answer: dict[str, str]
    ) -> None:
        if not secrets.compare_digest(answer.get("state", ""), attempt.state):
            raise SignInFailed("state differs")
        issuer = answer.get("iss")
        must_name = metadata.get("authorization_response_iss_parameter_supported", False)
        if (issuer is None and must_name) or issuer not in {None, self.issuer}:
            raise SignInFailed("answer of another issuer")
        if "error" in answer or not answer.get("code"):
            raise SignInFailed(f"no code: {answer.get('error', '')[:80]}")

    def _claims(self) -> dict[str, Any]:
        return {
            "iss": {"essential": True, "value": self.issuer},
            "sub": {"essential": True},
            "aud": {"essential": True, "value": self._client_id},
            "exp": {"essential": True},
            "nonce": {"essential": True},
        }

    def _told(self, claims: dict[str, Any]) -> Claims:
        return Claims(
            issuer=self.issuer,
            subject=str(claims["sub"]),
            name=str(claims.get("name") or claims.get("preferred_username") or ""),
            phone=str(claims.get("phone_number") or ""),
        )

    async def _metadata(self) -> dict[str, Any]:
        """Return the provider's description, read once.

        Raises:
            ProviderUnavailable: it does not answer, or describes another issuer.
        """
        try:
            metadata = await self._client.load_server_metadata()
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnavailable(str(error)) from error
        if metadata.get("issuer") != self.issuer:
            self._client.server_metadata.clear()
            raise ProviderUnavailable(f"describes the issuer {metadata.get('issuer')!r}")
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [
            name for name in offered if name in _ALGORITHMS
        ]
        return metadata
