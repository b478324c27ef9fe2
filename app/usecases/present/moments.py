"""Moments as people read them, in the office's time zone."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.domain.words import date_in_words, time_in_words
from app.texts import language, say

#: Western Indonesia Time; the offices that Loket serves keep it.
ZONE = ZoneInfo("Asia/Jakarta")


def in_words(moment: datetime | None) -> str:
    """Return `Senin, 23 November 2026 pukul 10.20`, or nothing for no moment."""
    return "" if moment is None else _in_words(moment, language())


@lru_cache(maxsize=4096)  # a case keeps its moments, and is looked at again and again
def _in_words(moment: datetime, spoken: str) -> str:
    local = moment.astimezone(ZONE)
    return say(
        "moment.at",
        day=date_in_words(local.date(), spoken, weekday=True),
        time=time_in_words(local.time(), spoken),
    )


def day_in_words(moment: datetime | None) -> str:
    """Return `Senin, 23 November 2026`, or nothing for no moment."""
    if moment is None:
        return ""
    return date_in_words(moment.astimezone(ZONE).date(), language(), weekday=True)


def size_in_words(size: int) -> str:
    """Return a number of bytes as `312 kB` or `2,4 MB` (powers of ten, as phones count)."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    megabytes = f"{size / 1_000_000:.1f}".removesuffix(".0")
    return f"{megabytes if language() == 'en' else megabytes.replace('.', ',')} MB"
