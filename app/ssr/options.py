"""What an app may decide about its own pages."""

import html
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import reflex as rx
from starlette.types import Message, Scope

#: status, error id, path -> a whole HTML document without scripts
ErrorPage = Callable[[int, str, str], str]
#: path -> HTML for who has no scripts
Undrawn = Callable[[str], str]
#: route -> version of the page that all strangers share, "" for a page of one's own
SharedVersion = Callable[[str], str]


def plain_error_page(status: int, error_id: str, path: str) -> str:
    """Return the page for an app that brings none: the status and the id, nothing else."""
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>'
        f"{status}</title></head><body><h1>{status}</h1><p>{html.escape(error_id)}</p></body></html>"
    )


def _no_words(_path: str) -> str:
    return ""


def _never_shared(_route: str) -> str:
    return ""


def _the_one_missing_page(_path: str) -> str:
    return "404"


def _never_exempt(_path: str) -> bool:
    return False


def _nobody(_cookies: Mapping[str, str]) -> str:
    return ""


class Meter(Protocol):
    """Is told what becomes of requests; it must not fail, nor wait."""

    def answered(self, scope: Scope, start: Message, seconds: float) -> None:
        """Take note of an answer.

        Args:
            scope: of the request.
            start: the message that begins the answer, its status and headers in it.
            seconds: from the request's arrival to the beginning of the answer.
        """
        ...

    def sockets(self, change: int) -> None:
        """Take note of a websocket that begins (1) or ends (-1)."""
        ...


class _Unmetered:
    def answered(self, scope: Scope, start: Message, seconds: float) -> None:
        pass

    def sockets(self, change: int) -> None:
        pass


_UNMETERED: Final = _Unmetered()


@dataclass(frozen=True, slots=True)
class Options:
    """An app's own answers.

    Attributes:
        error_page: the document for a defect; it must not need scripts or inline styles.
        undrawn: what a page that could not be drawn just now shows to who has no scripts, instead
            of its empty frame; it is fetched again every two seconds.
        shared: the version of a page whose document depends on nothing but its address, as long
            as nobody is signed in; "" for every other page. Asked with the route, at each request.
        missing_page: the route, without its first slash, of the page for an address that shows
            nothing; asked with the path.
        allowed_origins: who may open a websocket or send a changing request, as
            `https://host[:port]`; empty: only the address that the request itself was sent to.
        form_targets: other origins that a form may lead to, such as a sign-in provider.
        tab_grace_seconds: how long the state of a tab is kept that has lost its line.
        foreign_posts: paths that other sites may post to, such as a sign-in callback.
        spent_cookies: what the next document that a person looks at uses up.
        identity: who is behind a request's cookies, such as its session's secret. The state of a
            tab belongs to the identity with which it was made: to any other it does not exist.
        proxies: addresses and networks whose `X-Forwarded-For` and `-Proto` are believed: the last
            address in it that is none of them is the client's.
        meter: is told of every answer and websocket.
    """

    error_page: ErrorPage = plain_error_page
    undrawn: Undrawn = _no_words
    shared: SharedVersion = _never_shared
    missing_page: Callable[[str], str] = _the_one_missing_page
    allowed_origins: Collection[str] = ()
    form_targets: Collection[str] = ()
    tab_grace_seconds: float = 20.0
    foreign_posts: Callable[[str], bool] = _never_exempt
    spent_cookies: Collection[str] = ()
    identity: Callable[[Mapping[str, str]], str] = _nobody
    meter: Meter = _UNMETERED
    proxies: Collection[str] = ()


_DEFAULT: Final = Options()
#: By identity, as Reflex's App cannot be hashed; a process has one app and keeps it.
_configured: Final[dict[int, Options]] = {}


def configure(app: rx.App, options: Options) -> None:
    """Give `app` its options; call it where the app is made."""
    _configured[id(app)] = options


def options_of(app: rx.App) -> Options:
    """Return the options of `app`, the defaults if it was given none."""
    return _configured.get(id(app), _DEFAULT)
