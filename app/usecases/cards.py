"""Cases as lines of a list, with all that a line says of them in three queries."""

from collections.abc import Callable, Sequence

from app.db.tables import CaseRow
from app.db.work import Work
from app.usecases.apply import service_of
from app.usecases.parts import Parts
from app.usecases.present import cases as wording
from app.views import CaseCard


async def cards(
    parts: Parts,
    work: Work,
    rows: Sequence[CaseRow],
    reader_of: Callable[[CaseRow], wording.Reader],
) -> list[CaseCard]:
    """Return one card for each case, worded for whom `reader_of` says."""
    holders = await work.cases.holders(rows)
    documents = await work.documents.current_of([row.id for row in rows])
    return [
        wording.case_card(
            row,
            service_of(parts, row.service),
            [document for document in documents if document.case_id == row.id],
            holders,
            wording.deadline(row, parts.calendar, parts.now()),
            reader_of(row),
        )
        for row in rows
    ]
