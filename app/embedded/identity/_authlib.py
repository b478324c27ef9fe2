"""What Authlib wants to be told by subclassing: client, code, request, grant, token."""

import hmac
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2 import AuthorizationServer, OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import OAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfo
from joserfc.jwk import ECKey

from app.embedded.identity.accounts import Account
from app.embedded.identity.site import Site
from app.embedded.identity.store import Code, Store, Token

SCOPES = ("openid", "profile", "phone")
ALGORITHM = "ES256"
TOKEN_SECONDS = 600
AUTHENTICATION = ["client_secret_basic", "client_secret_post"]
Answer = Callable[[int, Any, Iterable[tuple[str, str]]], Any]


@dataclass(frozen=True, slots=True)
class Client(ClientMixin):
    """The site itself: the one client there is."""

    site: Site

    def get_client_id(self) -> str:
        return self.site.client_id

    def get_default_redirect_uri(self) -> str:
        return self.site.public_url + self.site.callback

    def get_allowed_scope(self, scope: Any) -> Any:
        asked = str(scope or "").split()
        return " ".join(s for s in SCOPES if s in asked) if "openid" in asked else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return self.site.may_return_to(redirect_uri)

    def check_client_secret(self, client_secret: str) -> bool:
        return hmac.compare_digest(client_secret.encode(), self.site.client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in AUTHENTICATION

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == AuthorizationCodeGrant.GRANT_TYPE


class StoredCode(AuthorizationCodeMixin):
    """A code that was given out, as Authlib reads it."""

    def __init__(self, kept: Code) -> None:
        self.kept = kept
        self.code_challenge = kept.challenge
        self.code_challenge_method = "S256"

    def get_redirect_uri(self) -> str:
        return self.kept.redirect_uri

    def get_scope(self) -> str:
        return self.kept.scope

    def get_nonce(self) -> str:
        return self.kept.nonce

    def get_auth_time(self) -> int:
        return int(self.kept.issued)

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> list[str]:
        return ["pwd"]


class Payload(OAuth2Payload):
    def __init__(self, items: Iterable[tuple[str, str]]) -> None:
        self._lists: dict[str, list[str]] = {}
        for name, value in items:
            self._lists.setdefault(name, []).append(value)

    @property
    def data(self) -> Any:
        return {name: values[-1] for name, values in self._lists.items()}

    @property
    def datalist(self) -> Any:
        return self._lists


class Asked(OAuth2Request):
    """What came in: `items` from the query or from the form."""

    def __init__(
        self, method: str, uri: str, items: Iterable[tuple[str, str]], authorization: str = ""
    ) -> None:
        super().__init__(method, uri, headers={"Authorization": authorization})
        self.payload: Any = Payload(items)

    @property
    def args(self) -> Any:
        return self.payload.data

    @property
    def form(self) -> Any:
        return self.payload.data


class AlwaysPkce(CodeChallenge):
    """Authlib asks only public clients for a challenge; we ask everyone, and for S256."""

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("A 'code_challenge' by method S256 is required.")
        super().validate_code_challenge(grant, redirect_uri)


@dataclass
class OpenId(OpenIDCode):
    """Makes the identity token."""

    site: Site
    store: Store
    key: ECKey
    require_nonce: bool = True

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return nonce in self.store.nonces

    def resolve_client_private_key(self, client: Client) -> ECKey:
        return self.key

    def get_client_algorithm(self, client: Client) -> str:
        return ALGORITHM

    def get_encode_header(self, client: Client) -> dict[str, Any]:
        return {"alg": ALGORITHM, "kid": self.key.kid}

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self.site.issuer,
            "aud": [client.get_client_id()],
            "iat": now,
            "exp": now + TOKEN_SECONDS,
        }

    def generate_user_info(self, user: Account, scope: str) -> UserInfo:
        return claims(user, scope)


@dataclass
class Server(AuthorizationServer):
    """Authlib's server, keeping things in `store` and answering through `answer`."""

    site: Site
    store: Store
    key: ECKey
    answer: Answer = field(repr=False)

    def __post_init__(self) -> None:
        super().__init__(scopes_supported=SCOPES)
        tokens = BearerTokenGenerator(
            lambda *_, **__: secrets.token_urlsafe(32),
            expires_generator=lambda *_: TOKEN_SECONDS,
        )
        self.register_token_generator("default", tokens)
        self.register_grant(Grant, [OpenId(self.site, self.store, self.key), AlwaysPkce()])

    def query_client(self, client_id: str) -> Any:
        return Client(self.site) if client_id == self.site.client_id else None

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        ends, code = time.time() + token["expires_in"], request.payload.data["code"]
        held = Token(request.user, token["scope"], code, ends)
        self.store.tokens[token["access_token"]] = held

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        return

    def create_oauth2_request(self, request: Any) -> Any:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Any:
        return self.answer(status, body, headers)

    def refusal(self, asked: Any, error: OAuth2Error) -> Any:
        return self.handle_error_response(asked, error)

    def granted(self, asked: Any, account: Account, grant: Any) -> Any:
        return self.create_authorization_response(asked, grant_user=account, grant=grant)

    def token_for(self, asked: Any) -> Any:
        return self.create_token_response(asked)


class Grant(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = AUTHENTICATION
    server: Server

    def save_authorization_code(self, code: str, request: Any) -> None:
        data = request.payload.data
        kept = Code(
            redirect_uri=request.payload.redirect_uri,
            scope=request.scope,
            nonce=data["nonce"],
            challenge=data["code_challenge"],
            account=request.user,
        )
        self.server.store.keep_code(code, kept)

    def query_authorization_code(self, code: str, client: Any) -> Any:
        kept = self.server.store.take_code(code)
        return StoredCode(kept) if kept else None

    def delete_authorization_code(self, authorization_code: Any) -> None:
        """Nothing is left to delete: taking a code uses it up."""

    def authenticate_user(self, authorization_code: Any) -> Account:
        return authorization_code.kept.account


def claims(account: Account, scope: str) -> UserInfo:
    """Return what a client with `scope` may know of a person."""
    found = {"sub": account.subject}
    if "profile" in scope.split():
        found |= {"name": account.name, "preferred_username": account.subject, "locale": "id"}
    if "phone" in scope.split():
        found |= {"phone_number": account.phone}
    return UserInfo(found)
