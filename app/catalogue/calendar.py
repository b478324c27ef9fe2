"""Loading the holidays and the collective leave of each year."""

from datetime import date
from pathlib import Path

from app.catalogue.tables import Table, read_table
from app.domain.clock import Calendar, OfficeHours

#: The calendar that Loket ships.
CALENDAR = Path(__file__).parent / "calendar.toml"


def load_calendar(path: Path = CALENDAR, *, hours: OfficeHours | None = None) -> Calendar:
    """Return the office's calendar.

    Args:
        path: the TOML file of years.
        hours: when the office is open; the usual hours in Jakarta's zone when left out.

    Raises:
        CatalogueError: the file is wrong; says where and why.
    """
    table = read_table(path.name, path.read_text(encoding="utf-8"), "calendar")
    table.only("year")
    holidays: dict[date, str] = {}
    certain: set[int] = set()
    for row in table.tables("year", "year"):
        year = row.integer("year", least=2000, most=2100)
        row = row.named(f"year {year}")
        row.only("year", "decree", "estimated", "holidays", "leave")
        row.string("decree")
        if not row.flag("estimated", default=False):
            certain.add(year)
        for key in ("holidays", "leave"):
            holidays |= _days(row.table(key, f"year {year}: '{key}'"), year, holidays)
    return Calendar(holidays, hours or OfficeHours(), frozenset(certain))


def _days(table: Table, year: int, known: dict[date, str]) -> dict[date, str]:
    days: dict[date, str] = {}
    for key in table.values:
        try:
            day = date.fromisoformat(key)
        except ValueError:
            table.fail(f"has '{key}', which is no date", key)
        if day.year != year:
            table.fail(f"has {day}, which is another year's", key)
        if day in known:
            table.fail(f"has {day}, which is a holiday already", key)
        days[day] = table.string(key)
    return days
