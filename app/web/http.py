"""What all plain HTTP handlers share: who asks, how refusals are answered, where to go next."""

import hmac
from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from app import audit, container, routes
from app.domain.errors import (
    DomainError,
    LoginNeeded,
    NotFound,
    ProfileNeeded,
    SignInAgain,
    TooMany,
    Unavailable,
)
from app.domain.typed import seen
from app.texts import speaking
from app.usecases import sessions
from app.usecases.account import phone_tag
from app.usecases.sessions import Visitor
from app.web import lost
from app.web.trouble import PATIENCE, noted
from storage.patience import patience

#: The next page follows at once; a slow line may take a while.
_NEWS_SECONDS = 120

Handler = Callable[[Request], Awaitable[Response]]


class SeeOther(RedirectResponse):
    """A 303, and what a program is told in its place.

    Attributes:
        to: the address.
        news: what was just done; empty when there is nothing to tell.
    """

    def __init__(self, to: str, news: str = "") -> None:
        """Lead to the address `to`."""
        super().__init__(to, status_code=303)
        self.to, self.news = to, news

    def told(self, status: int = 200) -> JSONResponse:
        """Return the same as JSON, `{"to": ..., "news": ...}`, for a script that sends a form."""
        headers = {"Cache-Control": "no-store"}
        answer = JSONResponse({"to": self.to, "news": self.news}, status, headers)
        answer.raw_headers += [pair for pair in self.raw_headers if pair[0] == b"set-cookie"]
        return answer


async def visitor_of(request: Request) -> Visitor:
    """Return who asks.

    What a phone has kept names the account that it is from: whoever else has signed in on
    that phone meanwhile must not send it.

    Raises:
        LoginNeeded: nobody is signed in, or another account than the one that is named.
    """
    parts = container.parts()
    visitor = await sessions.visitor(parts, secret_of(request))
    named = request.headers.get(routes.ACCOUNT_NAMED, "")
    if named and not hmac.compare_digest(named.encode(), phone_tag(parts, visitor.actor).encode()):
        raise LoginNeeded(why="another account")
    audit.is_asking(visitor.actor.person)
    return visitor


def secret_of(request: Request) -> str:
    """Return the secret of the request's session; empty without one."""
    return sessions.secret_in(container.parts(), request.cookies)


def address_of(request: Request) -> str:
    """Return from where somebody asks: what a proxy says that is trusted, else the peer."""
    return request.client.host if request.client else ""


def see_other(path: str, *, fragment: str = "", news: str = "", **query: str) -> SeeOther:
    """Answer 303: the browser fetches `path`, so that reload and back are safe.

    `news` names what was just done. It travels in a cookie that the next page uses up, so
    that no address repeats it, and none can be made up that says what never happened.
    """
    address = f"{path}?{urlencode(query)}" if query else path
    answer = SeeOther(f"{address}#{fragment}" if fragment else address, news)
    if news:
        give_cookie(answer, routes.NEWS, news, _NEWS_SECONDS)
    return answer


def give_cookie(answer: Response, name: str, value: str, seconds: int) -> None:
    """Set a cookie that no script reads, and that other sites' forms do not bring along."""
    public_url = container.parts().public_url
    answer.set_cookie(
        routes.cookie(name, public_url),
        value,
        max_age=seconds,
        secure=public_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )


def cookie_in(request: Request, name: str) -> str:
    """Return the value of a cookie that `give_cookie` set; empty without one."""
    return request.cookies.get(routes.cookie(name, container.parts().public_url), "")


def local_path(address: str) -> str:
    """Return an address of this site as a path, and the first page for any other.

    Browsers read a backslash as a slash, so one of either kind may stand first, not two.
    """
    if address.startswith("/") and not address.startswith(("//", "/\\")):
        parts = urlsplit(address)
        if not parts.scheme and not parts.netloc and "\\" not in address and address.isprintable():
            return address
    return routes.HOME


def uuid_of(text: str) -> UUID:
    """Return the UUID that `text` is.

    Raises:
        NotFound: it is none.
    """
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(why="not an id") from None


def text_in(form: FormData, name: str) -> str:
    """Return the text that a form sent as `name`; empty without any, or for a file."""
    value = form.get(name, "")
    return seen(value) if isinstance(value, str) else ""


def refusable(handler: Handler) -> Handler:
    """Let a handler speak the address's language and raise DomainError.

    Who must sign in is sent there and back; what they may not see is missing; any other
    refusal is said on the page they came from. A part that does not answer is 503, and a
    defect is logged with an id that the person can read out. A script that asks for JSON is
    told where to go on instead of being sent there: 401 to sign in, 403 to the profile.
    """

    @wraps(handler)
    async def guarded(request: Request) -> Response:
        language = routes.language_of(request.url.path)
        with speaking(language), patience(PATIENCE), audit.asking():
            try:
                if not request.scope["path"].isprintable():
                    raise NotFound(why="not an address")
                return _for(request, await handler(request))
            except HTTPException:
                raise
            except Exception as error:  # noqa: BLE001 (all of it is noted)
                if isinstance(error, DomainError) and not isinstance(error, Unavailable):
                    return _refused(request, error)
                status, error_id = noted(error, request)
                return lost.response(status, error_id=error_id)

    return guarded


def _refused(request: Request, error: DomainError) -> Response:
    note_refused(request, error)
    match error:
        case LoginNeeded():
            # A form may not lead on to a provider elsewhere: its page comes between.
            why = {} if request.method == "GET" else {"masalah": "session"}
            return _for(request, _and_back(request, routes.SIGN_IN, **why), 401)
        case SignInAgain():
            return _for(request, _and_back(request, routes.SIGN_IN, masalah="again"), 401)
        case ProfileNeeded():
            return _for(request, _and_back(request, routes.PROFILE), 403)
        case NotFound():
            # To who reads pages, a bare 404 becomes the app's own page (see app.ssr).
            bare = PlainTextResponse("404\n", status_code=404)
            return bare if request.method == "GET" else lost.response(404)
        case TooMany():
            return lost.response(429)
        case _:
            return _for(request, see_other(_page_asked_from(request), news=error.key))


def note_refused(request: Request, error: DomainError) -> None:
    """Write down what a rule refused, by whom and where."""
    audit.refused(error, request.scope["path"], had_session=bool(secret_of(request)))


def _for(request: Request, answer: Response, status: int = 200) -> Response:
    """Return an answer as who asks reads it; `status` is for programs."""
    is_program = "application/json" in request.headers.get("accept", "")
    return answer.told(status) if is_program and isinstance(answer, SeeOther) else answer


def _and_back(request: Request, route: str, **query: str) -> SeeOther:
    path = routes.in_language(route, routes.language_of(request.url.path))
    return see_other(path, **query, **{routes.BACK: _page_asked_from(request)})


def _page_asked_from(request: Request) -> str:
    """Return the path of the page that a form stood on, or the first page."""
    if request.method == "GET":
        return local_path(request.url.path)
    return local_path(urlsplit(request.headers.get("referer", "")).path)
