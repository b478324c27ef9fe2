"""Whether lists stay as fast when an office has a million cases."""

import time
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlsplit

from psycopg import AsyncConnection
from sqlalchemy import text

from app.domain.identity import Role
from app.usecases.sessions import PLAIN_COOKIE
from tests.bench.load import Answer, fetch
from tests.factories import Person, Town
from tests.support.people import town_of
from tests.support.running import Loket
from tests.support.witness import superuser_url

FEW, MANY = 100, 1_000_000
_TRIES = 40
#: Of ten cases, seven are over, as in an office that has worked for years.
_COPIES = text(
    """
    INSERT INTO "case" (id, reference, tracking_code, service, office_id, resident_id, status,
        chain, turn, holder_id, typed, answers, applicant_name, applicant_phone, created_at,
        changed_at, submitted_at, due_at, status_since)
    SELECT gen_random_uuid(), 'B-' || n, 'B-' || n, service, office_id, resident_id,
        CASE WHEN n % 10 < 7 THEN 'done' WHEN n % 10 = 7 THEN 'in_review' ELSE 'submitted' END,
        chain, turn, CASE WHEN n % 10 < 8 THEN CAST(:officer AS uuid) END, typed, answers,
        applicant_name, applicant_phone, created_at,
        changed_at - n * interval '1 second', submitted_at - n * interval '1 second',
        due_at, status_since
    FROM "case", generate_series(CAST(:first AS int), CAST(:last AS int)) n
    WHERE reference = :reference
    """
)


@dataclass(frozen=True, slots=True)
class Growth:
    """Median milliseconds of one page, with few cases in the office and with many."""

    few: float
    many: float


async def grown(loket: Loket) -> dict[str, Growth]:
    """Measure the office's queue, a search in it and a resident's list before and after.

    Returns:
        By the name of the page.
    """
    async with town_of(loket) as town:
        office = await town.office()
        resident, neighbour = await town.resident(), await town.resident()
        officer = await town.staff(Role.OFFICER, office)
        reference = await town.sent(neighbour, office=office)
        for _ in range(3):
            await town.sent(resident, office=office)
        pages = {
            "queue": ("/petugas", officer),
            "search": ("/petugas?cari=B-77", officer),
            "list of a resident": ("/permohonan", resident),
        }
        await _copied(town, reference, officer, 1, FEW)
        await _tidied(loket)
        few = {name: await _median(loket, *page) for name, page in pages.items()}
        await _copied(town, reference, officer, FEW + 1, MANY)
        await _tidied(loket)
        return {
            name: Growth(few[name], await _median(loket, *page)) for name, page in pages.items()
        }


async def _copied(town: Town, reference: str, officer: Person, first: int, last: int) -> None:
    asked = {"reference": reference, "officer": officer.actor.person, "first": first, "last": last}
    async with town.open_all() as work:
        connection = await work.session.connection()
        await connection.execute(_COPIES, asked)


async def _tidied(loket: Loket) -> None:
    """Have PostgreSQL do now what it does by itself in the minutes after so many rows came.

    In no office do they come at once.
    """
    superuser = superuser_url(loket.settings)
    async with await AsyncConnection.connect(superuser, autocommit=True) as connection:
        await connection.execute("VACUUM (ANALYZE)")
        await connection.execute("CHECKPOINT")


async def _median(loket: Loket, path: str, person: Person) -> float:
    headers = {"cookie": f"{PLAIN_COOKIE}={person.secret}"}
    times = [await _timed(loket.url + path, headers) for _ in range(_TRIES)]
    return median(times[_TRIES // 4 :])


async def _timed(url: str, headers: dict[str, str]) -> float:
    began = time.perf_counter()
    answer: Answer = await fetch(url, headers)
    if answer.status != 200:
        raise RuntimeError(f"{urlsplit(url).path} answered {answer.status}")
    return (time.perf_counter() - began) * 1000
