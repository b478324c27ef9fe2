"""The form that a resident is shown: for a new case, a draft, or one that was sent back."""

from uuid import uuid4

from app import routes
from app.db.tables import CaseRow
from app.db.work import Work
from app.domain.capacity import AsResident
from app.domain.catalogue import Service
from app.domain.identity import Actor
from app.domain.workflow import Status
from app.usecases import forms
from app.usecases.apply import nearest_office, service_of
from app.usecases.parts import Parts
from app.usecases.present.forms import Sheet, form_view
from app.usecases.present.services import link
from app.views import Form


async def for_service(parts: Parts, actor: Actor, service_key: str, *, checked: bool) -> Form:
    """Return the form of a service: the open draft's, or one prefilled from the account.

    Args:
        parts: the ports.
        actor: the resident.
        service_key: the service.
        checked: sending was tried: say everything that is still wrong.

    Raises:
        NotFound: no such service.
    """
    service = service_of(parts, service_key)
    async with parts.open_work(AsResident(actor)) as work:
        draft = await work.cases.draft(service.key, actor)
        action = link(routes.APPLY, key=service.key)
        return await _form(parts, work, actor, service, draft, action, checked=checked)


async def for_case(parts: Parts, actor: Actor, case: CaseRow, *, checked: bool) -> Form:
    """Return the form of a case that waits for its resident, or an empty one."""
    if case.status != Status.NEEDS_CHANGES:
        return Form()
    service = service_of(parts, case.service)
    action = link(routes.CASE, reference=case.reference)
    async with parts.open_work(AsResident(actor)) as work:
        return await _form(parts, work, actor, service, case, action, checked=checked)


async def _form(
    parts: Parts,
    work: Work,
    actor: Actor,
    service: Service,
    case: CaseRow | None,
    action: str,
    *,
    checked: bool,
) -> Form:
    person = await work.people.get(actor.person)
    documents = await work.documents.current(case) if case else []
    typed = case.typed if case else forms.prefilled(service, person)
    problems = (
        forms.examine(service, typed, documents, today=parts.today()).problems if checked else []
    )
    offices = await work.offices.all()
    return form_view(
        Sheet(
            service=service,
            case=case,
            typed=typed,
            problems=problems,
            documents=documents,
            person=person,
            nik=parts.seal.open(person.nik) if person.nik else "",
            offices=offices,
            office_id=case.office_id if case else nearest_office(parts, offices, person).id,
            form_key=uuid4(),
            action=action,
            now=parts.now(),
        )
    )
