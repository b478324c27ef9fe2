import re

import pytest

from app.domain.cases import (
    new_reference,
    new_tracking_code,
    new_verification_code,
    read_code,
)
from app.domain.letters import letter_number


def test_a_reference_names_its_year_and_cannot_be_counted():
    assert re.fullmatch(r"2026-[0-9A-HJKMNP-TV-Z]{6}", new_reference(2026))
    assert len({new_reference(2026) for _ in range(200)}) == 200


@pytest.mark.parametrize("new", [new_tracking_code, new_verification_code])
def test_a_code_is_read_however_it_was_typed(new):
    code = new()
    assert read_code(code) == code
    assert read_code(f" {code.lower().replace('-', ' ')} ") == code


def test_letters_that_look_like_digits_are_read_as_digits():
    assert read_code("oil0-abcd") == "0110-ABCD"


def test_a_letter_number_is_written_as_offices_write_it():
    assert letter_number("470", 12, "KEC.CMS", 11, 2026) == "470/0012/KEC.CMS/XI/2026"
