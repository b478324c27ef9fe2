"""The form that a resident is shown: for a new case, a draft, or one that was sent back."""

from uuid import uuid4

from app import routes
from app.db.casefile import CaseFile
from app.db.formfile import AskedForm, FormFile
from app.db.offices import ALL_OFFICES
from app.db.people import PERSON
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
    asked = AskedForm(actor, service.key)
    await parts.read(AsResident(actor), *asked.questions)
    return _form(parts, service, asked.file(), link(routes.APPLY, key=service.key), checked=checked)


async def for_case(parts: Parts, actor: Actor, file: CaseFile, *, checked: bool) -> Form:
    """Return the form of a case that waits for its resident, or an empty one."""
    case = file.case
    if case.status != Status.NEEDS_CHANGES:
        return Form()
    person, offices = PERSON.about(person=actor.person), ALL_OFFICES.about()
    await parts.read(AsResident(actor), person, offices)
    form = FormFile(person.one, offices.rows, case, file.documents)
    action = link(routes.CASE, reference=case.reference)
    return _form(parts, service_of(parts, case.service), form, action, checked=checked)


def _form(parts: Parts, service: Service, file: FormFile, action: str, *, checked: bool) -> Form:
    person, case = file.person, file.case
    typed = case.typed if case else forms.prefilled(service, person)
    examined = (
        forms.examine(service, typed, file.documents, today=parts.today()) if checked else None
    )
    return form_view(
        Sheet(
            service=service,
            case=case,
            typed=typed,
            problems=examined.problems if examined else [],
            documents=file.documents,
            person=person,
            nik=parts.seal.open(person.nik) if person.nik else "",
            offices=file.offices,
            office_id=case.office_id if case else nearest_office(parts, file.offices, person).id,
            form_key=uuid4(),
            action=action,
            now=parts.now(),
        )
    )
