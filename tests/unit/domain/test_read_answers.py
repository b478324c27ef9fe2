"""What a form may hold and what is kept of it."""

import json
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.catalogue import Choice, Condition, Field, Kind, Text
from app.domain.fields import (
    MOST_ROWS,
    FieldProblem,
    format_answer,
    read_answers,
    show_answers,
    type_answers,
)

TODAY = date(2026, 3, 13)


def field(name: str, kind: Kind = Kind.TEXT, **facts) -> Field:
    return Field(name, kind, Text(f"Isian {name}", f"Field {name}"), **facts)


def choice(name: str, *values: str, **facts) -> Field:
    choices = tuple(Choice(value, Text(value.title(), value.upper())) for value in values)
    return field(name, Kind.CHOICE, choices=choices, **facts)


HEIRS = field(
    "heirs",
    Kind.GROUP,
    required=True,
    maximum=3,
    columns=(field("name", required=True), field("born", Kind.DATE, not_after="today")),
)


def read(*fields: Field, **raw):
    return read_answers(fields, {name.replace("__", "."): raw[name] for name in raw}, today=TODAY)


def read_one(kind: Kind, text: str, **facts):
    answers, problems = read(field("f", kind, **facts), f=text)
    return answers.get("f"), [problem.key for problem in problems]


def test_a_blank_required_field_is_a_problem_and_a_blank_optional_one_is_left_out():
    answers, problems = read(field("purpose", required=True), field("note"), purpose=" \n", note="")
    assert answers == {}
    assert problems == [FieldProblem("purpose", "problem.required")]


def test_names_that_the_form_does_not_declare_are_ignored():
    assert read(field("purpose"), purpose="kuliah", role="camat") == ({"purpose": "kuliah"}, [])


def test_several_values_for_one_name_count_as_the_first():
    assert read(field("purpose"), purpose=["kuliah", "kerja"])[0] == {"purpose": "kuliah"}
    assert read(field("purpose"), purpose=[])[0] == {}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Rina \t  Marlina ", "Rina Marlina"),
        ("Re\u0301ne", "Réne"),
        ("a\x00b\x1b[31m\u202ec\ud800", "ab[31mc"),
        ("one\r\ntwo\nthree", "one two three"),
    ],
)
def test_text_is_trimmed_composed_and_without_unseen_characters(typed, kept):
    assert read_one(Kind.TEXT, typed) == (kept, [])


def test_long_text_keeps_its_lines():
    assert read_one(Kind.LONG_TEXT, " a \r\n\r\n\r\n\r\n b\rc ") == ("a\n\nb\nc", [])


def test_text_may_be_as_long_as_the_field_allows_and_no_longer():
    assert read_one(Kind.TEXT, "x" * 10, max_length=10) == ("x" * 10, [])
    _, [problem] = read(field("f", max_length=10), f="x" * 11)
    assert problem == FieldProblem("f", "problem.too_long", {"limit": 10, "length": 11})


@pytest.mark.parametrize("typed", ["2026-03-01", "1-3-2026", "01/03/2026", "1.3.2026", "1 3 2026"])
def test_a_date_is_kept_as_iso_however_it_was_typed(typed):
    assert read_one(Kind.DATE, typed) == ("2026-03-01", [])


@pytest.mark.parametrize(
    "typed", ["2026-02-30", "1 Maret", "0001-01-01", "32-1-2026", "٢٠٢٦-٠٣-٠١"]
)
def test_what_is_no_date_is_a_problem(typed):
    assert read_one(Kind.DATE, typed) == (None, ["problem.not_a_date"])


def test_a_date_may_be_today_but_not_on_the_wrong_side_of_it():
    assert read_one(Kind.DATE, "2026-03-13", not_before="today", not_after="today")[1] == []
    assert read_one(Kind.DATE, "2026-03-12", not_before="today")[1] == ["problem.date_past"]
    assert read_one(Kind.DATE, "2026-03-14", not_after="today")[1] == ["problem.date_future"]


def test_two_dates_must_stand_the_right_way_round():
    first, last = field("first", Kind.DATE), field("last", Kind.DATE, not_before="first")
    answers, problems = read(first, last, first="2026-05-02", last="2026-05-01")
    assert answers == {"first": "2026-05-02"}
    assert problems == [FieldProblem("last", "problem.date_order", {"date": "2026-05-02"})]
    assert read(first, last, last="2026-05-01")[1] == []


@pytest.mark.parametrize("typed", ["9:05", "09.05", "09:05:30"])
def test_a_time_is_kept_as_hours_and_minutes(typed):
    assert read_one(Kind.TIME, typed) == ("09:05", [])


