"""What the form of a service is made of, as its resident reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam
from sqlmodel import col, select

from app.db.offices import ALL_OFFICES
from app.db.people import PERSON
from app.db.reading import Query, Question, entity
from app.db.tables import CaseRow, DocumentRow, OfficeRow, PersonRow
from app.domain.identity import Actor
from app.domain.workflow import Status

_DRAFT: Final = (
    col(CaseRow.resident_id) == bindparam("person"),
    col(CaseRow.service) == bindparam("service"),
    col(CaseRow.status) == Status.DRAFT.value,
)
_CASE: Final = Query(select(CaseRow).where(*_DRAFT), entity(CaseRow))
_DOCUMENTS: Final = Query(
    select(DocumentRow)
    .join(CaseRow, col(CaseRow.id) == col(DocumentRow.case_id))
    .where(*_DRAFT, col(DocumentRow.replaced_at).is_(None)),
    entity(DocumentRow),
)


@dataclass(frozen=True, slots=True)
class FormFile:
    """Whoever fills in a form, the offices to choose from, and what is there of their case."""

    person: PersonRow
    offices: Sequence[OfficeRow]
    case: CaseRow | None
    documents: Sequence[DocumentRow]


class AskedForm:
    """The questions that a form file is made of."""

    def __init__(self, actor: Actor, service: str) -> None:
        """Ask for `actor`'s open draft for a service; there is one at most."""
        asked = {"person": actor.person, "service": service}
        self.person = PERSON.about(person=actor.person)
        self.offices = ALL_OFFICES.about()
        self.case = _CASE.about(**asked)
        self.documents = _DOCUMENTS.about(**asked)
        self.questions: tuple[Question[Any], ...] = (
            *(self.person, self.offices, self.case, self.documents),
        )

    def file(self) -> FormFile:
        """Return what was answered."""
        return FormFile(
            person=self.person.one,
            offices=self.offices.rows,
            case=self.case.first,
            documents=self.documents.rows,
        )
