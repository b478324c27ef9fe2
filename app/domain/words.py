"""Dates, times and amounts as people write them in Indonesian and in English."""

from datetime import date, time

_DAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "id": (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
        *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def _known(language: str) -> str:
    return "en" if language == "en" else "id"


def date_in_words(day: date, language: str, *, weekday: bool = False) -> str:
    """Return `23 November 2026`, or `Senin, 23 November 2026` with the weekday."""
    language = _known(language)
    words = f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"
    return f"{_DAYS[language][day.weekday()]}, {words}" if weekday else words


def time_in_words(moment: time, language: str) -> str:
    """Return `10.20` in Indonesian, `10:20` in English."""
    return moment.strftime("%H:%M" if _known(language) == "en" else "%H.%M")


def number_in_words(number: int, language: str) -> str:
    """Return `1.500.000` in Indonesian, `1,500,000` in English."""
    grouped = f"{number:,}"
    return grouped if _known(language) == "en" else grouped.replace(",", ".")


def rupiah(amount: int, language: str) -> str:
    """Return `Rp1.500.000`; `amount` is in whole rupiah."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{number_in_words(abs(amount), language)}"
