"""The provider as a Starlette app: sign-in page, token, user info, discovery, sign-out."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AccessDeniedError
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from app.embedded.identity._authlib import ALGORITHM, AUTHENTICATION, SCOPES, Asked, Server, claims
from app.embedded.identity.accounts import Accounts, Patience
from app.embedded.identity.page import SignIn, content_security, notice_page, sign_in_page
from app.embedded.identity.site import Site
from app.embedded.identity.store import Store
from app.embedded.identity.words import WORDS, language_of

_LARGEST_FORM = 16_384
_PRIVATE = {
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


class Provider:
    """The answers; one for a process, as codes and tokens live in its memory."""

    def __init__(self, site: Site, accounts: Accounts, key: ECKey) -> None:
        self._site = site
        self._accounts = accounts
        self._key = key
        self._store = Store()
        self._patience = Patience()
        self._server = Server(site, self._store, key, self._answer)

    def app(self) -> Starlette:
        """Return the app; its paths stand below the prefix as browsers see them."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/authorize", self._ask, methods=["GET"]),
                Route("/authorize", self._sign_in, methods=["POST"]),
                Route("/token", self._token, methods=["POST"]),
                Route("/jwks", self._jwks),
                Route("/userinfo", self._user_info, methods=["GET", "POST"]),
                Route("/end_session", self._sign_out, methods=["GET", "POST"]),
            ]
        )

    async def _discovery(self, _request: Request) -> Response:
        public, internal = self._site.issuer, self._site.internal
        return JSONResponse(
            {
                "issuer": public,
                "authorization_endpoint": f"{public}/authorize",
                "end_session_endpoint": f"{public}/end_session",
                "token_endpoint": f"{internal}/token",
                "jwks_uri": f"{internal}/jwks",
                "userinfo_endpoint": f"{internal}/userinfo",
                "scopes_supported": SCOPES,
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported": ["authorization_code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "token_endpoint_auth_methods_supported": AUTHENTICATION,
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
                "ui_locales_supported": list(WORDS),
            }
        )

    async def _jwks(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    async def _ask(self, request: Request) -> Response:
        asked = self._asked(request)
        try:
            self._server.get_consent_grant(asked)
        except OAuth2Error as error:
            return self._refuse(asked, error)
        return self._page(asked, username=asked.args.get("login_hint", ""))

    async def _sign_in(self, request: Request) -> Response:
        asked = self._asked(request)
        try:
            grant = self._server.get_consent_grant(asked)
        except OAuth2Error as error:
            return self._refuse(asked, error)
        typed = await _form(request)
        username = typed.get("username", "")[:64]
        words = WORDS[language_of(asked.args.get("ui_locales", ""))]
        if seconds := self._patience.wait_seconds(username):
            page = self._page(asked, username, words["wait"].format(seconds=seconds), status=429)
            page.headers["retry-after"] = str(seconds)
            return page
        account = self._accounts.check(username, typed.get("password", ""))
        if account is None:
            self._patience.note_wrong(username)
            return self._page(asked, username, words["wrong"], status=401)
        return self._server.granted(asked, account, grant)

    def _asked(self, request: Request) -> Asked:
        items = parse_qsl(request.url.query, keep_blank_values=True)
        return Asked(request.method, f"{self._site.issuer}/authorize", items)

    def _page(
        self, asked: Asked, username: str, problem: str = "", status: int = 200
    ) -> HTMLResponse:
        query = {k: v for k, v in asked.args.items() if k != "login_hint"}
        links = (
            (name, "?" + urlencode({**query, "login_hint": name})) for name in self._accounts.people
        )
        denied = AccessDeniedError(state=query.get("state"), redirect_uri=query["redirect_uri"])
        shown = SignIn(
            language=language_of(query.get("ui_locales", "")),
            username=username,
            problem=problem,
            password_hint=self._accounts.password,
            samples=links,
            cancel=self._with_issuer(dict(denied()[2])["Location"]),
        )
        return self._html(sign_in_page(shown), status, query["redirect_uri"])

    def _html(self, page: str, status: int, form_target: str) -> HTMLResponse:
        parts = urlsplit(form_target)
        policy = content_security(f"{parts.scheme}://{parts.netloc}")
        headers = {**_PRIVATE, "content-security-policy": policy, "x-frame-options": "DENY"}
        return HTMLResponse(page, status, headers)

    def _refuse(self, asked: Asked, error: OAuth2Error) -> Response:
        """Tell the client, if we know it; if not, tell the person."""
        if error.redirect_uri:
            return self._server.refusal(asked, error)
        language = language_of(asked.args.get("ui_locales", ""))
        home = self._site.public_url
        return self._html(notice_page(language, "bad", f"{home}/"), 400, home)

    async def _token(self, request: Request) -> Response:
        items = (await _form(request)).items()
        asked = Asked(
            "POST", f"{self._site.issuer}/token", items, request.headers.get("authorization", "")
        )
        # Not in a thread: nothing may come between reading a code and using it up.
        return self._server.token_for(asked)

    def _answer(self, status: int, body: Any, headers: Iterable[tuple[str, str]]) -> Response:
        found = {**dict(headers), **_PRIVATE}
        if "Location" in found:
            found["Location"] = self._with_issuer(found["Location"])
            return Response(status_code=303, headers=found)
        content = json.dumps(body) if isinstance(body, dict) else body
        return Response(content, status, found)

    def _with_issuer(self, location: str) -> str:
        """Name ourselves in an answer, as RFC 9207 asks, good or bad."""
        return add_params_to_uri(location, [("iss", self._site.issuer)])

    async def _user_info(self, request: Request) -> Response:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        held = self._store.bearer(token) if kind.lower() == "bearer" else None
        if held is None:
            refused = {**_PRIVATE, "www-authenticate": 'Bearer error="invalid_token"'}
            return JSONResponse({"error": "invalid_token"}, 401, refused)
        return JSONResponse(dict(claims(*held)), headers=_PRIVATE)

    async def _sign_out(self, request: Request) -> Response:
        """Lead back to the site: there is nothing to end here, as nobody stays signed in."""
        given = dict(request.query_params) | await _form(request)
        home = f"{self._site.public_url}/"
        leads = given.get("post_logout_redirect_uri", "")
        if self._site.may_leave_to(leads):
            state = [("state", given["state"])] if "state" in given else []
            location = add_params_to_uri(leads, state)
            return Response(status_code=303, headers={**_PRIVATE, "location": location})
        language = language_of(given.get("ui_locales", ""))
        return self._html(notice_page(language, "out", home), 200, home)


async def _form(request: Request) -> dict[str, str]:
    """Return what a form holds; nothing of one that is too long to be ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
