"""Cases as lines of a list."""

from collections.abc import Callable, Sequence

from app.db.listed import ListedCase
from app.usecases.apply import service_of
from app.usecases.parts import Parts
from app.usecases.present import cases as wording
from app.views import CaseCard


def cards(
    parts: Parts, cases: Sequence[ListedCase], reader_of: Callable[[ListedCase], wording.Reader]
) -> list[CaseCard]:
    """Return one card for each case, worded for whom `reader_of` says."""
    now = parts.now()
    return [
        wording.case_card(
            case,
            service_of(parts, case.service),
            wording.deadline(case, parts.calendar, now),
            reader_of(case),
        )
        for case in cases
    ]
