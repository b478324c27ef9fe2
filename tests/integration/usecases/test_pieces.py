"""Files that come in pieces: what was acknowledged is there, whatever happens in between."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.db.work import Work
from app.domain.capacity import Capacity
from app.domain.catalogue import Catalogue
from app.domain.errors import NotFound
from app.domain.uploads import (
    LIVES,
    MOST_OPEN,
    ChecksumMismatch,
    FileEmpty,
    FileTooLarge,
    PieceTooLong,
    TooManyUploads,
    UploadExpired,
    WrongKind,
    WrongOffset,
)
from app.usecases import apply, pieces
from app.usecases.announcing import Announced, begin
from app.usecases.parts import Parts
from app.usecases.pieces import Standing
from app.usecases.sweeping import sweep
from storage import keys
from tests.factories import Person, Town, photo

KIB = 1024


class Killed(Exception):
    """What stands for the end of a process at one step."""


def announced(data: bytes, reference: str = "", **of: object) -> Announced:
    told = Announced("ktp", "ktp.jpg", len(data), "image/jpeg", hashlib.sha256(data).hexdigest())
    return replace(told, reference=reference, **of)


async def begun(town: Town, resident: Person, data: bytes) -> tuple[str, UUID]:
    """Return the number of a new draft, and an upload for it that has no bytes yet."""
    reference = await town.draft(resident)
    return reference, (await begin(town.parts, resident.actor, announced(data, reference))).id


async def sent(
    town: Town, resident: Person, upload: UUID, data: bytes, size: int = 256 * KIB
) -> Standing:
    """Send what is missing of an upload, in pieces."""
    stands = await pieces.standing(town.parts, resident.actor, upload)
    while stands.received < stands.size:
        piece = data[stands.received : stands.received + size]
        stands = await pieces.take(town.parts, resident.actor, upload, stands.received, piece)
    return stands


async def objects(town: Town, prefix: str) -> list[str]:
    return [key async for key in town.parts.files.keys(prefix)]


async def files(town: Town) -> set[str]:
    return {*await objects(town, keys.QUARANTINE), *await objects(town, keys.DOCUMENTS)}


def allowing(parts: Parts, most: int) -> Parts:
    """Return parts with the same services, whose documents may be larger."""
    services = tuple(
        replace(one, requirements=tuple(replace(n, max_bytes=most) for n in one.requirements))
        for one in parts.catalogue
    )
    return replace(parts, catalogue=Catalogue(services))


def dying(parts: Parts, at: int, *, committed: bool) -> Parts:
    """Return parts whose transaction number `at` is the last thing that happens."""
    opened = 0

    @asynccontextmanager
    async def open_work(capacity: Capacity, name: str = "", /) -> AsyncIterator[Work]:
        nonlocal opened
        opened += 1
        last = opened == at
        async with parts.open_work(capacity, name) as work:
            yield work
            if last and not committed:
                raise Killed
        if last:
            raise Killed

    return replace(parts, open_work=open_work)


@pytest.mark.parametrize("size", [200_000, 25_000_000])
async def test_what_came_in_pieces_is_what_was_sent(town: Town, size: int):
    data = photo() + os.urandom(size - len(photo()))
    town = replace(town, parts=allowing(town.parts, 25_000_000))
    resident = await town.resident()
    reference, upload = await begun(town, resident, data)
    await sent(town, resident, upload, data)
    document = await town.document(reference, "ktp")
    assert (document.size, document.sha256) == (size, hashlib.sha256(data).hexdigest())
    await town.run_jobs()
    kept = await town.parts.files.get(keys.original(document.id))
    assert hashlib.sha256(kept).digest() == hashlib.sha256(data).digest()
    assert await objects(town, keys.upload(upload)) == []


async def test_a_file_in_pieces_is_checked_like_any_other(town: Town):
    resident = await town.resident()
    reference, upload = await begun(town, resident, photo())
    await sent(town, resident, upload, photo(), 4 * KIB)
    await town.settled(reference)
    assert (await town.document(reference, "ktp")).safety == "safe"


async def test_the_form_of_an_upload_and_its_post_make_one_draft(town: Town):
    resident, key = await town.resident(), uuid4()
    told = announced(photo(), service="sktm", form_key=key)
    stands = await asyncio.gather(*(begin(town.parts, resident.actor, told) for _ in range(4)))
    assert len({one.id for one in stands}) == 1
    form = {"purpose": "Beasiswa"}
    kept = await apply.keep_new(town.parts, resident.actor, "sktm", key, form)
    await begin(town.parts, resident.actor, replace(told, form_key=uuid4()))
    case = await town.case(kept.reference)
    assert case.typed["purpose"] == "Beasiswa"
    await sent(town, resident, stands[0].id, photo())
    assert len(await town.documents(kept.reference)) == 1


async def test_a_draft_made_by_an_upload_is_filled_in_from_the_account(town: Town):
    resident = await town.resident()
    told = announced(photo(), service="domisili", form_key=uuid4())
    await begin(town.parts, resident.actor, told)
    async with town.open_all() as work:
        made = await work.cases.draft("domisili", resident.actor)
    blank = await apply.keep_new(town.parts, resident.actor, "domisili", uuid4(), {})
    assert made
    assert made.reference == blank.reference


async def test_a_piece_at_the_wrong_place_changes_nothing(town: Town):
    resident = await town.resident()
    _, upload = await begun(town, resident, photo())
    await pieces.take(town.parts, resident.actor, upload, 0, photo()[:1000])
    for at in (0, 999, 1001):
        with pytest.raises(WrongOffset) as refusal:
            await pieces.take(town.parts, resident.actor, upload, at, b"x")
        assert refusal.value.facts == {"received": 1000}
    with pytest.raises(PieceTooLong):
        await pieces.take(town.parts, resident.actor, upload, 1000, photo())


async def test_of_pieces_for_the_same_place_one_is_taken(town: Town):
    town, resident = town.left_to_jobs(), await town.resident()
    data = os.urandom(64 * KIB)
    reference, upload = await begun(town, resident, data)
    for at in range(0, len(data), 16 * KIB):
        same = data[at : at + 16 * KIB]
        other = same[: 7 * KIB]
        tries = (
            pieces.take(town.parts, resident.actor, upload, at, one)
            for one in (same, same, same, *([other] if at == 0 else []))
        )
        done = await asyncio.gather(*tries, return_exceptions=True)
        assert [type(one) for one in done].count(Standing) == 1, done
        assert {type(one) for one in done} <= {Standing, WrongOffset}, done
        if at == 0:
            rest = await pieces.standing(town.parts, resident.actor, upload)
            if rest.received < 16 * KIB:
                missing = data[rest.received : 16 * KIB]
                await pieces.take(town.parts, resident.actor, upload, rest.received, missing)
    document = await town.document(reference, "ktp")
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    quarantined = await town.parts.files.get(keys.quarantine(document.id))
    assert quarantined == data
    await town.settled(reference)


@pytest.mark.parametrize("committed", [False, True])
async def test_the_last_piece_may_be_sent_again_wherever_loket_was_killed(
    town: Town, committed: bool
):
    resident = await town.resident()
    data, before = photo(), await files(town)
    reference, upload = await begun(town, resident, data)
    half = len(data) // 2
    await pieces.take(town.parts, resident.actor, upload, 0, data[:half])
    deaths, survived = 0, False
    while not survived:
        deaths += 1
        killed = dying(town.parts, deaths, committed=committed)
        try:
            await pieces.take(killed, resident.actor, upload, half, data[half:])
            survived = True
        except Killed:
            stands = await pieces.standing(town.parts, resident.actor, upload)
            assert (stands.received == len(data)) == bool(await town.documents(reference))
            survived = stands.received == len(data)
    assert deaths >= 3
    with pytest.raises(WrongOffset):
        await pieces.take(town.parts, resident.actor, upload, half, data[half:])
    await town.run_jobs()
    assert (await town.document(reference, "ktp")).safety == "safe"
    assert len(await town.documents(reference)) == 1
    assert await objects(town, keys.upload(upload)) == []
    await sweep(town.at(town.parts.now() + timedelta(days=2)).parts)
    document = await town.document(reference, "ktp")
    assert await files(town) - before == {keys.original(document.id), keys.safe(document.id, "jpg")}


async def test_an_upload_is_nobodys_but_its_senders(town: Town):
    resident, stranger = await town.resident(), await town.resident()
    reference, upload = await begun(town, resident, photo())
    for ask in (
        pieces.standing(town.parts, stranger.actor, upload),
        pieces.take(town.parts, stranger.actor, upload, 0, b"x"),
        pieces.cancel(town.parts, stranger.actor, upload),
        begin(town.parts, stranger.actor, announced(photo(), reference)),
    ):
        with pytest.raises(NotFound):
            await ask


async def test_what_could_never_be_taken_is_refused_before_it_is_sent(town: Town):
    resident = await town.resident()
    reference = await town.draft(resident)
    told = announced(photo(), reference)
    for wrong, refusal in (
        ({"size": 0}, FileEmpty),
        ({"size": 10_000_001}, FileTooLarge),
        ({"kind": "video/mp4"}, WrongKind),
        ({"requirement": "ijazah"}, NotFound),
        ({"reference": "2026-AAAAAA"}, NotFound),
    ):
        with pytest.raises(refusal):
            await begin(town.parts, resident.actor, replace(told, **wrong))
    with pytest.raises(NotFound):
        await begin(
            town.parts,
            resident.actor,
            replace(told, reference="", service="nikah-siri", form_key=uuid4()),
        )
    closed = await town.sent(resident)
    with pytest.raises(NotFound):
        await begin(town.parts, resident.actor, replace(told, reference=closed))


async def test_nobody_begins_uploads_without_end(town: Town):
    resident = await town.resident()
    reference = await town.draft(resident)
    for number in range(MOST_OPEN):
        await begin(town.parts, resident.actor, announced(b"%d" % number, reference))
    with pytest.raises(TooManyUploads):
        await begin(town.parts, resident.actor, announced(photo(), reference))
    first = await begin(town.parts, resident.actor, announced(b"0", reference))
    await pieces.cancel(town.parts, resident.actor, first.id)
    await begin(town.parts, resident.actor, announced(photo(), reference))


async def test_a_file_that_is_not_the_announced_one_is_not_kept(town: Town):
    resident = await town.resident()
    reference, upload = await begun(town, resident, photo())
    with pytest.raises(ChecksumMismatch):
        await sent(town, resident, upload, b"x" * len(photo()))
    assert await town.documents(reference) == []
    with pytest.raises(NotFound):
        await pieces.standing(town.parts, resident.actor, upload)


async def test_a_case_that_was_sent_meanwhile_takes_no_more_files(town: Town):
    resident = await town.resident()
    reference = await town.filled(resident)
    upload = (await begin(town.parts, resident.actor, announced(photo(), reference))).id
    before = await town.documents(reference), await objects(town, keys.QUARANTINE)
    assert await apply.send(town.parts, resident.actor, reference) == []
    with pytest.raises(NotFound):
        await sent(town, resident, upload, photo())
    assert (await town.documents(reference), await objects(town, keys.QUARANTINE)) == before


async def test_what_nobody_goes_on_with_is_swept_away_and_nothing_else(town: Town):
    resident = await town.resident()
    reference, left = await begun(town, resident, photo())
    await pieces.take(town.parts, resident.actor, left, 0, photo()[:1000])
    orphan = keys.upload(uuid4()) + "000000000000-orphan"
    lost = keys.quarantine(uuid4())
    for key in (orphan, lost):
        await town.parts.files.put(key, b"x", content_type="image/jpeg", max_bytes=1)
    await town.left_to_jobs().attach(resident, reference, "kk")
    waiting = keys.quarantine((await town.document(reference, "kk")).id)

    await sweep(town.parts)
    assert orphan in await objects(town, keys.UPLOADS)
    soon = town.at(town.parts.now() + LIVES - timedelta(hours=1))
    await sweep(soon.parts)
    there = await objects(town, keys.QUARANTINE)
    assert waiting in there
    assert lost not in there
    assert orphan not in await objects(town, keys.UPLOADS)
    assert len(await objects(town, keys.upload(left))) == 1
    assert (await pieces.standing(soon.parts, resident.actor, left)).received == 1000

    late = town.at(town.parts.now() + LIVES + timedelta(hours=1))
    with pytest.raises(UploadExpired):
        await pieces.standing(late.parts, resident.actor, left)
    await sweep(late.parts)
    with pytest.raises(NotFound):
        await pieces.standing(town.parts, resident.actor, left)
    await town.run_jobs()
    assert await objects(town, keys.upload(left)) == []
    await town.settled(reference)
    assert (await town.document(reference, "kk")).safety == "safe"
