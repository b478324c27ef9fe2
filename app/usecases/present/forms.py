"""A service's form as one resident sees it, filled in as far as it is."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app import routes
from app.adapters.phones import show_phone
from app.db.tables import CaseRow, DocumentRow, OfficeRow, PersonRow
from app.domain.catalogue import Condition, Field, Kind, Service
from app.domain.fields import FieldProblem, input_name, row_indexes
from app.domain.nik import mask
from app.texts import language, say
from app.usecases.forms import DOCUMENT
from app.usecases.present.moments import in_words
from app.usecases.present.problems import problem_in_words
from app.usecases.present.services import link
from app.usecases.present.slots import slot
from app.views import Choice, Form, Input, Problem, Question, Row, Slot


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that a form is made from.

    Attributes:
        case: the draft or case, or None before anything was kept.
        typed: input name to text.
        problems: what keeps it from being sent; empty until that was tried.
        nik: the applicant's, not masked.
    """

    service: Service
    case: CaseRow | None
    typed: Mapping[str, str]
    problems: Sequence[FieldProblem]
    documents: Sequence[DocumentRow]
    person: PersonRow
    nik: str
    offices: Sequence[OfficeRow]
    office_id: str
    form_key: UUID
    action: str
    now: datetime


def form_view(sheet: Sheet) -> Form:
    """Return the form with what was typed, what is attached and what is wrong."""
    wrong = {problem.name: problem_in_words(problem) for problem in sheet.problems}
    questions = [_question(field, sheet.typed, wrong) for field in sheet.service.fields]
    documents = {document.requirement: document for document in sheet.documents}
    uploads = sheet.case.upload_problems if sheet.case else {}
    slots = [
        slot(
            need,
            documents.get(need.key),
            wrong.get(DOCUMENT + need.key, ""),
            uploads,
            sheet.case,
            now=sheet.now,
        )
        for need in sheet.service.requirements
    ]
    return Form(
        service=sheet.service.name.in_(language()),
        service_key=sheet.service.key,
        service_href=link(routes.SERVICE, key=sheet.service.key),
        action=sheet.action,
        form_key=str(sheet.form_key),
        reference=sheet.case.reference if sheet.case else "",
        applicant_name=sheet.person.name,
        applicant_nik=mask(sheet.nik) if sheet.nik else "",
        applicant_phone=show_phone(sheet.person.phone),
        offices=[
            Choice(office.id, office.name, chosen=office.id == sheet.office_id)
            for office in sheet.offices
        ],
        questions=questions,
        slots=slots,
        problems=_summary(questions, slots),
        saved_at=in_words(sheet.case.changed_at) if sheet.case else "",
        version=_version(sheet),
        is_draft=sheet.case is None or sheet.case.status == "draft",
    )


def _version(sheet: Sheet) -> str:
    """Return a digest of what is typed, by which a phone sees that it was changed elsewhere."""
    said = json.dumps([sorted(sheet.typed.items()), sheet.office_id])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _question(field: Field, typed: Mapping[str, str], wrong: Mapping[str, str]) -> Question:
    is_group = field.kind is Kind.GROUP
    rows = [_row(field, index, typed, wrong) for index in _rows_shown(field, typed)]
    when_name, when_values = shown_when(field.when)
    return Question(
        name=field.name,
        is_group=is_group,
        input=_input(field, field.name, typed, wrong),
        rows=rows if is_group else [],
        label=field.label.in_(language()),
        hint=field.hint.in_(language()) if field.hint else "",
        problem=wrong.get(field.name, ""),
        when_name=when_name,
        when_values=when_values,
    )


def _rows_shown(field: Field, typed: Mapping[str, str]) -> list[int]:
    least = max(field.minimum or 1, 1)
    sent = row_indexes(field, typed)
    return sent if len(sent) >= least else list(range(least))


def _row(field: Field, index: int, typed: Mapping[str, str], wrong: Mapping[str, str]) -> Row:
    return Row(
        title=say("form.row", label=field.label.in_(language()), number=index + 1),
        inputs=[
            _input(column, input_name(field, index, column), typed, wrong)
            for column in field.columns
        ],
    )


def _input(field: Field, name: str, typed: Mapping[str, str], wrong: Mapping[str, str]) -> Input:
    spoken, value = language(), typed.get(name, "") or (field.default or "")
    return Input(
        name=name,
        id=input_id(name),
        kind=field.kind.value,
        label=field.label.in_(spoken),
        hint=field.hint.in_(spoken) if field.hint else "",
        required=field.required or field.default is not None,
        value=value,
        problem=wrong.get(name, ""),
        choices=[
            Choice(choice.value, choice.label.in_(spoken), chosen=choice.value == value)
            for choice in field.choices
        ],
        max_length=field.max_length,
        autocomplete=field.autocomplete or "",
    )


def input_id(name: str) -> str:
    """Return the id of the element that stands for an input name."""
    return "f-" + name.replace(".", "-")


def shown_when(condition: Condition | None) -> tuple[str, str]:
    """Return the input and the values, separated by spaces, that a part is shown for."""
    return (condition.field, " ".join(condition.one_of)) if condition else ("", "")


def _summary(questions: Sequence[Question], slots: Sequence[Slot]) -> list[Problem]:
    """Return one line for each problem, in display order, leading to its input."""
    inputs: list[Input] = []
    for question in questions:
        rows = [cell for row in question.rows for cell in row.inputs]
        inputs += rows if question.is_group else [question.input]
    lines = [Problem(f"{i.label}: {i.problem}", f"#{i.id}") for i in inputs if i.problem]
    lines += [Problem(f"{s.label}: {s.problem}", f"#{s.id}") for s in slots if s.problem]
    return lines
