"""The office's clock: it runs in office time, and stands while the resident is asked."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.calendar import load_calendar
from app.domain.catalogue import Promise, TimeUnit
from app.domain.clock import Calendar, OfficeHours, due

#: What version 0.109 of the package `holidays` says (ID, public and government); kept as
#: data, as its dependencies cannot be installed beside ours.
OTHER_SOURCE = json.loads(Path(__file__).with_name("holidays.json").read_text())
WIB = ZoneInfo("Asia/Jakarta")
CALENDAR = load_calendar()
THREE_DAYS = Promise(3, TimeUnit.WORKING_DAYS)
AN_HOUR = Promise(60, TimeUnit.MINUTES)


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=WIB)


MOMENTS = st.integers(0, 700_000).map(lambda n: at(1, 1) + timedelta(minutes=n))


def test_three_working_days_over_lebaran_take_until_25_march():
    assert CALENDAR.add_working_days(date(2026, 3, 13), 3) == date(2026, 3, 25)
    assert CALENDAR.working_days_between(date(2026, 3, 13), date(2026, 3, 25)) == 3


@pytest.mark.parametrize("year", [2026, 2027])
def test_the_calendar_agrees_with_another_source(year):
    other = {date.fromisoformat(day) for day in OTHER_SOURCE[str(year)]}
    assert {day for day in CALENDAR.holidays if day.year == year} == other


def test_only_decreed_years_are_certain():
    assert CALENDAR.is_certain(date(2026, 12, 31))
    assert not CALENDAR.is_certain(date(2027, 1, 1))
    assert not CALENDAR.is_certain(date(2031, 1, 1))


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        (at(3, 13, 9), 60, at(3, 13, 10)),
        (at(3, 12, 11, 30), 60, at(3, 12, 13, 30)),
        (at(3, 12, 15), 60, at(3, 12, 16)),
        (at(3, 12, 15, 30), 60, at(3, 13, 8, 30)),
        (at(3, 13, 16), 60, at(3, 16, 8, 30)),
        (at(3, 14, 20), 60, at(3, 16, 9)),
        (at(3, 17, 15, 59), 2, at(3, 25, 8, 1)),
        (at(3, 13, 5), 10, at(3, 13, 8, 10)),
    ],
)
def test_promised_minutes_pass_in_office_time_only(start, minutes, end):
    assert CALENDAR.add_working_minutes(start, minutes) == end


def test_a_moment_in_another_zone_is_the_offices_own():
    late = datetime(2026, 3, 12, 18, tzinfo=UTC)
    assert CALENDAR.day_of(late) == date(2026, 3, 13)
    assert CALENDAR.add_working_minutes(late, 30) == at(3, 13, 8, 30)


def test_a_promise_in_days_is_kept_by_closing_time():
    assert due(CALENDAR, at(3, 13), THREE_DAYS) == at(3, 25, 16)
    assert due(CALENDAR, at(3, 11), Promise(2, TimeUnit.WORKING_DAYS)) == at(3, 13, 16, 30)


def test_the_clock_stands_while_the_office_waits_for_the_resident():
    assert due(CALENDAR, at(3, 13), THREE_DAYS, [(at(3, 16), None)]) is None
    assert due(CALENDAR, at(3, 13, 9), AN_HOUR, [(at(3, 13, 9, 30), None)]) is None


def test_an_answer_puts_the_deadline_off_by_the_office_time_it_took():
    asked = [(at(3, 16), at(3, 17))]
    assert due(CALENDAR, at(3, 13), THREE_DAYS, asked) == at(3, 26, 16)
    minutes = [(at(3, 12, 9, 30), at(3, 13, 8, 15))]
    assert due(CALENDAR, at(3, 12, 9), AN_HOUR, minutes) == at(3, 13, 8, 45)


def test_an_answer_over_the_weekend_costs_nothing():
    asked = [(at(3, 13, 16, 30), at(3, 15, 21))]
    assert due(CALENDAR, at(3, 12), THREE_DAYS, asked) == due(CALENDAR, at(3, 12), THREE_DAYS)


def test_asking_after_the_deadline_does_not_mend_it():
    late = [(at(3, 13, 10, 30), None)]
    assert due(CALENDAR, at(3, 13, 9), AN_HOUR, late) == at(3, 13, 10)


def test_overlapping_pauses_count_once():
    once = due(CALENDAR, at(3, 2), THREE_DAYS, [(at(3, 3), at(3, 6))])
    twice = [(at(3, 4), at(3, 6)), (at(3, 3), at(3, 5)), (at(3, 4), at(3, 4, 10))]
    assert due(CALENDAR, at(3, 2), THREE_DAYS, twice) == once
    still = [(at(3, 3), None), (at(3, 4), at(3, 5))]
    assert due(CALENDAR, at(3, 2), THREE_DAYS, still) is None


def test_a_pause_before_the_start_changes_nothing():
    before = [(at(3, 2), at(3, 11))]
    assert due(CALENDAR, at(3, 12), THREE_DAYS, before) == due(CALENDAR, at(3, 12), THREE_DAYS)


@given(MOMENTS, st.integers(1, 3000))
def test_office_time_added_is_office_time_between(start, minutes):
    end = CALENDAR.add_working_minutes(start, minutes)
    assert CALENDAR.working_time_between(start, end) == timedelta(minutes=minutes)


@given(st.dates(date(2026, 1, 1), date(2027, 6, 1)), st.integers(1, 60))
def test_working_days_added_are_working_days_between(start, days):
    end = CALENDAR.add_working_days(start, days)
    assert CALENDAR.is_working(end)
    assert CALENDAR.working_days_between(start, end) == days


@given(MOMENTS, st.lists(st.tuples(MOMENTS, st.integers(0, 20_000)), max_size=4))
def test_a_pause_never_brings_the_deadline_forward(start, asked):
    pauses = [(begun, begun + timedelta(minutes=length)) for begun, length in asked]
    for promise in (AN_HOUR, THREE_DAYS):
        plain, paused = due(CALENDAR, start, promise), due(CALENDAR, start, promise, pauses)
        assert plain is not None
        assert paused is not None
        assert paused >= plain


@pytest.mark.parametrize(
    "week",
    [
        ((),) * 7,
        (((time(8), time(16)),),) * 6,
        (((time(13), time(16)), (time(8), time(12))),) * 7,
        (((time(16), time(8)),),) * 7,
    ],
)
def test_hours_that_no_office_has_are_a_defect(week):
    with pytest.raises(ValueError, match=r"office hours|spans"):
        OfficeHours(week)


def test_an_office_may_keep_other_hours_in_another_zone():
    day = ((time(7, 30), time(14)),)
    hours = OfficeHours((*(day,) * 6, ()), ZoneInfo("Asia/Jayapura"))
    office = Calendar({}, hours)
    assert office.is_working(date(2026, 3, 14))
    end = office.add_working_minutes(at(3, 14, 5, 30), 30)
    assert end == datetime(2026, 3, 14, 8, tzinfo=ZoneInfo("Asia/Jayapura"))
