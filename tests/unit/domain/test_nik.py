"""Reading the number that a resident keeps for life."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.nik import Nik, Sex, read_nik

TODAY = date(2026, 3, 13)
RINA = "3277014507910003"


def read(text: str, *, birth_date: date | None = None, known: bool = True):
    return read_nik(text, known_region=lambda _: known, birth_date=birth_date, today=TODAY)


def test_a_womans_day_of_birth_is_forty_more():
    nik = read(RINA).nik
    assert nik == Nik(RINA, date(1991, 7, 5), Sex.FEMALE)
    assert (nik.region, nik.serial) == ("327701", "0003")


def test_spaces_dots_and_dashes_are_passed_over():
    assert read(" 3277 0145-0791.0003\n").nik == read(RINA).nik


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "nik.wrong_length"),
        (RINA[:-1], "nik.wrong_length"),
        (RINA + "1", "nik.wrong_length"),
        (RINA[:-1] + "O", "nik.not_digits"),
        (RINA[:-1] + "٣", "nik.not_digits"),
        ("3277014513910003", "nik.no_such_date"),
        ("3277010013910003", "nik.no_such_date"),
        ("3277013102910003", "nik.no_such_date"),
        ("3277014007910003", "nik.no_such_date"),
        ("3277017207910003", "nik.no_such_date"),
        ("3277012902010003", "nik.no_such_date"),
        ("3277014507910000", "nik.no_serial"),
    ],
)
def test_what_cannot_be_a_nik_is_refused_with_the_reason(text, problem):
    reading = read(text)
    assert (reading.nik, reading.problem) == (None, problem)


def test_a_region_out_of_use_or_another_birth_date_only_warns():
    assert read(RINA, known=False).warnings == ("nik.region_unknown",)
    other = read(RINA, birth_date=date(1991, 7, 6))
    assert (other.warnings, other.problem) == (("nik.birth_date_differs",), None)
    assert other.nik is not None


@pytest.mark.parametrize(
    ("ddmmyy", "born"),
    [("130326", 2026), ("140326", 1926), ("010100", 2000), ("311299", 1999), ("290200", 2000)],
)
def test_nobody_is_born_in_the_future(ddmmyy, born):
    nik = read(f"327701{ddmmyy}0001").nik
    assert nik is not None
    assert nik.birth_date.year == born


def test_a_known_birth_date_settles_the_century():
    reading = read("3277010501200001", birth_date=date(1920, 1, 5))
    assert reading.warnings == ()
    assert reading.nik is not None
    assert reading.nik.birth_date == date(1920, 1, 5)


def test_a_nik_never_shows_itself():
    reading = read(RINA)
    assert reading.nik is not None
    assert reading.nik.masked() == "3277••••••••0003"
    assert RINA not in repr(reading)
    assert RINA not in f"{reading.nik}"


@given(
    st.dates(date(1927, 1, 1), TODAY),
    st.sampled_from(Sex),
    st.integers(1, 9999),
    st.integers(0, 999999),
)
def test_every_nik_tells_the_birth_date_and_sex_that_it_was_made_of(born, sex, serial, region):
    day = born.day + (40 if sex is Sex.FEMALE else 0)
    nik = read(f"{region:06}{day:02}{born:%m%y}{serial:04}", birth_date=born).nik
    assert nik is not None
    assert (nik.birth_date, nik.sex) == (born, sex)


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{16}", fullmatch=True))
def test_whatever_is_typed_is_either_a_nik_or_a_problem(text):
    reading = read(text)
    assert (reading.nik is None) == (reading.problem is not None)
