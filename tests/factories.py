"""People, offices and cases for tests, made by the use cases that make them in service."""

import asyncio
import hashlib
import random
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from uuid import uuid4

from sqlalchemy import text
from sqlmodel import select

from app.db.tables import CaseRow, DocumentRow, HistoryRow, LetterRow, OfficeRow, SessionRow
from app.domain.documents import Safety, Verdict
from app.domain.identity import Actor, Role
from app.domain.workflow import Status, Step
from app.usecases import apply, grants, profile, review, sessions, uploads
from app.usecases.parts import Parts
from tests.support.witness import OpenAll
from tests.unit.adapters.samples import camera_photo

#: The office whose area the NIKs below name, and another one.
OFFICE, OTHER_OFFICE = "cimahi-selatan", "cimahi-tengah"
#: What a resident types at least.
TYPED: Mapping[str, Mapping[str, str]] = {
    "sktm": {"purpose": "Keringanan biaya sekolah"},
    "sku": {"business_name": "Warung Bu Siti", "purpose": "Pengajuan KUR"},
    "domisili": {"applicant": "person", "purpose": "Melamar pekerjaan"},
}
_SETTLE_SECONDS = 60


@dataclass(frozen=True)
class Person:
    """Someone who is signed in: what they may do, and the secret of their cookie."""

    actor: Actor
    secret: str
    subject: str

    @property
    def session(self) -> bytes:
        """What the table of sessions knows of the secret."""
        return hashlib.sha256(self.secret.encode()).digest()


@cache
def photo() -> bytes:
    """Return a small photo, as a phone takes it."""
    return camera_photo(400, 300)


def new_nik(region: str = "327701") -> str:
    """Return a well-formed NIK that nobody else in the tests has."""
    day, month, year = random.randint(1, 28), random.randint(1, 12), random.randint(60, 99)
    return f"{region}{day:02}{month:02}{year:02}{random.randint(1, 9999):04}"


