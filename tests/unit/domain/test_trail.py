"""Digests of the trail: what differs has another, what is the same has the same, for good."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.trail import BEGINNING, Anchored, canonical, digest, following, holding

NOON = datetime(2026, 11, 29, 12, 0, 0, 5, tzinfo=UTC)
CASE = UUID("00000000-0000-4000-8000-000000000001")
DIFFERENT = [
    (),
    ("",),
    (None,),
    ("null",),
    ("a", "b"),
    ("ab",),
    ("ab", ""),
    (["a"], "b"),
    (["a", "b"],),
    ({"a": "b"},),
    ('{"a":"b"}',),
    (1,),
    ("1",),
    (True,),
    (False,),
    (NOON,),
    (NOON + timedelta(microseconds=1),),
    (CASE,),
    ("e\u0301",),
    ("\u00e9",),
]
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def test_what_is_written_once_is_written_so_for_ever():
    """Digests as `openssl dgst -sha256` and `sha256sum` give them."""
    written = canonical(["kasi", None, 7, True, NOON, CASE, {"b": "\u00e9", "a": [1]}])
    assert written == (
        b'["kasi",null,7,true,"2026-11-29T12:00:00.000005+00:00",'
        b'"00000000-0000-4000-8000-000000000001",{"a":[1],"b":"\\u00e9"}]'
    )
    assert digest("kasi", NOON) == "D-dXnNPOslURFpFoUjp6Bxufzok-z9JFUk-eJidZd-8"
    assert following(BEGINNING, "kasi").hex() == (
        "211fc8499aa1f2ed0b8e906e6267622f759a76435d056513ffb055758eb1e33a"
    )


@pytest.mark.parametrize(("one", "other"), [*combinations(DIFFERENT, 2)])
def test_what_differs_has_another_digest(one: tuple[object, ...], other: tuple[object, ...]):
    assert digest(*one) != digest(*other)
    assert following(BEGINNING, *one) != following(BEGINNING, *other)


@given(_VALUES, _VALUES)
def test_two_values_are_written_alike_only_when_they_are_alike(one: object, other: object):
    assert (canonical(one) == canonical(other)) == (repr(_sorted(one)) == repr(_sorted(other)))


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {"names": sorted((name, _sorted(one)) for name, one in value.items())}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def test_a_moment_is_the_same_wherever_it_is_told():
    jakarta = NOON.astimezone(timezone(timedelta(hours=7)))
    assert canonical(jakarta) == canonical(NOON)
    with pytest.raises(ValueError, match="time zone"):
        canonical(NOON.replace(tzinfo=None))


def test_what_has_no_one_way_to_be_written_is_refused():
    with pytest.raises(TypeError):
        canonical([object()])


def test_a_row_is_bound_to_all_before_it():
    first, other = following(BEGINNING, "submit"), following(BEGINNING, "withdraw")
    assert following(first, "take") != following(other, "take")


def test_the_last_word_on_each_thing_counts():
    held = holding(
        [
            ("submitted", {"standing": "a", "application": "x", "files": {"1": "f"}}),
            ("in_review", {"standing": "b", "anchor": [7, "cd"]}),
        ]
    )
    assert held.facts == {"standing": "b", "application": "x"}
    assert held.files == {"1": "f"}
    assert held.current == {"1"}
    assert held.cited == {Anchored(7, "cd")}


def test_while_documents_may_be_replaced_those_that_were_sent_need_not_stand():
    sent = ("submitted", {"files": {"1": "f"}})
    open_again = holding([sent, ("needs_changes", {})])
    assert open_again.current is None
    assert open_again.files == {"1": "f"}
    back = holding([sent, ("needs_changes", {}), ("in_review", {"files": {"2": "g"}})])
    assert back.current == {"2"}
    assert back.files == {"1": "f", "2": "g"}


def test_verdicts_hold_until_the_case_is_under_review_again():
    passed = ("awaiting_signature", {"verdicts": {"1": "v"}})
    assert holding([passed]).verdicts == {"1": "v"}
    assert holding([passed, ("in_review", {})]).verdicts == {}


@pytest.mark.parametrize(
    "facts", [{"anchor": "x"}, {"anchor": [2**70, "x"]}, {"files": 1}, {"verdicts": []}]
)
def test_facts_out_of_form_are_no_reason_to_stop(facts: dict[str, object]):
    held = holding([("submitted", facts)])
    assert (held.cited, held.files, held.verdicts) == (set(), {}, {})
