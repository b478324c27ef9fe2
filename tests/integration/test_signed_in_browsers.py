"""A session is one person's in one browser: from its first answer to its last websocket."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app import routes
from app.domain.identity import Role
from app.usecases import grants
from app.usecases.sessions import PLAIN_COOKIE, SECURE_COOKIE
from tests.factories import OFFICE, Town
from tests.support.asking import asking, sign_in
from tests.support.running import Loket
from tests.support.websocket import connected, event, state_of

_CLOSED_SECONDS = 5
_TIMES = 100
_AT_ONCE = asyncio.Semaphore(16)


async def _is_in(loket: Loket, secret: str) -> bool:
    async with asking(loket) as client:
        client.cookies = {PLAIN_COOKIE: secret}
        return (await client.get("/akun")).status_code == 200


@pytest.mark.parametrize(
    "planted", ["made up", "empty", "the attacker's own", "one that was ended", "under both names"]
)
async def test_a_cookie_that_was_there_before_is_not_the_session_afterwards(
    loket: Loket, people: Town, planted: str
):
    attacker = await people.resident("Penyerang")
    known = {
        "made up": {PLAIN_COOKIE: secrets.token_urlsafe(32)},
        "empty": {PLAIN_COOKIE: ""},
        "the attacker's own": {PLAIN_COOKIE: attacker.secret},
        "one that was ended": {PLAIN_COOKIE: attacker.secret},
        "under both names": {PLAIN_COOKIE: attacker.secret, SECURE_COOKIE: attacker.secret},
    }[planted]
    if planted == "one that was ended":
        async with asking(loket, attacker) as client:
            await client.post("/keluar")
    async with asking(loket) as client:
        for name, value in known.items():
            client.cookies.set(name, value)
        answer = await sign_in(client, "warga2")
        given = answer.cookies[PLAIN_COOKIE]
        assert answer.headers["location"] == "/akun"
        client.cookies = {PLAIN_COOKIE: given}
        assert "Penyerang" not in (await client.get("/akun")).text
    assert given not in known.values()
    assert await _is_in(loket, given)
    opened = [value for value in known.values() if await _is_in(loket, value)]
    assert opened == [], "what was planted must open nothing"


async def test_every_sign_in_gives_another_cookie(loket: Loket):
    async with asking(loket) as client:
        given = [(await sign_in(client, "warga2")).cookies[PLAIN_COOKIE] for _ in range(3)]
    assert len(set(given)) == 3
    assert [await _is_in(loket, secret) for secret in given] == [False, False, True]


@pytest.mark.parametrize("change", ["granted", "taken"])
async def test_another_role_is_another_session(loket: Loket, people: Town, change: str):
    role = (people.parts, people.issuer)
    person = await (people.resident() if change == "granted" else people.staff(Role.OFFICER))
    async with connected(loket, person.secret) as tab:
        turn = grants.grant if change == "granted" else grants.revoke
        await turn(*role, person.subject, Role.OFFICER, OFFICE)
        await asyncio.wait_for(tab.closed(), _CLOSED_SECONDS)
    assert not await _is_in(loket, person.secret)
    again = await people.signed_in(person.subject)
    assert again.actor.is_staff is (change == "granted")
    await grants.grant(*role, person.subject, Role.ADMIN, OFFICE)
    last = await people.signed_in(person.subject)
    await grants.grant(*role, person.subject, Role.ADMIN, OFFICE)
    assert await _is_in(loket, last.secret), "what changes nothing ends nothing"


async def test_a_cookie_is_worth_nothing_after_sign_out(loket: Loket, people: Town):
    resident = await people.resident()
    async with asking(loket) as client:

        async def signed_out() -> tuple[int, int]:
            async with _AT_ONCE:
                person = await people.signed_in(resident.subject)
                told = {"cookie": f"{PLAIN_COOKIE}={person.secret}", "tus-resumable": "1.0.0"}
                nothing = f"/unggah/{uuid4()}"
                before = await client.head(nothing, headers=told)
                await client.post("/keluar", headers=told)
                after = await client.head(nothing, headers=told)
                return before.status_code, after.status_code

        heard = await asyncio.gather(*(signed_out() for _ in range(_TIMES)))
    assert heard == [(404, 401)] * _TIMES
    assert await _is_in(loket, resident.secret), "another device stays signed in"


async def test_open_websockets_end_with_their_session_and_no_others(loket: Loket, people: Town):
    leaving, staying = await people.resident(), await people.resident()
    async with asking(loket, leaving) as client, connected(loket, staying.secret) as other:
        async with connected(loket, leaving.secret) as first, connected(loket, leaving.secret) as b:
            await client.post("/keluar")
            async with asyncio.timeout(_CLOSED_SECONDS):
                await asyncio.gather(first.closed(), b.closed())
        said = await other.told(
            [event(state_of("account.AccountState") + ".load", "/akun", "/akun")]
        )
        assert staying.actor.name in said


async def test_other_devices_are_signed_out_from_the_page_that_shows_them(
    loket: Loket, people: Town
):
    person, stranger = await people.resident(), await people.resident()
    lost, desk = await people.signed_in(person.subject), await people.signed_in(person.subject)
    name = await people.session_name(lost)
    async with asking(loket, person) as client, connected(loket, desk.secret) as other:
        page = (await client.get("/akun")).text
        assert f'action="/akun/perangkat/{name}"' in page
        for held in (lost, person):
            assert held.secret not in page
            assert held.session.hex() not in page
        async with connected(loket, lost.secret) as tab:
            answer = await client.post(f"/akun/perangkat/{name}")
            await asyncio.wait_for(tab.closed(), _CLOSED_SECONDS)
        assert (answer.status_code, answer.headers["location"]) == (303, "/akun")
        assert [await _is_in(loket, one.secret) for one in (lost, desk)] == [False, True]
        theirs = await client.post(f"/akun/perangkat/{await people.session_name(stranger)}")
        assert theirs.status_code == 404
        await client.post("/en/akun/perangkat")
        await asyncio.wait_for(other.closed(), _CLOSED_SECONDS)
    ended = [await _is_in(loket, one.secret) for one in (person, lost, desk, stranger)]
    assert ended == [True, False, False, True]


async def test_who_signed_in_long_ago_signs_in_again_before_ending_others(
    loket: Loket, people: Town
):
    earlier = people.at(datetime.now(UTC) - timedelta(minutes=11))
    person, other = await earlier.signed_in("warga2"), await people.signed_in("warga2")
    device = f"/akun/perangkat/{await people.session_name(other)}"
    async with asking(loket, person) as client:
        asked = await client.post(device, headers={"referer": f"{loket.url}/akun"})
        assert asked.headers["location"] == "/masuk?masalah=again&kembali=%2Fakun"
        assert "masuk sekali lagi" in (await client.get(asked.headers["location"])).text
        assert await _is_in(loket, other.secret)
        back = await sign_in(client, "warga2")
        client.cookies = {PLAIN_COOKIE: back.cookies[PLAIN_COOKIE]}
        await client.post(device)
    assert [await _is_in(loket, one.secret) for one in (person, other)] == [False, False]


@pytest.mark.parametrize("is_open", [True, False], ids=["while it is open", "after it was closed"])
async def test_another_ones_tab_cannot_be_taken_over_by_its_token(
    loket: Loket, people: Town, is_open: bool
):
    name = f"Rahasia{secrets.token_hex(6)}"
    victim, thief = await people.resident(name), await people.resident()
    load = event(state_of("account.AccountState") + ".load", routes.ACCOUNT, routes.ACCOUNT)
    nothing = event(state_of("home.HomeState") + ".load", routes.HOME, routes.HOME)

    async def stolen(number: int) -> str:
        token = str(uuid4())
        async with _AT_ONCE, connected(loket, victim.secret, token) as tab:
            assert name in await tab.told([load])
            if is_open:
                return await taken(token, number)
        return await taken(token, number)

    async def taken(token: str, number: int) -> str:
        secret = thief.secret if number % 2 else ""
        async with connected(loket, secret, token) as tab:
            return tab.began + await tab.told([nothing])

    heard = await asyncio.gather(*(stolen(number) for number in range(_TIMES // 2)))
    assert [said for said in heard if name in said] == []


async def test_no_browser_sets_what_a_page_knows(loket: Loket, people: Town):
    """Reflex offers `setvar` of every state to every browser; here it is not there."""
    resident = await people.resident()
    async with connected(loket, resident.secret) as tab:
        setters = [
            event(f"{name}.setvar", "/", "/", var_name=var, value=value)
            for name, var, value in (
                (state_of("shell.ShellState"), "once_flash", "Disusupkan"),
                (state_of("sign_in.SignInState"), "back", "Disusupkan"),
                (state_of("shell.ShellState"), "viewer", {"name": "Disusupkan"}),
            )
        ]
        assert "Disusupkan" not in await tab.told(setters)
