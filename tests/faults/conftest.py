"""One Loket to be killed, and the people on it, for the tests of one process."""

from collections.abc import AsyncIterator

import pytest

from tests.factories import Town
from tests.faults.clients import Receipts
from tests.faults.harness import Fragile, fragile_loket
from tests.faults.journeys import Journeys, office_of
from tests.support.people import town_of


@pytest.fixture(scope="module")
async def fragile() -> AsyncIterator[Fragile]:
    """A whole Loket whose every point is told."""
    async with fragile_loket() as loket:
        yield loket


@pytest.fixture(scope="module")
async def town(fragile: Fragile) -> AsyncIterator[Town]:
    """Its residents and staff."""
    async with town_of(fragile) as town:
        yield town


@pytest.fixture(scope="module")
async def journeys(fragile: Fragile, town: Town) -> Journeys:
    """What they do, with one book of receipts."""
    return Journeys(fragile, Receipts(), await office_of(town))
