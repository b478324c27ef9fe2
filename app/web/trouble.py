"""What failed on our side, as the two answers that there are for it: later, or never mind."""

import errno
import logging

from starlette.requests import ClientDisconnect, Request

from app.domain.errors import Unavailable
from app.ssr.outcomes import incident
from storage.port import StoreUnavailable

log = logging.getLogger(__name__)

#: How long one request may wait for the store, all in all, in seconds: a store that was killed
#: is back by then, and whoever waits longer believes that nothing happens.
PATIENCE = 10.0
#: When whoever is told 503 may ask again, in seconds.
RETRY_AFTER = "10"
#: The disk has no room for what arrives: somebody will make some.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def noted(error: Exception, request: Request) -> tuple[int, str]:
    """Write down what broke a request off.

    Returns:
        503 when a part is away or full, so that asking again may work, or when nobody is there
        to hear it; 500 for a defect. Either with the id to read out.
    """
    error_id = incident()
    if isinstance(error, ClientDisconnect):
        log.info("cut off at %s", request.url.path)
        return 503, error_id
    if _passes(error):
        log.warning("unavailable %s at %s: %s", error_id, request.url.path, error)
        return 503, error_id
    log.error("defect %s at %s", error_id, request.url.path, exc_info=error)
    return 500, error_id


def _passes(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in _FULL
    return isinstance(error, Unavailable | StoreUnavailable)
