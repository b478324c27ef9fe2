"""What a form says once it is read: its answers, and everything that is still wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.db.tables import DocumentRow, PersonRow
from app.domain.catalogue import Field, Kind, Service
from app.domain.documents import Safety, Verdict
from app.domain.fields import (
    Answer,
    FieldProblem,
    input_name,
    read_answers,
    row_indexes,
    type_answers,
)

#: Input names of documents begin with this, so that none can be taken for a field's.
DOCUMENT = "document."
#: The input in which the office is chosen.
OFFICE = "office"
#: Longer than any answer may be; what is beyond was not typed by hand.
_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Examined:
    """A form, read: the answers and, in display order, what keeps it from being sent."""

    answers: dict[str, Answer]
    problems: list[FieldProblem]


def examine(
    service: Service,
    typed: Mapping[str, str],
    documents: Iterable[DocumentRow],
    *,
    today: date,
) -> Examined:
    """Read a whole form: the answers typed and the documents that they ask for."""
    answers, problems = read_answers(service.fields, typed, today=today)
    by_requirement = {document.requirement: document for document in documents}
    for need in service.requirements_for(answers):
        document = by_requirement.get(need.key)
        key = _document_problem(document, required=need.required)
        if key:
            facts = document.refusal_facts if document and key == document.refusal else {}
            problems.append(FieldProblem(DOCUMENT + need.key, key, facts))
    return Examined(answers, problems)


def kept(service: Service, form: Mapping[str, str]) -> dict[str, str]:
    """Return what a form sent, reduced to the inputs that the service declares."""
    names: set[str] = set()
    for field in service.fields:
        names |= _input_names(field, form)
    return {name: form[name][:_LONGEST] for name in form if name in names}


def prefilled(service: Service, person: PersonRow) -> dict[str, str]:
    """Return the inputs that the account can answer, as if they had been typed."""
    known = {"name": person.name, "phone": person.phone}
    answers = {f.name: known[f.prefill] for f in service.fields if f.prefill in known}
    return type_answers(service.fields, dict(answers))


def with_one_more_row(service: Service, typed: dict[str, str], group: str) -> dict[str, str]:
    """Return what was typed with a blank row added to a repeating group."""
    for field in service.fields:
        if field.name == group and field.kind is Kind.GROUP:
            row = max(row_indexes(field, typed), default=-1) + 1
            return {**typed, **{input_name(field, row, column): "" for column in field.columns}}
    return typed


def _input_names(field: Field, form: Mapping[str, str]) -> set[str]:
    if field.kind is not Kind.GROUP:
        return {field.name}
    return {
        input_name(field, row, column)
        for row in row_indexes(field, form)
        for column in field.columns
    }


def _document_problem(document: DocumentRow | None, *, required: bool) -> str:
    if document is None:
        return "problem.document_required" if required else ""
    if document.safety == Safety.REFUSED:
        return document.refusal
    if document.verdict == Verdict.REFUSED:
        return "problem.document_replace"
    return ""
