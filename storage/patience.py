"""How long whoever needs the store waits for it: a person briefly, a job for longer."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from storage.port import StoreUnavailable

#: What one call may take where nobody said who waits: in a job, which is tried again.
UNHURRIED = 30.0


@dataclass
class Patience:
    """The seconds that are left for waiting, all calls of one request together."""

    left: float

    @contextmanager
    def spending(self) -> Generator[float]:
        """Give the moment of `time.monotonic` by which a call ends; what it took is spent.

        Raises:
            StoreUnavailable: nothing is left.
        """
        if self.left <= 0:
            raise StoreUnavailable("no time is left to wait for the store")
        began = time.monotonic()
        try:
            yield began + self.left
        finally:
            self.left -= time.monotonic() - began


_of_request: ContextVar[Patience | None] = ContextVar("patience", default=None)


@contextmanager
def patience(seconds: float) -> Generator[Patience]:
    """Let all waiting for the store inside the block take so long at most, added up.

    What a phone takes to send or to fetch is not counted.
    """
    given = Patience(seconds)
    token = _of_request.set(given)
    try:
        yield given
    finally:
        _of_request.reset(token)


def current() -> Patience:
    """Return the patience of this request, or that of a call for which nobody waits."""
    return _of_request.get() or Patience(UNHURRIED)
