"""Sign-in through the provider, and sign-out: of this device, or of others."""

import base64
import binascii
import json
import logging
from dataclasses import asdict

from cryptography.exceptions import InvalidTag
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app import container, routes
from app.adapters.oidc import Attempt, ProviderUnavailable, SignInFailed
from app.usecases import sessions
from app.usecases.present.services import link
from app.usecases.sessions import PLAIN_COOKIE, SECURE_COOKIE
from app.web.http import (
    address_of,
    cookie_in,
    give_cookie,
    local_path,
    refusable,
    secret_of,
    see_other,
    uuid_of,
    visitor_of,
)

log = logging.getLogger(__name__)

_ATTEMPT = "loket-masuk"
_ATTEMPT_SECONDS = 600
_LONGEST_DEVICE = 200
#: What a phone keeps through a sign-out.
_KEEPS = "loket-keeps"


@refusable
async def start(request: Request) -> Response:
    """Send the browser to the provider, and remember encrypted what to expect back."""
    await sessions.refuse_failing(container.parts(), address_of(request))
    back = local_path(request.query_params.get(routes.BACK, routes.HOME))
    redirect_uri = _origin(request) + routes.SIGN_IN_DONE
    try:
        address, attempt = await container.provider().begin(redirect_uri, back)
    except ProviderUnavailable as error:
        log.warning("sign-in: %s", error)
        return _failed("unavailable", back)
    answer = RedirectResponse(address, status_code=302)
    sealed = container.parts().seal.close(json.dumps(asdict(attempt)))
    give_cookie(answer, _ATTEMPT, base64.urlsafe_b64encode(sealed).decode(), _ATTEMPT_SECONDS)
    return answer


@refusable
async def done(request: Request) -> Response:
    """Take the provider's answer; begin a session under a new id and go back."""
    await sessions.refuse_failing(container.parts(), address_of(request))
    attempt = _attempt_of(request)
    if attempt is None:
        return _failed("expired", routes.HOME)
    try:
        claims = await container.provider().finish(attempt, dict(request.query_params))
    except SignInFailed as error:
        await sessions.note_failed(container.parts(), address_of(request), str(error))
        return _ended(_failed("refused", attempt.back))
    except ProviderUnavailable as error:
        log.warning("sign-in: %s", error)
        return _failed("unavailable", attempt.back)
    if old := secret_of(request):
        await sessions.end(container.parts(), old)
    secret = await sessions.begin(
        container.parts(),
        claims.issuer,
        claims.subject,
        name=claims.name,
        phone=claims.phone,
        device=request.headers.get("user-agent", "")[:_LONGEST_DEVICE],
        strength=claims.strength,
    )
    answer = _ended(see_other(await _destination(attempt.back, secret)))
    give_cookie(answer, routes.SESSION, secret, int(sessions.ABSOLUTE.total_seconds()))
    return answer


@refusable
async def out(request: Request) -> Response:
    """End the session everywhere; what the browser kept of private pages goes too.

    A phone that has wiped all of this account's, and keeps what another one has sent from it,
    says so.
    """
    if secret := secret_of(request):
        await sessions.end(container.parts(), secret)
    home = routes.in_language(routes.HOME, routes.language_of(request.url.path))
    answer = see_other(home, news="signed_out")
    keeps = request.headers.get(_KEEPS, "") == "outbox"
    answer.headers["Clear-Site-Data"] = '"cache"' if keeps else '"cache", "storage"'
    for name in (SECURE_COOKIE, PLAIN_COOKIE):
        answer.delete_cookie(name, path="/", secure=name == SECURE_COOKIE, httponly=True)
    return answer


@refusable
async def out_elsewhere(request: Request) -> Response:
    """End the person's session on another device that the address names, or on all of them."""
    visitor = await visitor_of(request)
    named = request.path_params.get("session")
    await sessions.end_others(container.parts(), visitor, uuid_of(named) if named else None)
    return see_other(link(routes.ACCOUNT), news="device_out" if named else "devices_out")


async def _destination(back: str, secret: str) -> str:
    """Return the page that asked; staff who came by the front door go to their queue."""
    if back != routes.HOME:
        return back
    visitor = await sessions.visitor(container.parts(), secret)
    return routes.QUEUE if visitor.actor.offices() else routes.HOME


def _attempt_of(request: Request) -> Attempt | None:
    try:
        sealed = base64.urlsafe_b64decode(cookie_in(request, _ATTEMPT))
        return Attempt(**json.loads(container.parts().seal.open(sealed)))
    except (binascii.Error, InvalidTag, ValueError):
        return None


def _ended(answer: Response) -> Response:
    """Forget the sign-in that was under way: good or bad, one answer is all it gets."""
    give_cookie(answer, _ATTEMPT, "", 0)
    return answer


def _failed(why: str, back: str) -> Response:
    return see_other(routes.SIGN_IN, masalah=why, **{routes.BACK: back})


def _origin(request: Request) -> str:
    """Return the site's address as this browser spells it, when it is one of ours.

    On a developer's machine `localhost` and `127.0.0.1` are one Loket under two names,
    and cookies of one are not sent to the other.
    """
    asked = f"{request.url.scheme}://{request.url.netloc}"
    return asked if asked in container.origins() else container.parts().public_url