@pytest.mark.parametrize("typed", ["24:00", "9", "09:60", "pagi"])
def test_what_is_no_time_is_a_problem(typed):
    assert read_one(Kind.TIME, typed) == (None, ["problem.not_a_time"])


@pytest.mark.parametrize("typed", ["1500", "1.500", "1,500", "1 500"])
def test_thousands_may_be_set_apart(typed):
    assert read_one(Kind.NUMBER, typed) == (1500, [])


@pytest.mark.parametrize("typed", ["1.5", "1.50.000", "1.500,000", "satu", "9" * 19, "١", "1e3"])
def test_what_is_no_whole_number_is_a_problem(typed):
    assert read_one(Kind.NUMBER, typed) == (None, ["problem.not_a_number"])


def test_a_number_stays_within_its_bounds():
    assert read_one(Kind.NUMBER, "-1") == (None, ["problem.too_small"])
    assert read_one(Kind.NUMBER, "101", maximum=100) == (None, ["problem.too_large"])
    assert read_one(Kind.NUMBER, "-5", minimum=-5) == (-5, [])
    assert read_one(Kind.NUMBER, "0") == (0, [])


@pytest.mark.parametrize(
    "typed", ["1500000", "Rp 1.500.000", "Rp1.500.000,00", "1.500.000,-", "rp. 1,500,000.00"]
)
def test_an_amount_is_read_as_people_write_it(typed):
    assert read_one(Kind.MONEY, typed) == (1_500_000, [])


@pytest.mark.parametrize("typed", ["1500,50", "sejuta", "Rp", "$5"])
def test_what_is_no_amount_is_a_problem(typed):
    assert read_one(Kind.MONEY, typed) == (None, ["problem.not_an_amount"])


def test_only_an_offered_choice_is_kept():
    kind = choice("kind", "baru", "hilang")
    assert read(kind, kind="hilang") == ({"kind": "hilang"}, [])
    assert read(kind, kind="Hilang")[1] == [FieldProblem("kind", "problem.not_a_choice")]


def test_a_choice_left_blank_is_its_default():
    assert read(choice("kind", "baru", "hilang", default="baru", required=True)) == (
        {"kind": "baru"},
        [],
    )


@pytest.mark.parametrize("raw", [{}, {"for": "person", "body": "PT"}, {"for": "?", "body": "PT"}])
def test_a_field_whose_condition_does_not_hold_is_neither_required_nor_kept(raw):
    body = field("body", required=True, when=Condition("for", ("body",)))
    answers, problems = read_answers([choice("for", "person", "body"), body], raw, today=TODAY)
    assert "body" not in answers
    assert all(problem.name != "body" for problem in problems)


def test_a_field_whose_condition_holds_is_required():
    body = field("body", required=True, when=Condition("for", ("body",)))
    _, problems = read(choice("for", "person", "body"), body, **{"for": "body"})
    assert problems == [FieldProblem("body", "problem.required")]


def test_rows_are_kept_in_order_and_blank_ones_are_not():
    raw = {
        "heirs__10__name": "C",
        "heirs__2__name": "B",
        "heirs__0__name": " ",
        "heirs__1__name": "A",
    }
    assert read(HEIRS, **raw) == ({"heirs": [{"name": "A"}, {"name": "B"}, {"name": "C"}]}, [])


def test_a_problem_in_a_row_names_its_own_input():
    raw = {"heirs__0__name": "A", "heirs__3__born": "2026-03-14"}
    answers, problems = read(HEIRS, **raw)
    assert answers == {"heirs": [{"name": "A"}]}
    assert problems == [
        FieldProblem("heirs.3.name", "problem.required"),
        FieldProblem("heirs.3.born", "problem.date_future", {"date": "2026-03-13"}),
    ]


def test_a_required_group_without_rows_asks_for_its_first_input():
    assert read(HEIRS)[1] == [FieldProblem("heirs.0.name", "problem.required")]
    assert read(HEIRS, heirs__4__name="")[1] == [FieldProblem("heirs.4.name", "problem.required")]


def test_too_few_rows_are_asked_for_in_the_next_row():
    two = field("w", Kind.GROUP, required=True, minimum=2, columns=(field("name", required=True),))
    _, problems = read(two, w__0__name="A")
    assert problems == [FieldProblem("w.1.name", "problem.too_few_rows", {"limit": 2})]


def test_rows_beyond_the_limit_are_not_kept():
    raw = {f"heirs__{row}__name": "A" for row in range(5)}
    answers, problems = read(HEIRS, **raw)
    assert len(answers["heirs"]) == 3
    assert problems == [FieldProblem("heirs.3.name", "problem.too_many_rows", {"limit": 3})]