async def in_pieces(data: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    """Yield `data` as it would arrive."""
    for start in range(0, len(data), size):
        yield data[start : start + size]


@dataclass(frozen=True)
class Town:
    """Residents, offices and their cases on one Loket.

    Attributes:
        parts: of that Loket.
        issuer: of its sign-in.
        run_jobs: has the jobs that wait done, or lets its worker go on with them.
        open_all: opens a transaction that sees every row, whosever it is.
    """

    parts: Parts
    issuer: str
    run_jobs: Callable[[], Awaitable[None]]
    open_all: OpenAll

    async def signed_in(self, subject: str, name: str = "") -> Person:
        """Return a new session of a subject of the provider."""
        secret = await sessions.begin(
            self.parts, self.issuer, subject, name=name, phone="", device="Uji"
        )
        visitor = await sessions.visitor(self.parts, secret)
        return Person(visitor.actor, secret, subject)

    async def session_name(self, person: Person) -> str:
        """Return by what a person's pages call this session of theirs."""
        async with self.open_all() as work:
            query = select(SessionRow.name).where(SessionRow.id_hash == person.session)
            return str((await work.session.exec(query)).one())

    async def resident(self, name: str = "Tuti Alawiyah", region: str = "327701") -> Person:
        """Return a new resident whose profile is complete."""
        person = await self.signed_in(f"warga-{secrets.token_hex(6)}", name)
        typed = {"nik": new_nik(region), "name": name, "phone": "081234567899"}
        assert await profile.keep(self.parts, person.actor, typed, confirmed=True)
        return await self.signed_in(person.subject)

    async def staff(self, role: Role, office: str = OFFICE, name: str = "Yayan Sopian") -> Person:
        """Return a new member of an office's staff."""
        subject = f"{role.value}-{secrets.token_hex(6)}"
        await grants.grant(self.parts, self.issuer, subject, role, office)
        return await self.signed_in(subject, name)

    async def office(self) -> str:
        """Return a new office, after those of the demo in every list."""
        word = secrets.token_hex(3)
        async with self.open_all() as work:
            await work.offices.save(
                OfficeRow(
                    id=f"uji-{word}",
                    name=f"Kecamatan Uji {word}",
                    code=f"KEC.{word.upper()}",
                    region="327703",
                    regency="Kota Cimahi",
                    province="Jawa Barat",
                    address="Jalan Contoh Utara No. 3",
                    head_title=f"Camat Uji {word}",
                    place="Cimahi",
                )
            )
        return f"uji-{word}"

    async def draft(
        self, resident: Person, service: str = "sktm", office: str = OFFICE, **typed: str
    ) -> str:
        """Return the number of a new draft."""
        form = {**TYPED[service], "office": office, **typed}
        kept = await apply.keep_new(self.parts, resident.actor, service, uuid4(), form)
        return kept.reference

    async def attach(
        self, resident: Person, reference: str, requirement: str, data: bytes = b""
    ) -> bool:
        """Hand in one file: a photo, unless another is given; return whether its check waits."""
        upload = uploads.Upload(f"{requirement}.jpg", in_pieces(data or photo()))
        return await uploads.attach(self.parts, resident.actor, reference, requirement, upload)

    async def filled(self, resident: Person, service: str = "sktm", office: str = OFFICE) -> str:
        """Return the number of a new draft that lacks nothing."""
        reference = await self.draft(resident, service, office)
        asked = self.parts.catalogue.get(service)
        assert asked
        for need in asked.requirements_for(TYPED[service]):
            if need.required:
                await self.attach(resident, reference, need.key)
        await self.settled(reference)
        return reference

    async def sent(self, resident: Person, service: str = "sktm", office: str = OFFICE) -> str:
        """Return the number of a new case that waits in an office's queue."""
        reference = await self.filled(resident, service, office)
        assert await apply.send(self.parts, resident.actor, reference) == []
        return reference

    async def taken(self, resident: Person, officer: Person, **of: str) -> str:
        """Return the number of a new case that `officer` has taken."""
        reference = await self.sent(resident, **of)
        await self.step(officer, reference, Step.TAKE)
        return reference

    async def forwarded(self, resident: Person, officer: Person, **of: str) -> str:
        """Return the number of a new case that awaits its first initial."""
        reference = await self.taken(resident, officer, **of)
        await self.accept_all(officer, reference)
        await self.step(officer, reference, Step.FORWARD)
        return reference

    async def at_signature(
        self, resident: Person, officer: Person, office: str = OFFICE, service: str = "sktm"
    ) -> str:
        """Return the number of a new case that only awaits its signature."""
        reference = await self.forwarded(resident, officer, office=office, service=service)
        for role in (Role.SECTION_HEAD, Role.SECRETARY):
            await self.step(await self.staff(role, office), reference, Step.INITIAL)
        return reference

    async def ready_to_sign(self, resident: Person, office: str = OFFICE) -> str:
        """Return the number of a new case that only awaits its signature, without documents."""
        reference = await self.draft(resident, "sktm", office)
        async with self.open_all() as work:
            case = await work.cases.own(reference, resident.actor, lock=True)
            case.status, case.turn = Status.AWAITING_SIGNATURE.value, 2
            case.chain = [Role.SECTION_HEAD.value, Role.SECRETARY.value, Role.HEAD.value]
            case.answers = dict(TYPED["sktm"])
            case.applicant_name, case.submitted_at = resident.actor.name, self.parts.now()
            person = await work.people.get(resident.actor.person)
            case.applicant_nik, case.applicant_phone = person.nik, person.phone
        return reference

    def at(self, moment: datetime) -> "Town":
        """Return the same town at another moment; its sessions go on."""
        return replace(self, parts=replace(self.parts, now=lambda: moment))

    def left_to_jobs(self) -> "Town":
        """Return the same town, where no file is checked before its answer."""
        return replace(self, parts=replace(self.parts, checked_at_once=0))

    async def history(self, reference: str) -> list[HistoryRow]:
        """Return a case's history, oldest first."""
        case = await self.case(reference)
        async with self.open_all() as work:
            return list(await work.cases.history(case))

    async def accept_all(self, officer: Person, reference: str) -> None:
        """Accept every document of a case."""
        for document in await self.documents(reference):
            await review.decide_document(
                self.parts, officer.actor, reference, document.id, Verdict.ACCEPTED, ""
            )

    async def step(self, who: Person, reference: str, step: Step, note: str = "") -> None:
        """Take one step of the office."""
        await review.take_step(self.parts, who.actor, reference, step, note)

    async def case(self, reference: str) -> CaseRow:
        """Return a case as the table has it."""
        async with self.open_all() as work:
            query = select(CaseRow).where(CaseRow.reference == reference)
            return (await work.session.exec(query)).one()

    async def drafts(self, resident: Person) -> list[CaseRow]:
        """Return the cases that a resident has not sent."""
        return [case for case in await self.cases(resident) if case.status == Status.DRAFT]

    async def cases(self, resident: Person) -> Sequence[CaseRow]:
        """Return a resident's cases as the table has them."""
        async with self.open_all() as work:
            query = select(CaseRow).where(CaseRow.resident_id == resident.actor.person)
            return (await work.session.exec(query)).all()

    async def documents(self, reference: str) -> list[DocumentRow]:
        """Return the documents that stand now."""
        case = await self.case(reference)
        async with self.open_all() as work:
            return list(await work.documents.current(case))

    async def document(self, reference: str, requirement: str) -> DocumentRow:
        """Return the document that stands for a requirement."""
        found = await self.documents(reference)
        return next(one for one in found if one.requirement == requirement)

    async def checks_of(self, document: DocumentRow) -> int:
        """Return how many jobs there are or were to check a document."""
        query = text("SELECT count(*) FROM procrastinate_jobs WHERE lock = :once")
        async with self.open_all() as work:
            connection = await work.session.connection()
            counted = await connection.execute(query, {"once": uploads.check_word(document.id)})
            return int(counted.scalar_one())

    async def letter(self, reference: str) -> LetterRow | None:
        """Return a case's letter."""
        case = await self.case(reference)
        async with self.open_all() as work:
            return await work.letters.of_case(case.id)

    async def settled(self, reference: str) -> None:
        """Wait until no job has anything left to do for a case."""
        late = time.monotonic() + _SETTLE_SECONDS
        while not await self._is_settled(reference):
            assert time.monotonic() < late, f"the jobs of {reference} are not done in time"
            await self.run_jobs()
            await asyncio.sleep(0.05)

    async def _is_settled(self, reference: str) -> bool:
        letter = await self.letter(reference)
        checking = [
            one for one in await self.documents(reference) if one.safety == Safety.QUARANTINED
        ]
        return not checking and (letter is None or letter.issued_at is not None)
