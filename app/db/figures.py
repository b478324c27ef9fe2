"""What is counted for operators: how many of what, and since when; never of whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Float, Interval, String, bindparam, column, func, select
from sqlmodel import col

from app.db.queue import HEARTBEAT
from app.db.reading import Query, Read
from app.db.tables import CaseRow, LetterRow, SweepRow, UploadRow
from app.db.trail_tables import AnchorRow
from app.domain.capacity import AsCounter
from app.domain.workflow import Status


class OfStatus(NamedTuple):
    """How many cases have a status."""

    status: str
    cases: int


class Waits(NamedTuple):
    """Since when the first, and the middle one, of the cases of an open status have it."""

    status: str
    oldest: datetime
    median: datetime


class Letters(NamedTuple):
    """How many letters were issued, how many are numbered only, and since when one is."""

    issued: int
    waiting: int
    oldest: datetime | None


class Queued(NamedTuple):
    """One number of the queue: `todo`, `doing`, `failed`, `oldest`, `failures` or `workers`.

    What is not named is nothing; `oldest` is in seconds, `failures` are those of an hour.
    """

    figure: str
    job: str
    value: float


class Swept(NamedTuple):
    """When the last sweep ended, and how many files it missed."""

    at: datetime
    missing: int


class LastAnchor(NamedTuple):
    """When something was last anchored, and of how many things it did not hold."""

    at: datetime
    broken: int


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything that is counted.

    Attributes:
        cases: of each status that a case has.
        waits: of each open one among them.
        sent: how many cases were ever sent.
        letters: of all offices.
        uploads: how many in pieces have begun and not ended.
        queue: the numbers of the queue.
        swept: the last sweep; None before the first.
        anchor: the last anchor of the trail; None before the first.
    """

    cases: Sequence[OfStatus]
    waits: Sequence[Waits]
    sent: int
    letters: Letters
    uploads: int
    queue: Sequence[Queued]
    swept: Swept | None
    anchor: LastAnchor | None


_OPEN: Final = [status.value for status in Status if not status.is_final]
_STATUS, _SINCE = col(CaseRow.status), col(CaseRow.status_since)
_IS_WAITING: Final = col(LetterRow.issued_at).is_(None)


# Those of cases are answered from indexes alone, however many cases there are.
_CASES = Query(select(_STATUS, func.count()).group_by(_STATUS), OfStatus)
_WAITS = Query(
    select(_STATUS, func.min(_SINCE), func.percentile_disc(0.5).within_group(_SINCE))
    .where(_STATUS.in_(_OPEN))
    .group_by(_STATUS),
    Waits,
)
_SENT = Query(select(func.count(col(CaseRow.submitted_at))), int)
_LETTERS = Query(
    select(
        func.count(col(LetterRow.issued_at)),
        func.count().filter(_IS_WAITING),
        func.min(col(LetterRow.numbered_at)).filter(_IS_WAITING),
    ).select_from(LetterRow),
    Letters,
)
_UPLOADS = Query(
    select(func.count()).select_from(UploadRow).where(col(UploadRow.finished_at).is_(None)), int
)
_QUEUE = Query(
    select(column("figure"), column("job"), column("value")).select_from(
        func.loket_queue_figures(bindparam("heartbeat", HEARTBEAT, Interval)).table_valued(
            column("figure", String), column("job", String), column("value", Float)
        )
    ),
    Queued,
)
_SWEPT = Query(
    select(col(SweepRow.at), col(SweepRow.missing)).order_by(col(SweepRow.id).desc()).limit(1),
    Swept,
)

_ANCHOR = Query(
    select(col(AnchorRow.at), func.jsonb_array_length(AnchorRow.broken))
    .order_by(col(AnchorRow.number).desc())
    .limit(1),
    LastAnchor,
)


async def count(read: Read) -> Counted:
    """Count, in one round trip.

    Raises:
        Unavailable: the database does not answer.
    """
    cases, waits, sent = _CASES.about(), _WAITS.about(), _SENT.about()
    letters, uploads = _LETTERS.about(), _UPLOADS.about()
    queue, swept, anchor = _QUEUE.about(), _SWEPT.about(), _ANCHOR.about()
    await read(AsCounter(), cases, waits, sent, letters, uploads, queue, swept, anchor)
    return Counted(
        cases=cases.rows,
        waits=waits.rows,
        sent=sent.one,
        letters=letters.one,
        uploads=uploads.one,
        queue=queue.rows,
        swept=swept.first,
        anchor=anchor.first,
    )
