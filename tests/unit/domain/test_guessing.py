"""How often somebody may be wrong, and what counts as one somebody."""

import pytest

from app.domain.cases import new_tracking_code, new_verification_code
from app.domain.guessing import (
    LIMITS,
    Guess,
    could_be_of_letter,
    could_be_tracking,
    is_too_many,
    neighbourhood,
)


@pytest.mark.parametrize("kind", Guess)
def test_who_was_never_wrong_is_always_heard(kind: Guess):
    assert not is_too_many(kind, 0, 0)
    assert not is_too_many(kind, 0, 10**6)


@pytest.mark.parametrize("kind", Guess)
def test_who_is_wrong_too_often_is_heard_no_more(kind: Guess):
    limit = LIMITS[kind]
    assert not is_too_many(kind, limit.alone - 1, limit.alone)
    assert is_too_many(kind, limit.alone, limit.alone)
    assert not is_too_many(kind, 1, limit.together - 1)
    assert is_too_many(kind, 1, limit.together)


def test_codes_are_tried_ten_times_at_most():
    assert LIMITS[Guess.TRACKING].alone == LIMITS[Guess.LETTER].alone == 10


def test_only_what_could_be_a_code_is_a_guess():
    tracking, letter = new_tracking_code(), new_verification_code()
    assert could_be_tracking(tracking)
    assert could_be_of_letter(letter)
    for other in ("", "7K3M-9Q2X", "2026-7K3M9Q", "7K3M-9Q2X-4HVU", "<script>", letter):
        assert not could_be_tracking(other), other
    assert not could_be_of_letter(tracking)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("unknown", "unknown", True),
    ],
)
def test_one_network_of_ipv6_is_one_address(one: str, other: str, is_same: bool):
    assert (neighbourhood(one) == neighbourhood(other)) == is_same
