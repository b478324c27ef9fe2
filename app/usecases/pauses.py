"""When the office's clock stood still: while it waited for the resident."""

from collections.abc import Sequence
from datetime import datetime

from app.db.tables import HistoryRow
from app.domain.workflow import Status


def pauses_of(history: Sequence[HistoryRow]) -> list[tuple[datetime, datetime | None]]:
    """Return the pauses of a case, oldest first; the last one ends in None while it lasts."""
    pauses: list[tuple[datetime, datetime | None]] = []
    for row in history:
        if row.status_after == Status.NEEDS_CHANGES and row.status_before != row.status_after:
            pauses.append((row.at, None))
        elif row.status_before == Status.NEEDS_CHANGES and pauses and pauses[-1][1] is None:
            pauses[-1] = (pauses[-1][0], row.at)
    return pauses
