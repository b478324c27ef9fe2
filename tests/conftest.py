"""One whole Loket for all tests that ask for it."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.factories import Town
from tests.support.people import town_of
from tests.support.running import Loket, shared_loket


@pytest.fixture(scope="session")
def loket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loket]:
    """The Loket that all tests of this run share, also across processes.

    With LOKET_TEST_FOLDER it is that folder's, which another process may keep running.
    """
    base = tmp_path_factory.getbasetemp()
    own = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = Path(os.environ.get("LOKET_TEST_FOLDER") or own / "loket")
    with shared_loket(folder) as loket:
        yield loket


@pytest.fixture(scope="session")
async def people(loket: Loket) -> AsyncIterator[Town]:
    """Its residents and staff, more than the demo has."""
    async with town_of(loket) as town:
        yield town
