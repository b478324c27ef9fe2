"""Sign-in with any OpenID Connect provider, through Authlib (code flow with PKCE)."""

import asyncio
import base64
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote_plus

import httpx2
from authlib.integrations.base_client import BaseApp, OAuthError
from authlib.integrations.base_client.async_app import AsyncOAuth2Mixin
from authlib.integrations.base_client.async_openid import AsyncOpenIDMixin
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc.errors import JoseError

from app.adapters.oidc.attempt import Attempt, Claims, ProviderUnavailable, SignInFailed
from app.domain.points import at

_LEEWAY_SECONDS = 60
#: No sign-in takes longer: the browser forgets what it began.
_LONGEST_ATTEMPT_SECONDS = 600
#: A provider that went away is noticed by the next who sign in, before they are sent there.
_METADATA_SECONDS = 60.0
#: A sign-in asks up to four things of the provider: all of them together may take so long.
_PATIENCE_SECONDS = 10.0
_LONGEST_STRENGTH = 100
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
#: Signatures that only the provider can make; `none` and shared secrets are not among them.
_ALGORITHMS = frozenset({"ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "RS256", "RS384"})


class _Client(AsyncOAuth2Mixin, AsyncOpenIDMixin, BaseApp):
    client_cls = AsyncOAuth2Client


class Provider:
    """One OpenID Connect provider and Loket's registration with it."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        metadata_url: str | None = None,
        patience: float = _PATIENCE_SECONDS,
        classes: Sequence[str] = (),
    ) -> None:
        """Know a provider by its issuer.

        Args:
            issuer: as its discovery document says it.
            client_id: of Loket's registration.
            client_secret: of the same.
            metadata_url: where the document is read, unless below the issuer.
            patience: the seconds after which a provider that says nothing is away.
            classes: of sign-ins (`acr`) that are asked for, and alone believed; none: any.
        """
        self._patience, self._classes = patience, tuple(classes)
        self.issuer, self._client_id = issuer, client_id
        discovery = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        self._client = _Client(
            None,
            client_id=client_id,
            client_secret=client_secret,
            server_metadata_url=metadata_url or discovery,
            client_auth_methods=[("client_secret_basic", _encoded_basic)],
            client_kwargs={
                "scope": "openid profile phone",
                "code_challenge_method": "S256",
                "timeout": patience,
                "follow_redirects": False,
            },
        )

    async def begin(self, redirect_uri: str, back: str) -> tuple[str, Attempt]:
        """Return the provider's address to go to, and what must be known on return.

        Raises:
            ProviderUnavailable: it does not answer, or not as the provider it should be.
        """
        async with self._in_time():
            await self._metadata()
        verifier = secrets.token_urlsafe(48)
        wanted = {"acr_values": " ".join(self._classes)} if self._classes else {}
        asked = await self._client.create_authorization_url(
            redirect_uri,
            code_verifier=verifier,
            nonce=secrets.token_urlsafe(24),
            # Phones are lent: who signed in at the provider before need not be who asks now.
            prompt="login",
            **wanted,
        )
        attempt = Attempt(asked["state"], asked["nonce"], verifier, redirect_uri, back)
        return asked["url"], attempt

    async def finish(self, attempt: Attempt, answer: dict[str, str]) -> Claims:
        """Return for whom the provider's answer vouches.

        Checked are state, the issuer of the answer (RFC 9207), the code with PKCE, and
        the ID token: signature, issuer, audience, party, expiry, age, nonce.

        Raises:
            SignInFailed: any of these does not hold, or the person declined.
            ProviderUnavailable: the provider does not answer.
        """
        async with self._in_time():
            return await self._finish(attempt, answer)

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._patience):
                yield
        except TimeoutError as error:
            raise ProviderUnavailable(f"no answer in {self._patience} s") from error

    async def _finish(self, attempt: Attempt, answer: dict[str, str]) -> Claims:
        metadata = await self._metadata()
        self._check_answer(metadata, attempt, answer)
        at("oidc.answered")
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
        self._check_sign_in(claims)
        if "name" in claims or "userinfo_endpoint" not in metadata:
            return self._told(claims, {})
        return self._told(claims, await self._userinfo(token, str(claims["sub"])))

    async def _userinfo(self, token: dict[str, Any], subject: str) -> dict[str, Any]:
        """Return what the provider tells about `subject` beside the ID token.

        Raises:
            SignInFailed: it tells about somebody else.
            ProviderUnavailable: it does not answer.
        """
        try:
            told = await self._client.userinfo(token=token)
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnavailable(f"userinfo: {error}") from error
        if told.get("sub") != subject:
            raise SignInFailed("userinfo of another subject")
        return told

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

    def _check_sign_in(self, claims: dict[str, Any]) -> None:
        """Refuse what was said, or done, before this sign-in began, or done in another way."""
        earliest = time.time() - _LONGEST_ATTEMPT_SECONDS - _LEEWAY_SECONDS
        issued = claims.get("iat")
        if not isinstance(issued, int | float) or issued < earliest:
            raise SignInFailed("an ID token from before this sign-in began")
        done = claims.get("auth_time", issued)
        if not isinstance(done, int | float) or done < earliest:
            raise SignInFailed("who signed in before was not asked again")
        if self._classes and claims.get("acr") not in self._classes:
            raise SignInFailed("not signed in by the factors that are asked for")

    def _claims(self) -> dict[str, Any]:
        return {
            "iss": {"essential": True, "value": self.issuer},
            "sub": {"essential": True},
            "aud": {"essential": True, "value": self._client_id},
            "exp": {"essential": True},
            "iat": {"essential": True},
            "nonce": {"essential": True},
        }

    def _told(self, claims: dict[str, Any], userinfo: dict[str, Any]) -> Claims:
        told = {**claims, **userinfo}
        return Claims(
            issuer=self.issuer,
            subject=str(claims["sub"]),
            name=str(told.get("name") or told.get("preferred_username") or ""),
            phone=str(told.get("phone_number") or ""),
            strength=_strength(claims),
        )

    async def _metadata(self) -> dict[str, Any]:
        """Return the provider's description, at most a minute old.

        Raises:
            ProviderUnavailable: it does not answer, or describes another issuer or too little.
        """
        if time.time() - self._client.server_metadata.get("_loaded_at", 0) > _METADATA_SECONDS:
            self._client.server_metadata.clear()
        try:
            metadata = await self._client.load_server_metadata()
        except (httpx2.HTTPError, ValueError, TypeError) as error:
            raise ProviderUnavailable(f"{type(error).__name__}: {error}") from error
        missing = [name for name in _ENDPOINTS if not metadata.get(name)]
        if metadata.get("issuer") != self.issuer or missing:
            self._client.server_metadata.clear()
            issuer = metadata.get("issuer")
            raise ProviderUnavailable(f"describes the issuer {issuer!r}, without {missing}")
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [
            name for name in offered if name in _ALGORITHMS
        ]
        return metadata


def _strength(claims: dict[str, Any]) -> str:
    """Return how the provider says that somebody signed in: its class, or the methods."""
    methods = claims.get("amr")
    named = claims.get("acr") or (" ".join(map(str, methods)) if isinstance(methods, list) else "")
    return str(named)[:_LONGEST_STRENGTH]


def _encoded_basic(
    client: Any, _method: str, uri: str, headers: dict[str, str], body: str
) -> tuple[str, dict[str, str], str]:
    """Name the client to the token endpoint as RFC 6749, 2.3.1 says: encoded, then Basic.

    Authlib leaves the encoding out, and secrets with `+`, `%` or `/` are then refused.
    """
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return uri, headers, body
