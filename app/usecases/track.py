"""Following: my cases, one of them, or one by its secret code."""

from dataclasses import replace

from app.db import casefile, listed
from app.db.tables import CaseRow, MessageRow
from app.db.work import Work
from app.domain.capacity import AsFollower, AsResident, AsStaff
from app.domain.cases import read_code
from app.domain.errors import NotAllowed, NotFound
from app.domain.guessing import Guess, could_be_tracking
from app.domain.identity import STAFF, Actor, Role
from app.domain.workflow import Status
from app.texts import language
from app.usecases import quotas
from app.usecases.apply import service_of
from app.usecases.cards import cards
from app.usecases.casedetail import detail
from app.usecases.formview import for_case
from app.usecases.guessing import note_wrong, refuse_guesser
from app.usecases.moves import announce, roles_in
from app.usecases.parts import Parts
from app.usecases.present import cases as wording
from app.usecases.present.moments import in_words
from app.views import CaseCard, CaseDetail, Tracked

#: Longer messages are cut off by the form itself.
LONGEST_MESSAGE = 2_000


async def my_cases(parts: Parts, actor: Actor) -> list[CaseCard]:
    """Return the actor's own cases, last changed first."""
    mine = listed.mine(actor)
    await parts.read(AsResident(actor), mine)
    return cards(parts, mine.rows, lambda _: wording.RESIDENT)


async def one_case(
    parts: Parts, actor: Actor, reference: str, *, checked: bool = False
) -> CaseDetail:
    """Return one case of the actor's own, with the form when the office waits for them.

    Raises:
        NotFound: no such case, or not theirs.
    """
    asked = casefile.own(reference, actor)
    await parts.read(AsResident(actor), *asked.questions)
    file = asked.file()
    form = await for_case(parts, actor, file, checked=checked)
    return replace(detail(parts, file, actor, wording.RESIDENT), form=form)


async def by_code(parts: Parts, typed: str, address: str) -> Tracked:
    """Return the status of the case with this tracking code: nothing personal.

    Raises:
        NotFound: no such code.
        TooMany: wrong codes came from this address, too many to go on.
    """
    code = read_code(typed)
    if not could_be_tracking(code):
        raise NotFound(case="no code")
    tracked = None
    async with parts.open_work(AsFollower(code), "track.by_code") as work:
        await refuse_guesser(parts, work, Guess.TRACKING, address)
        if case := await work.cases.by_tracking_code(code):
            tracked = await _tracked(parts, work, case)
        else:
            await note_wrong(parts, work, Guess.TRACKING, address)
    if tracked is None:
        raise NotFound(case="tracking code")
    return tracked


async def _tracked(parts: Parts, work: Work, case: CaseRow) -> Tracked:
    office = await work.offices.get(case.office_id)
    history = await work.cases.unnamed_history(case)
    holder = wording.holder_in_words(case, None, wording.STRANGER)
    until = wording.deadline(case, parts.calendar, parts.now())
    return Tracked(
        code=case.tracking_code,
        service=service_of(parts, case.service).name.in_(language()),
        office=office.name,
        status=case.status,
        status_label=wording.status_label(case),
        explanation=wording.explanation(case, wording.STRANGER),
        since=in_words(case.status_since),
        due=until.due,
        timeline=wording.timeline(case, history, holder, wording.STRANGER),
    )


async def write(parts: Parts, actor: Actor, reference: str, text: str) -> None:
    """Send the office a message on the actor's own case.

    Raises:
        NotAllowed: the case is over, or was never sent.
        TooManyToday: the account has written too many for a day.
    """
    async with parts.open_work(AsResident(actor), "track.write") as work:
        case = await work.cases.own(reference, actor, lock=True)
        if case.status == Status.DRAFT:
            raise NotAllowed
        await quotas.refuse_more_messages(parts, work, actor)
        await say_on(parts, work, case, actor, Role.RESIDENT, text)


async def write_for_office(parts: Parts, actor: Actor, reference: str, text: str) -> None:
    """Send the resident a message on a case of the actor's office.

    Raises:
        NotAllowed: the case is over, or the actor only reads figures.
    """
    async with parts.open_work(AsStaff(actor), "track.write_for_office") as work:
        case = await work.cases.for_staff(reference, actor, lock=True)
        role = next((role for role in roles_in(case, actor) if role in STAFF), None)
        if role is None:
            raise NotAllowed
        await say_on(parts, work, case, actor, role, text)


async def say_on(
    parts: Parts, work: Work, case: CaseRow, actor: Actor, role: Role, text: str
) -> None:
    """Add a message to a locked case; nothing is added for a blank one.

    Raises:
        NotAllowed: the case is over.
    """
    if Status(case.status).is_final:
        raise NotAllowed
    if not text.strip():
        return
    await work.cases.say(
        MessageRow(
            case_id=case.id,
            at=parts.now(),
            author_id=actor.person,
            author_name=actor.name,
            author_role=role.value,
            text=text.strip()[:LONGEST_MESSAGE],
        )
    )
    announce(work, case)
