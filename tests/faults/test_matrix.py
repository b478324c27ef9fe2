"""Every point, every victim: while people go on, one process dies; then the books are closed."""

import pytest

from tests.faults.books import close_the_books
from tests.faults.clients import Receipts
from tests.faults.harness import fragile_loket
from tests.faults.journeys import Journeys, office_of
from tests.faults.matrix import Matrix, at_work, due_in
from tests.faults.report import note, table
from tests.faults.shards import SHARDS, Shard
from tests.support.people import town_of

#: So much of two processors is left to whatever starts again.
_PAUSE = 0.2


@pytest.mark.faults_full
@pytest.mark.parametrize(
    "shard",
    [pytest.param(one, id=one.name, marks=pytest.mark.xdist_group(one.name)) for one in SHARDS],
)
async def test_whoever_dies_at_whatever_point_nothing_acknowledged_is_lost(shard: Shard):
    async with fragile_loket() as loket, town_of(loket) as town:
        journeys = Journeys(loket, Receipts(), await office_of(town), _PAUSE)
        matrix = Matrix(loket, journeys.receipts, due_in(shard))
        all_due = sum(map(len, matrix.due.values()))
        async with at_work(shard, journeys, town):
            await matrix.fill()
        books = await close_the_books(town, journeys.receipts)
    note(
        f"{shard.name}: {len(matrix.lines)} of {all_due} cells, left: {matrix.left() or 'none'}\n"
        f"{table(matrix.lines)}\n{journeys.receipts}\n{books}"
    )
    assert books.wrong == []
    assert not matrix.left()
