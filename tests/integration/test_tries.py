"""A thousand tries, whatever addresses they claim to come from, and everybody else goes on."""

import asyncio
import itertools
from collections import Counter

import httpx2

from app.domain.cases import new_tracking_code, new_verification_code
from app.domain.guessing import LIMITS, WINDOW, Guess
from tests.factories import Town
from tests.support.asking import asking
from tests.support.running import Loket

_TRIES, _CLAIMED = 1_000, 50
_TRACKING = ("/lacak/{}", "/lacak?kode={}", "/en/lacak/{}", "/en/lacak?kode={}")
_LETTER = ("/verifikasi/{}", "/verifikasi?kode={}", "/en/verifikasi/{}", "/en/verifikasi?kode={}")


def _by_way_of_a_proxy(address: str, number: int = 0) -> dict[str, str]:
    """Return what a proxy passes on of who asks from `address` and claims many others."""
    return {"x-forwarded-for": f"192.0.2.{number % _CLAIMED}, {address}"}


async def _tried(
    client: httpx2.AsyncClient, address: str, patterns: tuple[str, ...], codes: list[str]
) -> Counter[int]:
    """Try codes, ten at a time; return how many answers of each status there were."""
    turns = asyncio.Semaphore(10)

    async def one(number: int, code: str, pattern: str) -> int:
        async with turns:
            headers = _by_way_of_a_proxy(address, number)
            return (await client.get(pattern.format(code), headers=headers)).status_code

    zipped = zip(codes, itertools.cycle(patterns), strict=False)
    return Counter(
        await asyncio.gather(*(one(n, code, pattern) for n, (code, pattern) in enumerate(zipped)))
    )


async def test_of_a_thousand_codes_ten_are_looked_up(loket: Loket, people: Town):
    reference = await people.ready_to_sign(await people.resident())
    code = (await people.case(reference)).tracking_code
    guesser, neighbour = "198.51.100.21", "198.51.100.22"
    async with asking(loket) as client:
        codes = [new_tracking_code() for _ in range(_TRIES)]
        assert await _tried(client, guesser, _TRACKING, codes) == {200: 10, 429: _TRIES - 10}
        refused = await client.get(f"/lacak/{code}", headers=_by_way_of_a_proxy(guesser))
        served = await client.get(f"/lacak/{code}", headers=_by_way_of_a_proxy(neighbour))
        english = await client.get(f"/en/lacak/{code}", headers=_by_way_of_a_proxy(guesser))
    assert (refused.status_code, served.status_code) == (429, 200)
    assert int(refused.headers["retry-after"]) == WINDOW.total_seconds()
    assert "Tunggu lima menit" in refused.text
    assert "Wait five minutes" in english.text
    assert "<script" not in refused.text
    assert 'data-status="awaiting_signature"' in served.text


async def test_codes_of_letters_are_not_found_by_trying_either(loket: Loket):
    codes = [new_verification_code() for _ in range(100)]
    async with asking(loket) as client:
        assert await _tried(client, "198.51.100.23", _LETTER, codes) == {200: 10, 429: 90}


async def test_who_fails_to_sign_in_all_the_time_is_not_heard_for_a_while(loket: Loket):
    guesser, neighbour = (_by_way_of_a_proxy(f"198.51.100.{n}") for n in (24, 25))
    most = LIMITS[Guess.SIGN_IN].alone
    async with asking(loket) as client:
        attempt = (await client.get("/masuk/mulai", headers=guesser)).cookies["loket-masuk"]
        statuses = Counter[int]()
        for number in range(most + 10):
            client.cookies.set("loket-masuk", attempt)
            answer = {"code": f"tebakan-{number}", "state": "salah"}
            told = await client.get("/masuk/selesai", params=answer, headers=guesser)
            statuses[told.status_code] += 1
        assert statuses == {303: most, 429: 10}
        assert (await client.get("/masuk/mulai", headers=guesser)).status_code == 429
        assert (await client.get("/masuk/mulai", headers=neighbour)).status_code == 302
