"""Sessions end when they should, and what the table holds opens none."""

import asyncio
import secrets
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import select
from starlette.responses import Response

from app import container, routes
from app.db.tables import PersonRow, SessionRow
from app.domain.errors import LoginNeeded, NotFound, ProfileNeeded, SignInAgain
from app.domain.identity import Role
from app.usecases import account, grants, sessions
from app.usecases.parts import session_topic
from app.usecases.sessions import PLAIN_COOKIE, SECURE_COOKIE
from app.web.http import give_cookie
from tests.factories import Person, Town


async def _is_in(town: Town, person: Person) -> bool:
    try:
        await sessions.visitor(town.parts, person.secret)
    except LoginNeeded:
        return False
    return True


async def test_a_session_ends_after_half_an_hour_without_use(town: Town):
    person, now = await town.resident(), town.parts.now()
    assert await _is_in(town.at(now + timedelta(minutes=29)), person)
    assert await _is_in(town.at(now + timedelta(minutes=58)), person)
    assert not await _is_in(town.at(now + timedelta(minutes=90)), person)


async def test_news_that_reach_an_open_page_are_no_use_of_its_session(town: Town):
    person, now = await town.resident(), town.parts.now()
    for minutes in range(0, 30, 5):
        later = town.at(now + timedelta(minutes=minutes)).parts
        assert await sessions.visitor(later, person.secret, is_use=False)
    assert not await _is_in(town.at(now + timedelta(minutes=31)), person)


async def test_over_tls_only_the_cookie_that_is_bound_to_it_counts(town: Town):
    cookies = {PLAIN_COOKIE: "planted", SECURE_COOKIE: "given"}
    safe = replace(town.parts, public_url="https://loket.example.go.id")
    assert sessions.secret_in(safe, cookies) == "given"
    assert sessions.secret_in(safe, {PLAIN_COOKIE: "planted"}) == ""
    assert sessions.cookie_name(safe).startswith("__Host-")


@pytest.mark.parametrize("name", [routes.SESSION, routes.NEWS])
async def test_over_tls_a_cookie_is_bound_to_this_host_and_read_by_no_script(
    town: Town, monkeypatch: pytest.MonkeyPatch, name: str
):
    safe = replace(town.parts, public_url="https://loket.example.go.id")
    monkeypatch.setattr(container, "parts", lambda: safe)
    answer = Response()
    give_cookie(answer, name, "isi", 60)
    value, *rules = answer.headers["set-cookie"].split("; ")
    assert value == f"__Host-{name}=isi"
    assert {"HttpOnly", "Max-Age=60", "Path=/", "SameSite=lax", "Secure"} == set(rules)


async def test_a_session_ends_after_half_a_day_however_busy(town: Town):
    person, now = await town.resident(), town.parts.now()
    for minutes in range(0, 12 * 60, 20):
        assert await _is_in(town.at(now + timedelta(minutes=minutes)), person)
    assert not await _is_in(town.at(now + timedelta(hours=12, minutes=1)), person)


async def test_a_session_that_was_ended_is_over_and_announced(town: Town):
    person = await town.resident()
    other = await town.signed_in(person.subject)
    visitor = await sessions.visitor(town.parts, person.secret)
    async with town.parts.news.expecting(session_topic(visitor.id_hash)) as told:
        await sessions.end(town.parts, person.secret)
        await asyncio.wait_for(told.wait(), 20)
    assert not await _is_in(town, person)
    assert await _is_in(town, other)


async def test_a_person_ends_one_of_their_other_sessions_or_all(town: Town):
    person, stranger = await town.resident(), await town.resident()
    lost, tablet, desk = [await town.signed_in(person.subject) for _ in range(3)]
    visitor = await sessions.visitor(town.parts, person.secret)
    lost_name = UUID(await town.session_name(lost))
    async with town.parts.news.expecting(session_topic(lost.session)) as told:
        await sessions.end_others(town.parts, visitor, lost_name)
        await asyncio.wait_for(told.wait(), 20)
    listed = (await account.account(town.parts, visitor)).sessions
    assert [one.is_this for one in listed] == [True, False, False, False]
    everyone = (person, lost, tablet, desk, stranger)
    assert [await _is_in(town, one) for one in everyone] == [True, False, True, True, True]
    await sessions.end_others(town.parts, visitor, lost_name)  # has ended already: no fault
    await sessions.end_others(town.parts, visitor)
    assert [await _is_in(town, one) for one in everyone] == [True, False, False, False, True]
    (left,) = (await account.account(town.parts, visitor)).sessions
    assert (left.is_this, left.name) == (True, await town.session_name(person))


