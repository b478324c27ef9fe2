"""What a page's on_load handler may say besides its data."""

import secrets
from typing import Final

import structlog

#: Under which name the id of a request stands in its log lines.
REQUEST: Final = "request"


def new_request_id() -> str:
    """Return a fresh id for a request that a person can read out: eight letters and digits."""
    return secrets.token_hex(4)


def incident() -> str:
    """Return the id of the request that is being answered, which its log lines carry, too."""
    return structlog.contextvars.get_contextvars().get(REQUEST) or new_request_id()


class PageMissing(Exception):
    """This address shows nothing to this person: answered with 404 and the app's 404 page.

    A missing page and a forbidden one are told apart by nobody: raise it for both. Raised while
    the page is open, it reloads the page, so that the server can answer.
    """


class PageRedirect(Exception):
    """Go elsewhere: answered with 302, or with a navigation while the page is open.

    Attributes:
        path: where to, as a path with its query on this site.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class PageUnavailable(Exception):
    """The page cannot be had just now, but later: answered with 503 or 429, and Retry-After.

    Raised while the page is open, it leaves the page as it is.

    Attributes:
        status: 503 when something does not answer that the page needs, 429 for who asks too often.
        seconds: when to ask again.
    """

    def __init__(self, status: int = 503, seconds: int = 10) -> None:
        super().__init__(status, seconds)
        self.status, self.seconds = status, seconds
