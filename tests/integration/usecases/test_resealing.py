"""What a former secret key sealed is sealed with the newest, and the former one can be let go."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, text
from sqlmodel import SQLModel

from app.adapters.seal import Resealed, Seal
from app.adapters.signing.authority import DemoAuthority
from app.adapters.signing.pades import PadesSigner
from app.db.sealed import SEALED
from app.db.tables import PersonRow
from app.db.trail import VOUCHED
from app.domain import points
from app.domain.capacity import AsResident
from app.domain.identity import Role
from app.settings import Settings
from app.usecases import account, profile, queue, sessions
from app.usecases.parts import Parts
from app.usecases.resealing import reseal
from tests.factories import Person, Town, new_nik
from tests.support.waiting import until

NEW, STRANGE = secrets.token_bytes(32), secrets.token_bytes(32)
NOTHING = Resealed(0, 0)
#: Hashes that no secret key has made, or that are forgotten within the hour.
_NOT_SEALED = {("session", "id_hash"), ("guess", "source")}
_NOT_SEALED |= {(str(one.__tablename__), "digest") for one in VOUCHED.values()}


class _Killed(BaseException):
    """The process is gone."""


@dataclass(frozen=True)
class Rotation:
    """A Loket whose key was changed, and the same once the former one is let go."""

    both: Parts
    newest: Parts


@pytest.fixture
async def rotation(town: Town, settings: Settings, tmp_path: Path) -> AsyncIterator[Rotation]:
    old, folder = settings.secret_key, tmp_path / "authority"
    assert DemoAuthority(folder, old).issuing
    signer = PadesSigner(DemoAuthority(folder, NEW, [old]))
    yield Rotation(
        replace(town.parts, seal=Seal(NEW, [old]), signer=signer),
        replace(town.parts, seal=Seal(NEW), signer=PadesSigner(DemoAuthority(folder, NEW))),
    )
    back = PadesSigner(DemoAuthority(folder, old, [NEW]))
    await reseal(replace(town.parts, seal=Seal(old, [NEW]), signer=back))


async def _sent(town: Town) -> tuple[Person, str, str]:
    """Return a resident, their NIK and the number of a case that they sent."""
    resident, nik = await town.resident(), new_nik()
    typed = {"nik": nik, "name": resident.actor.name, "phone": "081234567899"}
    assert await profile.keep(town.parts, resident.actor, typed, confirmed=True)
    return resident, nik, await town.sent(resident)


def test_every_column_of_bytes_is_sealed_anew_or_need_not_be():
    known = {
        (str(one.table.__tablename__), name)
        for one in SEALED
        for name in (*one.columns, *one.hashes.values())
    } | {(str(one.__tablename__), "mac") for one in VOUCHED.values()}
    found = {
        (table.name, column.name)
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert found == known | _NOT_SEALED


async def test_the_former_key_can_be_let_go(town: Town, rotation: Rotation):
    resident, nik, reference = await _sent(town)
    newcomer = await town.signed_in(f"baru-{secrets.token_hex(6)}")
    await profile.keep_typed(town.parts, newcomer.actor, {"name": "Neneng"})
    officer = await town.staff(Role.OFFICER)

    done = await reseal(rotation.both)
    assert done["signing keys"] == Resealed(2, 0)
    assert done["people"].anew >= 2
    assert done["cases"].anew >= 1
    assert done["moves"].anew >= 1
    assert done["anchors"].anew >= 1
    assert done["changes of roles"].anew >= 1
    assert {one.unreadable for one in done.values()} == {0}
    assert await reseal(rotation.newest) == dict.fromkeys(done, NOTHING)

    visitor = await sessions.visitor(rotation.newest, resident.secret)
    assert (await account.account(rotation.newest, visitor)).nik.endswith(nik[-4:])
    case = await town.case(reference)
    assert rotation.newest.seal.open(case.applicant_nik or b"") == nik
    assert reference in str(await queue.waiting(rotation.newest, officer.actor, "", nik, ""))
    asked = await profile.form(rotation.newest, newcomer.actor, back="", checked=False)
    assert "Neneng" in str(asked)


async def test_what_was_killed_half_way_goes_on_where_it_was(
    town: Town, rotation: Rotation, monkeypatch: pytest.MonkeyPatch
):
    await _sent(town)
    commits: list[str] = []

    def kill(point: str) -> None:
        if point == "resealing.some.commit":
            commits.append(point)
            if len(commits) > 1:
                raise _Killed

    monkeypatch.setattr("app.usecases.resealing._AT_ONCE", 1)
    points.listen(kill)
    try:
        with pytest.raises(_Killed):
            await reseal(rotation.both)
    finally:
        points.listen(None)
    monkeypatch.undo()
    assert (await reseal(rotation.both))["people"].anew >= 1
    assert set((await reseal(rotation.newest)).values()) == {NOTHING}


async def test_what_is_changed_meanwhile_stays_as_it_was_changed(town: Town, rotation: Rotation):
    resident, _, _ = await _sent(town)
    nik, seal = new_nik(), rotation.both.seal
    async with town.parts.open_work(AsResident(resident.actor)) as work:
        person = await work.people.get(resident.actor.person, lock=True)
        person.nik, person.nik_hash = seal.close(nik), seal.fingerprint(nik)
        await work.session.flush()
        under_way = asyncio.create_task(reseal(rotation.both))
        await _waits_for_a_row(town)
    await under_way
    async with town.open_all() as work:
        kept = await work.people.get(resident.actor.person)
    assert rotation.newest.seal.open(kept.nik or b"") == nik
    assert kept.nik_hash == rotation.newest.seal.fingerprint(nik)


async def test_what_no_key_reads_is_told_and_left_as_it_is(
    town: Town, rotation: Rotation, caplog: pytest.LogCaptureFixture
):
    resident, _, _ = await _sent(town)
    lost = Seal(STRANGE).close("3277014507910003")
    before = await _set_nik(town, resident, lost)
    assert (await reseal(rotation.both))["people"].unreadable == 1
    assert str(resident.actor.person) in caplog.text
    assert await _set_nik(town, resident, before) == lost


async def _set_nik(town: Town, person: Person, nik: bytes | None) -> bytes | None:
    """Change what is kept; return what it was."""
    async with town.open_all() as work:
        row = await work.session.get_one(PersonRow, person.actor.person)
        before, row.nik = row.nik, nik
        return before


async def _waits_for_a_row(town: Town) -> None:
    query = text("SELECT count(*) FROM pg_locks WHERE NOT granted")

    async def is_waiting() -> bool:
        async with town.open_all() as work:
            found = await (await work.session.connection()).execute(query)
            return bool(found.scalar_one())

    await until(is_waiting)
