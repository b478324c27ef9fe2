"""One finished case, and in what capacity everybody looks at it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID, uuid4

from app.domain.capacity import (
    AsAuditor,
    AsCounter,
    AsFollower,
    AsJob,
    AsOperator,
    AsQueue,
    AsResident,
    AsSealer,
    AsSignIn,
    AsStaff,
    AsSweeper,
    AsVerifier,
    Capacity,
)
from app.domain.errors import NotFound
from app.domain.identity import Role
from app.domain.workflow import Step
from app.usecases import announcing, pieces, sessions, sweeping, track
from app.usecases.announcing import Announced
from tests.factories import OTHER_OFFICE, Town, photo


@dataclass(frozen=True)
class Scene:
    """A finished case whose resident also has a draft, and whoever might look.

    Attributes:
        case: its id.
        capacities: by a name that says who it is.
        facts: the ids in it, as SQL parameters.
    """

    case: UUID
    capacities: Mapping[str, Capacity]
    facts: Mapping[str, object]


async def played(town: Town) -> Scene:
    """Have a case made, handled and signed, and return it with everybody concerned."""
    resident, other = await town.resident(), await town.resident()
    officer = await town.staff(Role.OFFICER)
    number = await town.at_signature(resident, officer)
    await track.write(town.parts, resident.actor, number, "Halo")
    await town.step(await town.staff(Role.HEAD), number, Step.SIGN)
    await town.settled(number)
    await town.draft(resident, "sku")
    upload = await announcing.begin(town.parts, resident.actor, _announced())
    await pieces.take(town.parts, resident.actor, upload.id, 0, photo()[:1000])
    await town.sent(other, office=OTHER_OFFICE)
    await sweeping.sweep(town.parts)
    with suppress(NotFound):
        await track.by_code(town.parts, "0000-0000-0000", "192.0.2.1")
    case, letter = await town.case(number), await town.letter(number)
    document = await town.document(number, "ktp")
    assert letter
    visitor = await sessions.visitor(town.parts, resident.secret)
    elsewhere = {role: await town.staff(role, OTHER_OFFICE) for role in (*_READING,)}
    return Scene(
        case=case.id,
        capacities={
            "resident": AsResident(resident.actor),
            "another resident": AsResident(other.actor),
            "anyone without a code": AsFollower(""),
            "anyone with the tracking code": AsFollower(case.tracking_code),
            "anyone without a letter": AsVerifier(),
            "anyone with the letter's code": AsVerifier(code=letter.code),
            "anyone with the letter's file": AsVerifier(sha256=letter.sha256),
            "officer": AsStaff(officer.actor),
            "officer elsewhere": AsStaff(elsewhere[Role.OFFICER].actor),
            "oversight": AsStaff((await town.staff(Role.OVERSIGHT)).actor),
            "oversight elsewhere": AsStaff(elsewhere[Role.OVERSIGHT].actor),
            "resident who makes believe to be staff": AsStaff(resident.actor),
            "job of the letter": AsJob(letter.id),
            "job of a document": AsJob(document.id),
            "job of an upload": AsJob(upload.id),
            "job of nothing": AsJob(uuid4()),
            "holder of the session": AsSignIn(visitor.id_hash),
            "holder of no session": AsSignIn(b"\0" * 32),
            "sweeper": AsSweeper(),
            "operator": AsOperator(),
            "queue": AsQueue(),
            "counter": AsCounter(),
            "sealer": AsSealer(),
            "auditor": AsAuditor(),
        },
        facts={
            "resident": resident.actor.person,
            "other": other.actor.person,
            "case": case.id,
            "document": document.id,
            "letter": letter.id,
            "upload": upload.id,
            "session": visitor.id_hash,
            "subject": resident.subject,
        },
    )


def _announced() -> Announced:
    return Announced("ktp", "ktp.jpg", len(photo()), service="sku", form_key=uuid4())


_READING = (Role.OFFICER, Role.OVERSIGHT)
