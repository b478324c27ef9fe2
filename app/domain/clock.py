"""The office's clock: it runs while the office works and may go on with a case.

Dates and hours are the office's own (`OfficeHours.zone`); moments are aware.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo

from app.domain.catalogue import Promise, TimeUnit

#: From when until when in one day.
Span: TypeAlias = "tuple[time, time]"
#: From when the office waited for the resident, until when (None: it still does).
Pause: TypeAlias = "tuple[datetime, datetime | None]"

_DAY = timedelta(days=1)
_MONDAY_TO_THURSDAY: tuple[Span, ...] = ((time(8), time(12)), (time(13), time(16)))
_FRIDAY: tuple[Span, ...] = ((time(8), time(11, 30)), (time(13), time(16, 30)))


@dataclass(frozen=True)
class OfficeHours:
    """When the counter is open: spans of each weekday, Monday first, in `zone`."""

    week: tuple[tuple[Span, ...], ...] = (*(_MONDAY_TO_THURSDAY,) * 4, _FRIDAY, (), ())
    zone: tzinfo = field(default_factory=lambda: ZoneInfo("Asia/Jakarta"))

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("office hours need seven weekdays, one of them open")
        for spans in self.week:
            bounds = [moment for span in spans for moment in span]
            if any(early >= late for early, late in pairwise(bounds)):
                raise ValueError("the spans of a day must not touch or overlap, the earliest first")


@dataclass(frozen=True)
class Calendar:
    """Which days the office works.

    Args:
        holidays: national holidays and collective leave, by name.
        hours: when it is open on a working day.
        certain: the years whose holidays are decreed; others are estimates.
    """

    holidays: Mapping[date, str]
    hours: OfficeHours = field(default_factory=OfficeHours)
    certain: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        """Tell whether the office works on `day`."""
        return bool(self.hours.week[day.weekday()]) and day not in self.holidays

    def is_certain(self, day: date) -> bool:
        """Tell whether the holidays of that year are decreed."""
        return day.year in self.certain

    def day_of(self, moment: datetime) -> date:
        """Return the office's date at `moment`."""
        return moment.astimezone(self.hours.zone).date()

    def add_working_days(self, start: date, days: int) -> date:
        """Return the last of `days` working days after `start`, which itself never counts.

        13 March 2026 and 3 days is 25 March: Nyepi, Lebaran and its leave lie between.
        With no days it is `start`.
        """
        day = start
        while days > 0:
            day += _DAY
            days -= self.is_working(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Return how many working days lie after `start` up to and with `end`."""
        return sum(
            self.is_working(start + n * _DAY) for n in range(1, max((end - start).days, 0) + 1)
        )

    def add_working_minutes(self, start: datetime, minutes: int) -> datetime:
        """Return the moment after `minutes` of office time from `start`, in the office's zone.

        Out of hours the count begins when the office opens next; it may end on closing time.
        """
        return self.add_working_time(start, timedelta(minutes=minutes))

    def add_working_time(self, start: datetime, left: timedelta) -> datetime:
        """Return the moment after `left` of office time; see `add_working_minutes`."""
        for opens, closes in self._spans_from(start):
            if closes - opens >= left:
                return (opens + left).astimezone(self.hours.zone)
            left -= closes - opens
        raise AssertionError("working time never ends")

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Return the office time from `start` to `end`; none when `end` is not later."""
        total = timedelta()
        if end <= start:
            return total
        for opens, closes in self._spans_from(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total

    def closing(self, day: date) -> datetime:
        """Return when the office closes on `day`; midnight at its end when it is not open."""
        spans = self.hours.week[day.weekday()]
        if not self.is_working(day) or not spans:
            return datetime.combine(day + _DAY, time(), self.hours.zone)
        return datetime.combine(day, spans[-1][1], self.hours.zone)

    def _spans_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield open spans from `start` on, in UTC: lengths are right across clock changes."""
        start = start.astimezone(UTC)
        day = self.day_of(start)
        while True:
            for first, last in self.hours.week[day.weekday()] if self.is_working(day) else ():
                opens = datetime.combine(day, first, self.hours.zone).astimezone(UTC)
                closes = datetime.combine(day, last, self.hours.zone).astimezone(UTC)
                if closes > start:
                    yield max(opens, start), closes
            day += _DAY


def due(
    calendar: Calendar, started: datetime, promise: Promise, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """Return until when a promise made at `started` must be kept; None while the clock stands.

    A promise in working days is kept by closing time of the last one. Each pause before
    the deadline puts it off by the office time that the resident took: a pause that
    begins after it changes nothing, for the office was late already.

    Args:
        calendar: the office's.
        started: when the file was complete.
        promise: what the service promises.
        pauses: when the office waited for the resident; they may overlap.
    """
    waited: list[tuple[datetime, datetime]] = []
    deadline = _deadline(calendar, started, promise, waited)
    for begun, ended in _merged(started, pauses):
        if begun >= deadline:
            break
        if ended is None:
            return None
        waited.append((begun, ended))
        deadline = _deadline(calendar, started, promise, waited)
    return deadline


def _deadline(
    calendar: Calendar,
    started: datetime,
    promise: Promise,
    waited: Sequence[tuple[datetime, datetime]],
) -> datetime:
    if promise.unit is TimeUnit.MINUTES:
        lost = sum((calendar.working_time_between(*pause) for pause in waited), timedelta())
        whole = timedelta(minutes=promise.amount) + lost
        return calendar.add_working_time(started, whole)
    days = sum(
        calendar.working_days_between(calendar.day_of(begun), calendar.day_of(ended))
        for begun, ended in waited
    )
    last = calendar.add_working_days(calendar.day_of(started), promise.amount + days)
    return calendar.closing(last)


def _merged(started: datetime, pauses: Sequence[Pause]) -> list[Pause]:
    """Return the pauses after `started` in order, those that touch or overlap as one."""
    merged: list[Pause] = []
    for begun, ended in sorted(pauses, key=lambda pause: pause[0]):
        if ended is not None and ended <= started:
            continue
        first, last = merged[-1] if merged else (None, None)
        if first is None or (last is not None and begun > last):
            merged.append((max(begun, started), ended))
        elif last is not None:
            merged[-1] = (first, None if ended is None else max(last, ended))
    return merged