async def test_only_another_session_of_ones_own_can_be_ended(town: Town):
    person, stranger = await town.resident(), await town.resident()
    visitor = await sessions.visitor(town.parts, person.secret)
    names = (await town.session_name(stranger), await town.session_name(person), str(uuid4()))
    for name in names:
        with pytest.raises(NotFound):
            await sessions.end_others(town.parts, visitor, UUID(name))
    assert [await _is_in(town, one) for one in (person, stranger)] == [True, True]


async def test_only_who_has_just_signed_in_ends_others(town: Town):
    person = await town.resident()
    other, began = await town.signed_in(person.subject), town.parts.now()
    for minutes, is_fresh in ((9, True), (11, False)):
        later = town.at(began + timedelta(minutes=minutes)).parts
        visitor = await sessions.visitor(later, person.secret)
        assert (await account.account(later, visitor)).must_sign_in_again is not is_fresh
    with pytest.raises(SignInAgain):
        await sessions.end_others(later, visitor, UUID(await town.session_name(other)))
    with pytest.raises(SignInAgain):
        await sessions.end_others(later, visitor)
    assert await _is_in(town, other)


async def test_no_session_is_listed_that_has_ended_by_itself(town: Town):
    person, began = await town.resident(), town.parts.now()
    for minutes in range(0, 12 * 60, 20):
        assert await _is_in(town.at(began + timedelta(minutes=minutes)), person)
    late = town.at(began + timedelta(hours=12, minutes=1))
    visitor = await sessions.visitor(late.parts, (await late.signed_in(person.subject)).secret)
    (listed,) = (await account.account(late.parts, visitor)).sessions
    assert listed.is_this


async def test_an_operator_ends_the_sessions_of_one_or_of_everybody(town: Town):
    person, other = await town.resident(), await town.resident()
    again = await town.signed_in(person.subject)
    assert await grants.sign_out(town.parts, town.issuer, person.subject) > 1
    assert [await _is_in(town, one) for one in (person, again, other)] == [False, False, True]
    assert await grants.sign_out(town.parts, town.issuer) >= 1
    assert not await _is_in(town, other)
    assert await _is_in(town, await town.signed_in(person.subject)), "who may sign in still may"


@pytest.mark.parametrize("secret", ["", "x", "' OR 1=1 --", "\0", "a" * 10_000])
async def test_a_made_up_secret_opens_nothing(town: Town, secret: str):
    with pytest.raises(LoginNeeded):
        await sessions.visitor(town.parts, secret)


async def test_the_table_does_not_hold_what_the_cookie_holds(town: Town):
    person = await town.resident()
    async with town.open_all() as work:
        query = select(SessionRow).where(SessionRow.person_id == person.actor.person)
        rows = (await work.session.exec(query)).all()
    for row in rows:
        assert person.secret.encode() not in row.id_hash
        with pytest.raises(LoginNeeded):
            await sessions.visitor(town.parts, row.id_hash.hex())


async def test_first_sign_ins_at_once_make_one_person(town: Town):
    subject = f"serentak-{secrets.token_hex(6)}"
    people = await asyncio.gather(*(town.signed_in(subject, "Ujang") for _ in range(10)))
    assert len({person.actor.person for person in people}) == 1
    assert len({person.secret for person in people}) == 10


async def test_what_a_person_told_loket_stays_whatever_the_provider_says(town: Town):
    person = await town.resident("Tuti Alawiyah")
    again = await town.signed_in(person.subject, "NAMA DARI PENYEDIA")
    assert again.actor.name == "Tuti Alawiyah"


async def test_the_same_subject_of_another_provider_is_another_person(town: Town):
    person = await town.staff(Role.HEAD)
    secret = await sessions.begin(
        town.parts, "https://lain.example", person.subject, name="", phone="", device=""
    )
    stranger = await sessions.visitor(town.parts, secret)
    assert stranger.actor.person != person.actor.person
    with pytest.raises(NotFound):
        stranger.staff()


async def test_who_has_no_profile_cannot_apply(town: Town):
    newcomer = await town.signed_in(f"baru-{secrets.token_hex(6)}", "Neneng")
    visitor = await sessions.visitor(town.parts, newcomer.secret)
    with pytest.raises(ProfileNeeded):
        visitor.resident()


async def test_a_nik_is_nowhere_to_be_read(town: Town):
    resident = await town.resident()
    reference = await town.sent(resident)
    async with town.open_all() as work:
        person = (
            await work.session.exec(select(PersonRow).where(PersonRow.id == resident.actor.person))
        ).one()
    case = await town.case(reference)
    assert person.nik
    assert case.applicant_nik
    nik = town.parts.seal.open(person.nik)
    for row in (person, case):
        assert nik not in str(row.model_dump())
        assert nik.encode() not in (person.nik, case.applicant_nik)
