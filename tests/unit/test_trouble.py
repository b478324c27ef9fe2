"""What breaks a request off: to be tried again later, or a defect with an id."""

import errno

import pytest
from starlette.requests import ClientDisconnect, Request

from app.domain.errors import Unavailable
from app.web.trouble import noted
from storage.port import FileMissing, StoreUnavailable

REQUEST = Request({"type": "http", "path": "/unggah", "headers": []})


@pytest.mark.parametrize(
    "error",
    [
        Unavailable(),
        StoreUnavailable("hangs"),
        ClientDisconnect(),
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
    ],
)
def test_a_part_that_is_away_or_full_is_asked_again_later(error: Exception):
    status, error_id = noted(error, REQUEST)
    assert (status, len(error_id)) == (503, 8)


@pytest.mark.parametrize("error", [ValueError(), FileMissing("k"), PermissionError(errno.EACCES)])
def test_anything_else_is_a_defect_with_an_id(error: Exception):
    status, error_id = noted(error, REQUEST)
    assert status == 500
    assert error_id
