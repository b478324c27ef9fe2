"""Telephone numbers as typed, and the names of regions."""

import pytest

from app.adapters.phones import read_phone
from app.adapters.regions import is_region, region_name, region_path


@pytest.mark.parametrize(
    "typed", ["0812-3456-7890", "812 3456 7890", "6281234567890", "+62 (0)812 3456 7890"]
)
def test_an_indonesian_number_is_one_number_however_it_was_typed(typed):
    assert read_phone(typed) == "+6281234567890"


def test_a_foreign_number_needs_its_country_code():
    assert read_phone("+1 650 253 0000") == "+16502530000"


@pytest.mark.parametrize(
    "typed", ["", "abc", "123", "112", "0812", "0812345678901234567", "+999 1"]
)
def test_what_is_no_number_is_none(typed):
    assert read_phone(typed) is None


def test_regions_have_names_down_to_the_kecamatan():
    assert region_name("327701") == region_name("32.77.01") == "Cimahi Selatan"
    assert region_path("327701") == ("Cimahi Selatan", "Kota Cimahi", "Jawa Barat")
    assert not is_region("327799")


@pytest.mark.parametrize(
    ("regency", "kecamatan"), [("3204", 31), ("3215", 30), ("3603", 29), ("3277", 3)]
)
def test_a_regency_has_all_its_kecamatan(regency, kecamatan):
    assert sum(is_region(f"{regency}{n:02}") for n in range(1, 100)) == kecamatan
