"""What an auditor reads: cases with all that their trail binds, at one moment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ARRAY, BigInteger, String, Uuid, bindparam, func
from sqlmodel import col, select

from app.db.reading import Query, Read, entity
from app.db.tables import CaseRow, DocumentRow, HistoryRow, LetterRow, RoleGrantRow, Table
from app.db.trail_tables import AnchorRow, RoleChangeRow
from app.domain.capacity import AsAuditor
from app.domain.trail import Anchored

RowT = TypeVar("RowT")
OfCaseT = TypeVar("OfCaseT", HistoryRow, DocumentRow)


class AuditedCase(NamedTuple):
    """What the trail binds of a case, named as in its row."""

    id: UUID
    reference: str
    service: str
    office_id: str
    resident_id: UUID
    status: str
    chain: list[str]
    turn: int
    holder_id: UUID | None
    answers: dict[str, Any]
    applicant_name: str
    applicant_phone: str
    applicant_nik: bytes | None
    submitted_at: datetime | None
    due_at: datetime | None
    status_since: datetime


@dataclass(frozen=True, slots=True)
class Trail:
    """A case with its moves, oldest first, every document that it ever had, and its letter."""

    case: AuditedCase
    moves: Sequence[HistoryRow]
    documents: Sequence[DocumentRow]
    letter: LetterRow | None


class Moved(NamedTuple):
    """A move: its id, whose it is, when it was made."""

    id: int
    case_id: UUID
    at: datetime


class Placed(NamedTuple):
    """A move with the digest that it has, and the reference of its case."""

    id: int
    digest: bytes | None
    reference: str


class _Id(NamedTuple):
    id: UUID


def _among(column: Any, kind: Any) -> Any:
    """Hold for rows whose column is one of the values `these`."""
    return column == func.any(bindparam("these", type_=ARRAY(kind)))


def _columns(table: type[Table], *names: str) -> list[Any]:
    return [getattr(table, name) for name in names]


_FIRST: Final = UUID(int=0)
_LIMIT: Final = bindparam("limit")
_CASES = Query(
    sa.select(*_columns(CaseRow, *AuditedCase._fields)).where(_among(CaseRow.id, Uuid)),
    AuditedCase,
)
_MOVES = Query(
    select(HistoryRow).where(_among(HistoryRow.case_id, Uuid)).order_by(col(HistoryRow.id)),
    entity(HistoryRow),
)
_DOCUMENTS = Query(
    select(DocumentRow).where(_among(DocumentRow.case_id, Uuid)), entity(DocumentRow)
)
_LETTERS = Query(select(LetterRow).where(_among(LetterRow.case_id, Uuid)), entity(LetterRow))
_AFTER = Query(
    sa.select(*_columns(CaseRow, "id"))
    .where(col(CaseRow.id) > bindparam("last", type_=Uuid))
    .order_by(col(CaseRow.id))
    .limit(_LIMIT),
    _Id,
)
_CALLED = Query(sa.select(*_columns(CaseRow, "id")).where(_among(CaseRow.reference, String)), _Id)
_MOVED = Query(
    sa.select(*_columns(HistoryRow, *Moved._fields))
    .where(col(HistoryRow.id) > bindparam("last"))
    .order_by(col(HistoryRow.id))
    .limit(_LIMIT),
    Moved,
)
_PLACED = Query(
    sa.select(*_columns(HistoryRow, "id", "digest"), *_columns(CaseRow, "reference"))
    .join(CaseRow, col(CaseRow.id) == col(HistoryRow.case_id))
    .where(_among(HistoryRow.id, BigInteger)),
    Placed,
)
_ITS_CASE = sa.select(*_columns(CaseRow, "id")).where(col(CaseRow.id) == col(HistoryRow.case_id))
_STRAYS = Query(
    sa.select(*_columns(HistoryRow, *Moved._fields)).where(~_ITS_CASE.exists()).limit(_LIMIT),
    Moved,
)
_ANCHORS = Query(
    select(AnchorRow)
    .where(AnchorRow.number > bindparam("last"))
    .order_by(col(AnchorRow.number))
    .limit(_LIMIT),
    entity(AnchorRow),
)
_LAST_ANCHORS = Query(
    select(AnchorRow).order_by(col(AnchorRow.number).desc()).limit(_LIMIT), entity(AnchorRow)
)
_CITED = Query(
    sa.select(*_columns(AnchorRow, "number"), func.encode(AnchorRow.digest, "hex")).where(
        _among(AnchorRow.number, BigInteger)
    ),
    Anchored,
)
_CHANGES = Query(select(RoleChangeRow).order_by(col(RoleChangeRow.number)), entity(RoleChangeRow))
_GRANTS = Query(select(RoleGrantRow).order_by(col(RoleGrantRow.id)), entity(RoleGrantRow))


async def cases_after(read: Read, last: UUID | None, *, limit: int) -> list[UUID]:
    """Return the ids of the cases that follow one, in their order."""
    return [one.id for one in await _asked(read, _AFTER, last=last or _FIRST, limit=limit)]


async def called(read: Read, references: Iterable[str]) -> list[UUID]:
    """Return the ids of the cases that have these references, as far as there are such."""
    return [one.id for one in await _asked(read, _CALLED, these=list(references))]


async def trails(read: Read, ids: Iterable[UUID]) -> list[Trail]:
    """Return these cases with all that is bound of them."""
    these = list(ids)
    cases, moves = _CASES.about(these=these), _MOVES.about(these=these)
    documents, letters = _DOCUMENTS.about(these=these), _LETTERS.about(these=these)
    await read(AsAuditor(), cases, moves, documents, letters)
    of_moves, of_documents = _by_case(moves.rows), _by_case(documents.rows)
    letter_of = {letter.case_id: letter for letter in letters.rows}
    return [
        Trail(one, of_moves[one.id], of_documents[one.id], letter_of.get(one.id))
        for one in cases.rows
    ]


async def moved_after(read: Read, last: int, *, limit: int) -> Sequence[Moved]:
    """Return the moves whose ids follow one, in their order."""
    return await _asked(read, _MOVED, last=last, limit=limit)


async def placed(read: Read, ids: Iterable[int]) -> Mapping[int, Placed]:
    """Return those of these moves that there are, by their ids."""
    return {one.id: one for one in await _asked(read, _PLACED, these=list(ids))}


async def strays(read: Read, *, limit: int) -> Sequence[Moved]:
    """Return moves of cases that there are not."""
    return await _asked(read, _STRAYS, limit=limit)


async def anchors_after(read: Read, last: int, *, limit: int) -> Sequence[AnchorRow]:
    """Return the anchors that follow one, in their order."""
    return await _asked(read, _ANCHORS, last=last, limit=limit)


async def last_anchors(read: Read, *, limit: int) -> Sequence[AnchorRow]:
    """Return the last anchors, the newest first."""
    return await _asked(read, _LAST_ANCHORS, limit=limit)


async def anchored(read: Read, numbers: Iterable[int]) -> set[Anchored]:
    """Return those of these anchors that there are."""
    return set(await _asked(read, _CITED, these=list(numbers)))


async def roles(read: Read) -> tuple[Sequence[RoleChangeRow], Sequence[RoleGrantRow]]:
    """Return what became of roles, in order, and the grants that there are, at one moment."""
    changes, grants = _CHANGES.about(), _GRANTS.about()
    await read(AsAuditor(), changes, grants)
    return changes.rows, grants.rows


async def _asked(read: Read, query: Query[RowT], **values: Any) -> Sequence[RowT]:
    question = query.about(**values)
    await read(AsAuditor(), question)
    return question.rows


def _by_case(rows: Sequence[OfCaseT]) -> Mapping[UUID, list[OfCaseT]]:
    found: defaultdict[UUID, list[OfCaseT]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found
