"""Letters: their number and what is said when one is checked."""

from enum import StrEnum
from typing import Final

_MONTHS: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class Result(StrEnum):
    """The verification page's answer, in contract.md's words."""

    GENUINE = "genuine"
    GENUINE_WITH_ADDITIONS = "genuine_with_additions"
    ALTERED = "altered"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


def letter_number(classification: str, sequence: int, office: str, month: int, year: int) -> str:
    """Return a letter's number in the form offices use: `470/0012/KEC.CMS/XI/2026`.

    Args:
        classification: the archive code of the letter's subject (Permendagri 83/2022).
        sequence: its place among the office's letters of that year, from 1.
        office: the office's short code.
        month: 1 to 12, written as a Roman numeral.
        year: the calendar year of the sequence.
    """
    return f"{classification}/{sequence:04d}/{office}/{_MONTHS[month - 1]}/{year}"
