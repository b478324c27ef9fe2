"""Applying: keep what was typed, then the documents, then send it all.

Each step stands on its own: what was typed is durable before anything is said about
it, so a form with a thousand problems has lost nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.db.tables import CaseRow, OfficeRow, PersonRow
from app.db.work import Work
from app.domain.capacity import AsResident
from app.domain.cases import new_reference, new_tracking_code
from app.domain.catalogue import Service
from app.domain.errors import NotFound
from app.domain.fields import FieldProblem
from app.domain.identity import Actor
from app.domain.workflow import Status, Step
from app.usecases import forms, quotas
from app.usecases.facts import Papers
from app.usecases.moves import move
from app.usecases.parts import Parts

#: A resident may still change these.
OPEN = frozenset({Status.DRAFT, Status.NEEDS_CHANGES})


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a form was kept.

    Attributes:
        reference: the case's.
        is_open: False when this form had sent the case already, or it cannot be changed now.
        is_said: False when the case was sent with other words than this form has now.
    """

    reference: str
    is_open: bool
    is_said: bool = True


def service_of(parts: Parts, key: str) -> Service:
    """Return a service.

    Raises:
        NotFound: the catalogue has no such service.
    """
    service = parts.catalogue.get(key)
    if service is None:
        raise NotFound(service=key)
    return service


async def keep_new(
    parts: Parts, actor: Actor, service_key: str, form_key: UUID, form: Mapping[str, str]
) -> Kept:
    """Keep a form for a new case: in the case it made before, the open draft, or a new one.

    The same form sent any number of times, also in parallel, belongs to one case.
    """
    service = service_of(parts, service_key)
    async with parts.open_work(AsResident(actor), "apply.keep_new") as work:
        case = await case_of_form(parts, work, actor, service, form_key)
        # One that the office has sent back since is changed on its own page, by another form.
        is_open = case.status == Status.DRAFT
        return await _keep(parts, work, case, service, form, is_open=is_open)


async def case_of_form(
    parts: Parts, work: Work, actor: Actor, service: Service, form_key: UUID
) -> CaseRow:
    """Return the locked case that a form belongs to: made by it before, the open draft, or new.

    What was typed into a case that is there stays as it is.
    """
    person = await work.people.get(actor.person, lock=True)  # one form at a time
    case = await work.cases.by_form(form_key, actor)
    if case is None:
        case = await work.cases.draft(service.key, actor, lock=True)
        if case is None:
            case = await _new_draft(parts, work, service, person)
        await work.cases.made_by_form(form_key, case)
    return case


async def keep_changes(
    parts: Parts, actor: Actor, reference: str, form_key: UUID | None, form: Mapping[str, str]
) -> Kept:
    """Keep a form for a case that the office has sent back to its resident.

    A form that has sent it once (see `send`) changes nothing, though the case may be back.
    """
    async with parts.open_work(AsResident(actor), "apply.keep_changes") as work:
        case = await work.cases.own(reference, actor, lock=True)
        is_spent = form_key is not None and await work.cases.by_form(form_key, actor) is not None
        is_open = not is_spent and Status(case.status) in OPEN
        service = service_of(parts, case.service)
        return await _keep(parts, work, case, service, form, is_open=is_open)


async def add_row(parts: Parts, actor: Actor, reference: str, group: str) -> None:
    """Give a repeating group of an open form one more blank row."""
    async with parts.open_work(AsResident(actor), "apply.add_row") as work:
        case = await work.cases.own(reference, actor, lock=True)
        if Status(case.status) in OPEN:
            service = service_of(parts, case.service)
            case.typed = forms.with_one_more_row(service, case.typed, group)


async def send(
    parts: Parts, actor: Actor, reference: str, form_key: UUID | None = None
) -> list[FieldProblem]:
    """Send a draft, or the answer to the office's request; return what is still wrong.

    Nothing wrong means that the case is with the office now, or already was. `form_key` is
    that of the form that sends it: late repetitions of the same find it spent.

    Raises:
        TooManyToday: the account has sent too many for a day.
    """
    async with parts.open_work(AsResident(actor), "apply.send") as work:
        case = await work.cases.own(reference, actor, lock=True)
        if Status(case.status) not in OPEN:
            return []
        service = service_of(parts, case.service)
        now = parts.now()
        documents = await work.documents.current(case)
        examined = forms.examine(service, case.typed, documents, today=parts.today())
        if examined.problems:
            return examined.problems
        case.answers = dict(examined.answers)
        case.upload_problems = {}
        if case.status == Status.DRAFT:
            await quotas.refuse_more_cases(parts, work, actor)
            await _freeze(parts, work, case, service, actor)
            case.submitted_at = now
        elif form_key is not None:
            await work.cases.made_by_form(form_key, case)
        await move(parts, work, case, _sending(case), actor, papers=Papers(documents))
        return []


def _sending(case: CaseRow) -> Step:
    """Return the step of sending: to the officer who has the case, or into the queue."""
    if case.status == Status.DRAFT:
        return Step.SUBMIT
    return Step.ANSWER if case.holder_id else Step.SUBMIT_AGAIN


async def withdraw(parts: Parts, actor: Actor, reference: str) -> None:
    """Take a case back.

    Raises:
        StepRefused: it is past the point at which it can be taken back.
    """
    async with parts.open_work(AsResident(actor), "apply.withdraw") as work:
        case = await work.cases.own(reference, actor, lock=True)
        await move(parts, work, case, Step.WITHDRAW, actor)


async def _new_draft(parts: Parts, work: Work, service: Service, person: PersonRow) -> CaseRow:
    now = parts.now()
    offices = await work.offices.all()
    case = CaseRow(
        reference=new_reference(parts.today().year),
        tracking_code=new_tracking_code(),
        service=service.key,
        office_id=nearest_office(parts, offices, person).id,
        resident_id=person.id,
        status=Status.DRAFT.value,
        typed=forms.prefilled(service, person),
        created_at=now,
        changed_at=now,
        status_since=now,
    )
    await work.cases.add(case)
    return case


def nearest_office(parts: Parts, offices: Sequence[OfficeRow], person: PersonRow) -> OfficeRow:
    """Return the office of the area in which the person was first registered, or the first."""
    if not offices:
        raise NotFound(office="any")
    region = parts.seal.open(person.nik)[:6] if person.nik else ""
    return next((office for office in offices if office.region == region), offices[0])


async def _keep(
    parts: Parts,
    work: Work,
    case: CaseRow,
    service: Service,
    form: Mapping[str, str],
    *,
    is_open: bool,
) -> Kept:
    typed = forms.kept(service, form)
    if not is_open:
        return Kept(case.reference, is_open=False, is_said=typed == case.typed)
    case.typed = typed
    case.changed_at = parts.now()
    chosen = form.get(forms.OFFICE, "")
    if case.status == Status.DRAFT and chosen not in ("", case.office_id):
        case.office_id = (await work.offices.get(chosen)).id
    return Kept(case.reference, is_open=True)


async def _freeze(parts: Parts, work: Work, case: CaseRow, service: Service, actor: Actor) -> None:
    """Write into the case what must not change under it once it is sent."""
    person = await work.people.get(actor.person)
    case.chain = [link.role.value for link in service.chain]
    case.applicant_name, case.applicant_phone = person.name, person.phone
    case.applicant_nik = parts.seal.anew(person.nik) if person.nik else None