def test_an_optional_group_has_a_limit_too():
    group = field("g", Kind.GROUP, columns=(field("name"),))
    answers, _ = read(group, **{f"g__{row}__name": "A" for row in range(MOST_ROWS + 1)})
    assert len(answers["g"]) == MOST_ROWS
    assert read(group) == ({}, [])


@pytest.mark.parametrize(
    "name", ["heirs.01.name", "heirs.-1.name", "heirs.x.name", "heirs.0", "heirs.0.name.x"]
)
def test_a_row_has_one_name_only(name):
    assert "heirs" not in read_answers([HEIRS], {name: "A"}, today=TODAY)[0]


FORM = (
    choice("for", "person", "body", default="person"),
    field("purpose", required=True),
    field("note", Kind.LONG_TEXT, when=Condition("for", ("body",))),
    field("day", Kind.DATE),
    field("hour", Kind.TIME),
    field("crowd", Kind.NUMBER),
    field("amount", Kind.MONEY),
    HEIRS,
)
INPUTS = [f.name for f in FORM[:-1]] + [
    f"heirs.{row}.{name}" for row in range(6) for name in ("name", "born")
]
TYPED = (
    st.text(max_size=300)
    | st.integers().map(str)
    | st.dates().map(str)
    | st.times().map(lambda t: f"{t:%H:%M}")
    | st.sampled_from(["person", "body", "Rp 1.000"])
)
RAW = st.dictionaries(st.sampled_from(INPUTS) | st.text(max_size=20), TYPED | st.lists(TYPED))


@given(RAW)
def test_whatever_is_typed_reads_to_storable_answers_or_named_problems(raw):
    answers, problems = read_answers(FORM, raw, today=TODAY)
    stored = json.dumps(answers, ensure_ascii=False).encode()
    assert json.loads(stored) == answers
    assert b"\\u0000" not in stored
    names = [problem.name for problem in problems]
    assert len(names) == len(set(names))
    assert set(names) <= set(INPUTS)
    assert not {name for name in names if "." not in name} & answers.keys()


@given(RAW)
def test_what_was_kept_is_kept_again_when_typed_again(raw):
    answers, _ = read_answers(FORM, raw, today=TODAY)
    again, _ = read_answers(FORM, type_answers(FORM, answers), today=TODAY)
    assert again == {"for": "person"} | answers


@given(RAW, st.sampled_from(["id", "en"]))
def test_every_kept_answer_can_be_shown(raw, language):
    answers, _ = read_answers(FORM, raw, today=TODAY)
    shown = show_answers(FORM, answers, language)
    assert [one.name for one in shown] == [f.name for f in FORM if f.name in answers]
    assert all(one.text or one.rows for one in shown)


@given(st.text(max_size=400))
def test_kept_text_is_composed_and_within_its_length(text):
    answer, problems = read_one(Kind.TEXT, text)
    if answer is None:
        assert problems in ([], ["problem.too_long"])
    else:
        assert unicodedata.is_normalized("NFC", answer)
        assert 0 < len(answer) <= 200
        assert answer == answer.strip()


@pytest.mark.parametrize(
    ("one", "answer", "in_indonesian", "in_english"),
    [
        (field("f", Kind.DATE), "2026-11-23", "23 November 2026", "23 November 2026"),
        (field("f", Kind.DATE), "2026-08-17", "17 Agustus 2026", "17 August 2026"),
        (field("f", Kind.TIME), "10:20", "10.20", "10:20"),
        (field("f", Kind.NUMBER), 1500, "1.500", "1,500"),
        (field("f", Kind.MONEY), 1_500_000, "Rp1.500.000", "Rp1,500,000"),
        (choice("f", "baru"), "baru", "Baru", "BARU"),
        (choice("f", "baru"), "dulu", "dulu", "dulu"),
        (
            HEIRS,
            [{"name": "A", "born": "2026-01-02"}, {"name": "B"}],
            "A, 2 Januari 2026\nB",
            "A, 2 January 2026\nB",
        ),
    ],
)
def test_answers_are_shown_as_people_write_them(one, answer, in_indonesian, in_english):
    assert format_answer(one, answer, "id") == in_indonesian
    assert format_answer(one, answer, "en") == in_english


def test_a_group_is_shown_row_by_row_with_its_labels():
    [shown] = show_answers([HEIRS], {"heirs": [{"name": "A"}]}, "id")
    assert shown.rows == ((("Isian name", "A"),),)
