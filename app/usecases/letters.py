"""Letters: made and signed by a job, handed out by links that live a minute.

The number is drawn in the transaction of the signature; the job that makes the file
may run any number of times and issues the letter once.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from app import routes
from app.adapters.signing.ports import SignerIdentity
from app.adapters.typesetting import LetterFacts, typeset
from app.adapters.typesetting.facts import Initial
from app.db import queue
from app.db.tables import CaseRow, HistoryRow, LetterRow, OfficeRow, PersonRow
from app.db.work import Work
from app.domain.capacity import AsJob, AsResident, AsStaff, AsVerifier
from app.domain.catalogue import Service
from app.domain.errors import NotFound
from app.domain.fields import show_answers
from app.domain.identity import LOKET, Actor
from app.domain.points import at
from app.domain.workflow import Step
from app.texts import say, speaking
from app.usecases import sessions
from app.usecases.apply import service_of
from app.usecases.facts import Papers
from app.usecases.links import Link, Pass, open_pass, seal_pass
from app.usecases.moves import move, works_on
from app.usecases.parts import Parts
from app.usecases.present.moments import ZONE
from storage import keys

_PDF = "application/pdf"
_MAX_LETTER_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class _Order:
    """All that a letter is made from, read in one transaction."""

    letter: LetterRow
    case: CaseRow
    service: Service
    office: OfficeRow
    signer: PersonRow
    history: list[HistoryRow]


async def enqueue_issue(work: Work, letter: UUID) -> None:
    """Have a letter made once the transaction that numbered it commits."""
    await work.enqueue(queue.ISSUE_LETTER, once=issue_word(letter), letter=str(letter))


def issue_word(letter: UUID) -> str:
    """Return the word that all jobs of one letter share."""
    return f"letter:{letter}"


async def issue(parts: Parts, letter_id: UUID) -> None:
    """Make, sign and store a numbered letter, then close its case.

    Safe to repeat: a letter that was issued is left as it is. Each attempt has a file of its
    own; the row names the one that counts, and the sweep deletes the others.
    """
    order = await _order(parts, letter_id)
    if order is None:
        return
    address = parts.public_url + routes.fill(routes.VERIFY_CODE, code=order.letter.code)
    pdf = await typeset(order.service.letter.template, _facts(parts, order), address)
    at("letters.typeset")
    signed = await parts.signer.sign(
        pdf,
        signer=SignerIdentity(
            subject=str(order.signer.id),
            name=order.letter.signer_name,
            title=order.letter.signer_title,
            organisation=f"{order.office.name}, {order.office.regency}",
        ),
        reason=order.service.letter.title.id,
        location=order.office.place,
        code=order.letter.code,
    )
    at("letters.signed")
    file = keys.letter(letter_id, hashlib.sha256(signed).hexdigest())
    stored = await parts.files.put(file, signed, content_type=_PDF, max_bytes=_MAX_LETTER_BYTES)
    at("letters.stored")
    async with parts.open_work(AsJob(letter_id), "letters.issue") as work:
        letter = await work.letters.get(letter_id, lock=True)
        if letter is None or letter.issued_at is not None:
            return
        letter.issued_at, letter.file = parts.now(), file
        letter.sha256, letter.size = stored.sha256, stored.size
        case = await work.cases.by_id(letter.case_id, lock=True)
        await move(parts, work, case, Step.ISSUE, LOKET, papers=Papers(letter=letter))


def file_of(letter_id: UUID, named: str) -> str:
    """Return the key of an issued letter's file; `named` is what its row says of it."""
    return named or keys.only_letter(letter_id)


async def link_for_resident(parts: Parts, actor: Actor, reference: str, session: bytes) -> str:
    """Return a link to the letter of the actor's own case.

    Whoever holds it is given the letter, for a minute at most: it ends with the session that
    asked for it, and when the letter is revoked.

    Raises:
        NotFound: no such case, not theirs, or no letter yet.
    """
    async with parts.open_work(AsResident(actor)) as work:
        return await _link(parts, work, await work.cases.own(reference, actor), session)


async def link_for_staff(parts: Parts, actor: Actor, reference: str, session: bytes) -> str:
    """Return a link to the letter of a case of the actor's office, like `link_for_resident`."""
    async with parts.open_work(AsStaff(actor)) as work:
        case = await work.cases.for_staff(reference, actor)
        if not works_on(case, actor):
            raise NotFound(case=reference)
        return await _link(parts, work, case, session)


async def open_link(parts: Parts, token: str) -> Link:
    """Return the letter that the token of a link gives.

    Raises:
        NotFound: not a token of ours, too old, or nobody's right any more.
    """
    given = open_pass(parts, token)
    if not await sessions.is_open(parts, bytes.fromhex(given.session)):
        raise NotFound(why="its session has ended")
    async with parts.open_work(AsVerifier(given.code)) as work:
        letter = _handed_out(await work.letters.by_code(given.code), given.code)
    name = f"{letter.number.replace('/', '-')}.pdf"
    return Link(file_of(letter.id, letter.file), name, _PDF, letter.size)


async def _link(parts: Parts, work: Work, case: CaseRow, session: bytes) -> str:
    letter = _handed_out(await work.letters.of_case(case.id), case.reference)
    return seal_pass(parts, Pass(letter.code, session.hex()))


def _handed_out(letter: LetterRow | None, asked: str) -> LetterRow:
    if letter is None or letter.issued_at is None or letter.revoked_at is not None:
        raise NotFound(letter=asked)
    return letter


async def _order(parts: Parts, letter_id: UUID) -> _Order | None:
    async with parts.open_work(AsJob(letter_id)) as work:
        letter = await work.letters.get(letter_id)
        if letter is None or letter.issued_at is not None:
            return None
        case = await work.cases.by_id(letter.case_id)
        return _Order(
            letter=letter,
            case=case,
            service=service_of(parts, case.service),
            office=await work.offices.get(letter.office_id),
            signer=await work.people.get(letter.signer_id),
            history=list(await work.cases.history(case)),
        )


def _facts(parts: Parts, order: _Order) -> LetterFacts:
    """Return what the template prints. Letters are Indonesian, whoever asked for them."""
    case, letter, office = order.case, order.letter, order.office
    with speaking("id"):
        answers = show_answers(order.service.fields, case.answers, "id")
        return LetterFacts(
            office={
                "name": office.name,
                "regency": office.regency,
                "province": office.province,
                "address": office.address,
                "phone": office.phone,
                "email": office.email,
                "head_title": office.head_title,
            },
            letter={
                "number": letter.number,
                "title": order.service.letter.title.id,
                "issued_on": letter.numbered_at.astimezone(ZONE).date().isoformat(),
                "place": office.place,
                "code": letter.code,
            },
            resident={
                "name": case.applicant_name,
                "nik": parts.seal.open(case.applicant_nik) if case.applicant_nik else "",
                "phone": case.applicant_phone,
            },
            answers=[{"key": a.name, "label": a.label, "value": a.text} for a in answers],
            signer={
                "name": letter.signer_name,
                "title": letter.signer_title,
                "rank": order.signer.title,
                "nip": order.signer.official_id,
            },
            initials=_initials(order.history),
        )


def _initials(history: list[HistoryRow]) -> list[Initial]:
    """Return who initialled since the case was last passed on."""
    initials: list[Initial] = []
    for row in history:
        if row.step == Step.FORWARD:
            initials = []
        elif row.step == Step.INITIAL:
            at = row.at.astimezone(ZONE).isoformat(timespec="minutes")
            initials.append({"name": row.actor_name, "title": say(f"role.{row.role}"), "at": at})
    return initials
