"""HTTP that ends in time: each call has a moment, and what fails before it is tried again."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError

#: A store on the same network takes up a connection at once, or not at all.
_CONNECT_SECONDS = 2.0
#: A store that says nothing for so long hangs; writing to disk takes it well under a second.
_SILENT_SECONDS = 15.0
#: A store that was killed is back after 3 to 10 s, and refuses connections until then.
_PAUSES = (0.1, 0.2, 0.4, 0.8)
_AILING = frozenset({500, 502, 503, 504})
_AT_LEAST = 0.05


class PunctualPool(urllib3.PoolManager):
    """Connections on which each thread's calls end by the moment that it was given."""

    def __init__(self, connections: int) -> None:
        super().__init__(maxsize=connections)
        self._of_thread = threading.local()

    @contextmanager
    def until(self, moment: float) -> Generator[None]:
        """Have the calls of this thread end by a moment of `time.monotonic`."""
        self._of_thread.until = moment
        try:
            yield
        finally:
            del self._of_thread.until

    def urlopen(
        self, method: str, url: str, redirect: bool = True, **more: Any
    ) -> urllib3.BaseHTTPResponse:
        """Ask until there is an answer that is one; the last failure is passed on.

        Bodies are bytes here, so that each try sends the whole.
        """
        tries = 0
        while True:
            pause = _PAUSES[min(tries, len(_PAUSES) - 1)]
            try:
                answer = super().urlopen(
                    method, url, redirect, timeout=_within(self._left()), retries=False, **more
                )
                if answer.status not in _AILING or self._left() < pause:
                    return answer
                answer.drain_conn()
                answer.release_conn()
            except HTTPError:
                if self._left() < pause:
                    raise
            tries += 1
            time.sleep(pause)

    def _left(self) -> float:
        return self._of_thread.until - time.monotonic()


def _within(left: float) -> urllib3.Timeout:
    bounded = max(left, _AT_LEAST)
    return urllib3.Timeout(
        connect=min(_CONNECT_SECONDS, bounded), read=min(_SILENT_SECONDS, bounded)
    )
