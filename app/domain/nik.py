"""The NIK: the 16-digit number by which every resident is registered for life.

6 digits of the region of first registration, the birth date as DDMMYY (women: day +
40), 4 digits of serial from 0001.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_GROUPED = re.compile(r"[\s.\-]+")


class Sex(StrEnum):
    """As the NIK tells it."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True, slots=True, repr=False)
class Nik:
    """A well-formed NIK and what it says. It never shows itself in a log or a traceback."""

    digits: str
    birth_date: date
    sex: Sex

    @property
    def region(self) -> str:
        """Six digits of province, regency and district."""
        return self.digits[:6]

    @property
    def serial(self) -> str:
        """Four digits, from `0001`."""
        return self.digits[12:]

    def masked(self) -> str:
        """Return `3277••••••••0003`: enough to recognise one's own."""
        return mask(self.digits)

    def __repr__(self) -> str:
        return f"Nik({self.masked()})"


@dataclass(frozen=True, slots=True)
class NikReading:
    """What came of reading a NIK.

    Either `nik` with `warnings` (message keys: it may be right all the same, for it
    never changes when people move or records are mended) or a `problem` (message key).
    """

    nik: Nik | None = None
    warnings: tuple[str, ...] = ()
    problem: str | None = None


def mask(digits: str) -> str:
    """Return a NIK with only its first and last four digits to be seen."""
    return f"{digits[:4]}{'•' * (len(digits) - 8)}{digits[-4:]}"


def read_nik(
    text: str, *, known_region: Callable[[str], bool], birth_date: date | None, today: date
) -> NikReading:
    """Read a NIK as typed; spaces, dots and dashes between digits are passed over.

    Args:
        text: as typed.
        known_region: tells whether a six-digit region code is in use.
        birth_date: the resident's, where known: settles the century and is compared.
        today: decides the century otherwise; nobody is born in the future.
    """
    digits = _GROUPED.sub("", text)
    if not re.fullmatch(r"[0-9]*", digits):
        return NikReading(problem="nik.not_digits")
    if len(digits) != 16:
        return NikReading(problem="nik.wrong_length")
    if digits[12:] == "0000":
        return NikReading(problem="nik.no_serial")
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    sex = Sex.FEMALE if day > 40 else Sex.MALE
    born = _birth_date(day - 40 if day > 40 else day, month, year, birth_date, today)
    if born is None:
        return NikReading(problem="nik.no_such_date")
    warnings: list[str] = []
    if not known_region(digits[:6]):
        warnings.append("nik.region_unknown")
    if birth_date is not None and born != birth_date:
        warnings.append("nik.birth_date_differs")
    return NikReading(Nik(digits, born, sex), tuple(warnings))


def _birth_date(day: int, month: int, year: int, known: date | None, today: date) -> date | None:
    """Return the birth date of a two-digit `year`: the known one, else the latest not to come."""
    latest = today.year - (today.year - year) % 100
    dates = [_date(latest - back, month, day) for back in (0, 100)]
    past = [found for found in dates if found is not None and found <= today]
    return known if known in past else next(iter(past), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
