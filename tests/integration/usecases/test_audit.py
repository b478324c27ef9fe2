"""The audit finds whatever somebody changes who has the database and not the key, and names it."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from fnmatch import fnmatchcase

import psycopg
import pytest

from app import operating
from app.adapters.seal import Seal
from app.adapters.signing.authority import DemoAuthority
from app.adapters.signing.pades import PadesSigner
from app.db import audited
from app.db.figures import count
from app.db.tables import CaseRow
from app.domain import points
from app.domain.errors import Unavailable
from app.domain.identity import Role
from app.domain.workflow import Step
from app.settings import Settings
from app.usecases import anchoring, apply, facts, grants
from app.usecases.adopting import adopt
from app.usecases.auditing import Audit, audit, head_of
from app.usecases.parts import Parts
from app.usecases.resealing import reseal
from app.usecases.sweeping import sweep
from tests.factories import OFFICE, Person, Town
from tests.support.tampering import EDITS, Edit, edited
from tests.support.witness import superuser_url

Scene = Mapping[str, object]
_LATER = timedelta(minutes=1)
_NEW = b"n" * 32


class _Killed(BaseException):
    """The process is gone."""


@pytest.fixture(scope="module")
async def scene(town: Town) -> Scene:
    """A case that is done, one that was passed on, and one that moved between two anchors."""
    resident, other = await town.resident(), await town.resident()
    officer = await town.staff(Role.OFFICER)
    done = await town.at_signature(resident, officer)
    await town.step(await town.staff(Role.HEAD), done, Step.SIGN)
    await town.settled(done)
    passed = await town.forwarded(resident, officer)
    moved, last = await town.taken(other, officer), await town.taken(other, officer)
    await _anchor(town)
    first = (await audited.last_anchors(town.parts.read, limit=1))[0]
    was, then = await town.case(moved), (await town.history(moved))[-1]
    for step in (Step.RELEASE, Step.TAKE):
        await town.step(officer, moved, step)
    await _anchor(town)
    await town.step(officer, last, Step.RELEASE)
    await _anchor(town)
    (newest,) = await audited.last_anchors(town.parts.read, limit=1)
    await town.step(officer, last, Step.TAKE)
    ids = {row.step: row.id for row in await town.history(done)}
    return {
        "done": (await town.case(done)).id,
        "done_reference": done,
        "take": ids["take"],
        "forward": ids["forward"],
        "passed": (await town.case(passed)).id,
        "passed_reference": passed,
        "moved": was.id,
        "moved_reference": moved,
        "was": json.dumps(was.model_dump(mode="json", exclude={"applicant_nik"})),
        "then": then.id,
        "stranger": other.actor.person,
        "officer": officer.subject,
        "anchor": first.number,
        "last_anchor": newest.number,
    }


async def _anchor(town: Town) -> None:
    await anchoring.anchor(town.at(town.parts.now() + _LATER).parts)


async def _found(parts: Parts, head: str = "") -> set[str]:
    """Return all that the audit says does not hold."""
    told: set[str] = set()
    await audit(parts, Audit(lambda breach: told.add(str(breach)), head))
    return told


@pytest.fixture(scope="module")
async def before(town: Town, scene: Scene) -> set[str]:
    """What other tests of this process left that does not hold: nothing, when this runs alone."""
    return await _found(town.parts)


def test_there_are_twice_as_many_edits_as_were_promised():
    assert len(EDITS) >= 40
    assert len({edit.name for edit in EDITS}) == len(EDITS)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
async def test_an_edit_is_found_and_named(
    town: Town, settings: Settings, scene: Scene, before: set[str], edit: Edit
):
    with edited(superuser_url(settings), edit, scene):
        found = await _found(town.parts) - before
    wanted = edit.found.format(**scene)
    assert any(fnmatchcase(line, wanted) for line in found), found
    assert await _found(town.parts) == before


async def test_digests_that_were_worked_out_anew_are_nobodys(
    town: Town, settings: Settings, scene: Scene, before: set[str]
):
    (trail,) = await audited.trails(town.parts.read, [(await _case(town, scene)).id])
    trail.moves[1].note = "Lengkap"
    bound = bytes(32)
    digests: dict[int | None, bytes] = {}
    for move in trail.moves:
        bound = digests[move.id] = facts.digest_of(move, bound)
    sql = ";".join(
        f"UPDATE history SET digest = '\\x{digest.hex()}' WHERE id = {id_}"
        for id_, digest in digests.items()
    )
    note = f"; UPDATE history SET note = 'Lengkap' WHERE id = {trail.moves[1].id}"
    with edited(superuser_url(settings), Edit("", sql + note, ""), scene):
        found = await _found(town.parts) - before
    assert len([line for line in found if "was not written by this Loket" in line]) == 6


async def test_a_database_of_before_lacks_the_anchor_that_was_written_down(
    town: Town, settings: Settings, scene: Scene, before: set[str]
):
    (last,) = await audited.last_anchors(town.parts.read, limit=1)
    assert await _found(town.parts, head_of(last)) == before
    older = Edit("", "DELETE FROM anchor WHERE number = %(last_anchor)s", "")
    with edited(superuser_url(settings), older, scene):
        lacking = f"anchor {last.number}: is not the one that was written down"
        assert lacking in await _found(town.parts, head_of(last))


async def test_hundreds_of_moves_at_once_are_no_reason_to_say_anything(
    town: Town, before: set[str]
):
    residents = [await town.resident() for _ in range(4)]
    officers = [await town.staff(Role.OFFICER) for _ in range(4)]
    references = [await town.sent(one) for one in residents]

    async def to_and_fro(officer: Person, reference: str) -> None:
        for _ in range(25):
            await town.step(officer, reference, Step.TAKE)
            await town.step(officer, reference, Step.RELEASE)

    async def drafts(resident: Person) -> None:
        for _ in range(10):
            reference = await town.draft(resident, "sku")
            await apply.withdraw(town.parts, resident.actor, reference)

    async def looked_at(times: int) -> None:
        for _ in range(times):
            assert await _found(town.parts) == before
            await anchoring.anchor(town.parts)

    await asyncio.gather(
        *(to_and_fro(*pair) for pair in zip(officers, references, strict=True)),
        *(drafts(resident) for resident in residents),
        *(looked_at(5) for _ in range(2)),
    )
    await asyncio.gather(*(_anchor(town) for _ in range(3)))
    await sweep(town.parts)
    assert await _found(town.parts) == before


async def test_documents_that_are_sent_anew_and_decided_on_hold(town: Town, before: set[str]):
    resident, officer = await town.resident(), await town.staff(Role.OFFICER)
    reference = await town.taken(resident, officer)
    await town.step(officer, reference, Step.REQUEST_CHANGES, "Foto buram")
    await town.attach(resident, reference, "ktp")
    await town.settled(reference)
    assert await _found(town.parts) == before
    assert await apply.send(town.parts, resident.actor, reference) == []
    await town.accept_all(officer, reference)
    await town.step(officer, reference, Step.FORWARD)
    section = await town.staff(Role.SECTION_HEAD)
    await town.step(section, reference, Step.SEND_BACK, "Lihat lagi")
    await town.accept_all(officer, reference)
    assert await _found(town.parts) == before
    await town.step(officer, reference, Step.REJECT, "Tidak berhak")
    await grants.revoke(town.parts, town.issuer, officer.subject, Role.OFFICER, OFFICE)
    assert await _found(town.parts) == before


async def test_what_is_killed_in_mid_move_leaves_a_whole_trail(town: Town, before: set[str]):
    officer = await town.staff(Role.OFFICER)
    reference = await town.sent(await town.resident())

    def kill(point: str) -> None:
        if point == "review.take_step.commit":
            raise _Killed

    points.listen(kill)
    try:
        with pytest.raises(_Killed):
            await town.step(officer, reference, Step.TAKE)
    finally:
        points.listen(None)
    await town.step(officer, reference, Step.TAKE)
    assert await _found(town.parts) == before


@pytest.fixture
async def rotated(town: Town, settings: Settings, tmp_path) -> AsyncIterator[tuple[Parts, Parts]]:
    """The same Loket with another key that knows the former one, and without the former one."""
    old, folder = settings.secret_key, tmp_path / "authority"
    signer = PadesSigner(DemoAuthority(folder, old))
    both = replace(town.parts, seal=Seal(_NEW, [old]), signer=signer)
    yield both, replace(town.parts, seal=Seal(_NEW), signer=signer)
    await reseal(replace(town.parts, seal=Seal(old, [_NEW]), signer=signer))


async def test_the_trail_outlives_the_key(
    town: Town, rotated: tuple[Parts, Parts], before: set[str]
):
    both, newest = rotated
    officer = await town.staff(Role.OFFICER)
    reference = await town.sent(await town.resident())
    await replace(town, parts=both).step(officer, reference, Step.TAKE)
    assert await _found(both) == before
    await reseal(both)
    assert await _found(newest) == before
    await replace(town, parts=newest).step(officer, reference, Step.RELEASE)
    assert await _found(newest) == before
    assert len(await _found(town.parts)) > len(before)


async def test_what_was_altered_is_told_within_a_minute_and_not_anchored(
    town: Town, settings: Settings, scene: Scene, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    officer = await town.staff(Role.OFFICER)
    await _anchor(town)
    reference = await town.taken(await town.resident(), officer)
    noted = f"UPDATE history SET note = 'x' WHERE case_id = '{(await town.case(reference)).id}'"
    role = next(one for one in EDITS if one.name == "a role that nobody granted")
    number = (await audited.last_anchors(town.parts.read, limit=1))[0].number
    with psycopg.connect(superuser_url(settings), autocommit=True) as connection:
        connection.execute(noted)
        connection.execute(role.sql)
        await _anchor(town)
        told = [one.message for one in caplog.records if "trail is broken" in one.message]
        assert any(f"case {reference}: " in one for one in told)
        assert any("role camat of warga1" in one for one in told)
        (anchor,) = await audited.last_anchors(town.parts.read, limit=1)
        assert anchor.number == number + 1
        assert f"case {reference}" in anchor.broken
        assert reference not in anchor.heads
        counted = (await count(town.parts.read)).anchor
        assert counted
        assert counted.broken == len(anchor.broken)
        await _anchor(town)  # nothing new is found, so nothing is written
        assert (await audited.last_anchors(town.parts.read, limit=1))[0].number == anchor.number
        connection.execute("UPDATE history SET note = '' WHERE note = 'x'")
        connection.execute("DELETE FROM role_grant WHERE subject = 'warga1'")
    await _anchor(town)
    (anchor,) = await audited.last_anchors(town.parts.read, limit=1)
    assert f"case {reference}" not in anchor.broken
    assert not any("warga1" in name for name in anchor.broken)


async def test_the_command_says_what_it_looked_at_and_fails_when_something_does_not_hold(
    town: Town, settings: Settings, scene: Scene
):
    told: list[str] = []
    edit = next(one for one in EDITS if one.name == "another number")
    with (
        edited(superuser_url(settings), edit, scene),
        pytest.raises(SystemExit, match=r"\d+ cases, \d+ moves, \d+ anchors, .* do not hold"),
    ):
        await operating._audit(settings, "", told.append)
    assert any(str(scene["done_reference"]) in line for line in told)


async def test_what_moved_before_there_was_a_trail_is_adopted_once(
    town: Town, settings: Settings, scene: Scene
):
    officer = await town.staff(Role.OFFICER)
    reference = await town.sent(await town.resident())
    await town.settled(reference)
    _as_of_before(settings)
    with pytest.raises(Unavailable):
        await town.step(officer, reference, Step.TAKE)
    assert await adopt(town.parts) > 0
    await town.step(officer, reference, Step.TAKE)
    assert await _found(town.parts) == set()
    await _anchor(town)
    assert await _found(town.parts) == set()

    answers = next(one for one in EDITS if one.name == "other answers")
    with edited(superuser_url(settings), answers, scene):
        assert await _found(town.parts)
    blanked = next(one for one in EDITS if one.name == "a digest taken away")
    with edited(superuser_url(settings), blanked, scene):
        assert await adopt(town.parts) == 0
        assert await _found(town.parts)


def _as_of_before(settings: Settings) -> None:
    """Leave the database as the migration does that made the trail."""
    with psycopg.connect(superuser_url(settings)) as connection:
        connection.execute("ALTER TABLE history DROP CONSTRAINT history_vouched")
        connection.execute("UPDATE history SET facts = '{}', digest = NULL, mac = NULL")
        connection.execute("DELETE FROM anchor")
        connection.execute("DELETE FROM role_change")
        connection.execute(
            "ALTER TABLE history ADD CONSTRAINT history_vouched CHECK (mac IS NOT NULL) NOT VALID"
        )


async def _case(town: Town, scene: Scene) -> CaseRow:
    return await town.case(str(scene["done_reference"]))
