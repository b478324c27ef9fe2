"""One case with all that belongs to it, as its resident or its office reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, bindparam
from sqlmodel import col, select

from app.db.cases import TOLD
from app.db.listed import in_offices, offices_of
from app.db.reading import Query, Question, entity
from app.db.tables import CaseRow, DocumentRow, HistoryRow, LetterRow, MessageRow, OfficeRow
from app.domain.errors import NotFound
from app.domain.identity import Actor
from app.domain.workflow import Step


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case, its office, and what came of it, oldest first."""

    case: CaseRow
    office: OfficeRow
    history: Sequence[HistoryRow]
    documents: Sequence[DocumentRow]
    messages: Sequence[MessageRow]
    letter: LetterRow | None

    @property
    def holder(self) -> str | None:
        """Who holds the case, by the name they had when they took it."""
        held = (row for row in reversed(self.history) if row.step == Step.TAKE)
        return next((row.actor_name for row in held if row.actor_id == self.case.holder_id), None)


class AskedFile:
    """The questions that a case file is made of."""

    def __init__(self, queries: "_Queries", reference: str, **whose: UUID | list[str]) -> None:
        self.reference = reference
        asked = {"reference": reference, **whose}
        self.case = queries.case.about(**asked)
        self.office = queries.office.about(**asked)
        self.history = queries.history.about(**asked)
        self.documents = queries.documents.about(**asked)
        self.messages = queries.messages.about(**asked)
        self.letter = queries.letter.about(**asked)
        self.questions: tuple[Question[Any], ...] = (
            *(self.case, self.office, self.history),
            *(self.documents, self.messages, self.letter),
        )

    def file(self) -> CaseFile:
        """Return what was answered.

        Raises:
            NotFound: no such case, or not theirs; the two look alike on purpose.
        """
        if self.case.first is None:
            raise NotFound(case=self.reference)
        return CaseFile(
            case=self.case.one,
            office=self.office.one,
            history=self.history.rows,
            documents=self.documents.rows,
            messages=self.messages.rows,
            letter=self.letter.first,
        )


def own(reference: str, actor: Actor) -> AskedFile:
    """Ask for a case of `actor`'s own."""
    return AskedFile(_OWN, reference, person=actor.person)


def for_staff(reference: str, actor: Actor) -> AskedFile:
    """Ask for a case of an office in which `actor` works; drafts are none yet."""
    return AskedFile(_STAFF, reference, offices=offices_of(actor))


class _Queries:
    """The same six queries, about cases for which some conditions hold."""

    def __init__(self, *conditions: ColumnElement[bool]) -> None:
        asked = (col(CaseRow.reference) == bindparam("reference"), *conditions)

        def of_case(table: Any, *names: str) -> Any:
            columns = [getattr(table, name) for name in names] or [table]
            return sa.select(*columns).join(CaseRow, col(CaseRow.id) == table.case_id).where(*asked)

        of_office = col(CaseRow.office_id) == col(OfficeRow.id)
        current = col(DocumentRow.replaced_at).is_(None)
        self.case = Query(select(CaseRow).where(*asked), entity(CaseRow))
        self.office = Query(
            select(OfficeRow).join(CaseRow, of_office).where(*asked), entity(OfficeRow)
        )
        history = of_case(HistoryRow, *TOLD).order_by(col(HistoryRow.id))
        self.history = Query(history, entity(HistoryRow, *TOLD))
        self.documents = Query(of_case(DocumentRow).where(current), entity(DocumentRow))
        messages = of_case(MessageRow).order_by(col(MessageRow.id))
        self.messages = Query(messages, entity(MessageRow))
        self.letter = Query(of_case(LetterRow), entity(LetterRow))


_OWN: Final = _Queries(col(CaseRow.resident_id) == bindparam("person"))
_STAFF: Final = _Queries(*in_offices())
