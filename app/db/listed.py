"""Cases as lines of a list: the resident's own, and the queue of an office."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ARRAY, ColumnElement, String, bindparam, func, or_, true, tuple_
from sqlmodel import col, select

from app.db.reading import Query, Question
from app.db.tables import CaseRow, DocumentRow, HistoryRow, PersonRow
from app.domain.documents import Verdict
from app.domain.identity import STAFF, Actor, Role
from app.domain.workflow import Status, Step

#: Roles that may look at an office's cases.
READERS: Final = (*sorted(STAFF), Role.OVERSIGHT)
#: More cases than anybody has.
_MOST: Final = 50


class ListedCase(NamedTuple):
    """What a line of a list says of a case, named as in its row."""

    id: UUID
    reference: str
    service: str
    office_id: str
    resident_id: UUID
    applicant_name: str
    status: str
    chain: list[str]
    turn: int
    status_since: datetime
    submitted_at: datetime | None
    due_at: datetime | None
    #: Who took it, by the name they had then; None while nobody holds it.
    holder: str | None
    #: Its documents, and how many of them were accepted.
    documents: int
    accepted: int


#: Whatever knows where a case stands, and whose it is.
AnyCase = CaseRow | ListedCase


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which of the office's cases to list.

    Attributes:
        statuses: none named means every status but drafts.
        holder: only cases that this person took.
        turn_of: only cases that await one of these roles.
        search: a number, or part of the resident's name.
        nik_hash: the keyed hash of the NIK that was searched for.
        after: the (moment, id) of the last row of the page before.
        limit: how many rows at most.
    """

    statuses: tuple[Status, ...] = ()
    holder: UUID | None = None
    turn_of: tuple[Role, ...] = ()
    search: str = ""
    nik_hash: bytes = b""
    after: tuple[datetime, UUID] | None = None
    limit: int = 30

    def values(self) -> Iterator[tuple[str, Any]]:
        """Give each condition's name with the value that it is about."""
        if self.statuses:
            yield "statuses", [status.value for status in self.statuses]
        if self.holder:
            yield "holder", self.holder
        if self.turn_of:
            yield "roles", [role.value for role in self.turn_of]
        if self.search:
            text = self.search.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
            yield "search", f"%{text}%"
        if self.nik_hash:
            yield "nik_hash", self.nik_hash


def mine(actor: Actor) -> Question[ListedCase]:
    """Ask for `actor`'s own cases, last changed first."""
    return _MINE.about(person=actor.person)


def queue(actor: Actor, wanted: QueueFilter) -> Question[ListedCase]:
    """Ask for cases of `actor`'s offices, longest waiting first, by key set."""
    values = dict(wanted.values())
    more = {"since": wanted.after[0], "id": wanted.after[1]} if wanted.after else {}
    query = _queue(frozenset(values), is_continued=bool(more))
    return query.about(offices=offices_of(actor), limit=wanted.limit, **values, **more)


def count(actor: Actor, wanted: QueueFilter) -> Question[int]:
    """Ask how many cases `queue` would list without a limit."""
    values = dict(wanted.values())
    return _count(frozenset(values)).about(offices=offices_of(actor), **values)


def offices_of(actor: Actor) -> list[str]:
    """Return the offices whose cases `actor` may look at."""
    return sorted(actor.offices(*READERS))


def in_offices() -> tuple[ColumnElement[bool], ...]:
    """Hold for the cases of the offices in the value `offices`, drafts left out."""
    return (
        col(CaseRow.office_id) == _array("offices"),
        col(CaseRow.status) != Status.DRAFT.value,
    )


def _array(name: str) -> Any:
    return func.any(bindparam(name, type_=ARRAY(String)))


def _listed() -> Any:
    holder = (
        select(HistoryRow.actor_name)
        .where(
            HistoryRow.case_id == CaseRow.id,
            HistoryRow.actor_id == CaseRow.holder_id,
            HistoryRow.step == Step.TAKE.value,
        )
        .order_by(col(HistoryRow.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    is_accepted = col(DocumentRow.verdict) == Verdict.ACCEPTED.value
    documents = (
        select(func.count().label("number"), func.count().filter(is_accepted).label("accepted"))
        .where(DocumentRow.case_id == CaseRow.id, col(DocumentRow.replaced_at).is_(None))
        .lateral()
    )
    of_case = [getattr(CaseRow, name) for name in ListedCase._fields[:-3]]
    columns = (*of_case, holder, documents.c.number, documents.c.accepted)
    return sa.select(*columns).join(documents, true())


def _mine() -> Query[ListedCase]:
    own = CaseRow.resident_id == bindparam("person")
    newest = col(CaseRow.changed_at).desc()
    return Query(_listed().where(own).order_by(newest).limit(_MOST), ListedCase)


_MINE: Final = _mine()


@cache
def _queue(conditions: frozenset[str], *, is_continued: bool) -> Query[ListedCase]:
    place = tuple_(CaseRow.submitted_at, CaseRow.id)
    statement = _listed().where(*_where(conditions))
    if is_continued:
        statement = statement.where(place > tuple_(bindparam("since"), bindparam("id")))
    return Query(statement.order_by(*place).limit(bindparam("limit")), ListedCase)


@cache
def _count(conditions: frozenset[str]) -> Query[int]:
    return Query(select(func.count()).select_from(CaseRow).where(*_where(conditions)), int)


def _where(conditions: frozenset[str]) -> Iterator[ColumnElement[bool]]:
    yield from in_offices()
    if "statuses" in conditions:
        yield col(CaseRow.status) == _array("statuses")
    if "holder" in conditions:
        yield col(CaseRow.holder_id) == bindparam("holder")
    if "roles" in conditions:
        yield col(CaseRow.chain).op("->>")(col(CaseRow.turn)) == _array("roles")
    if "search" in conditions:
        searched = (CaseRow.reference, CaseRow.applicant_name)
        found = [col(column).ilike(bindparam("search")) for column in searched]
        if "nik_hash" in conditions:
            theirs = select(PersonRow.id).where(PersonRow.nik_hash == bindparam("nik_hash"))
            found.append(col(CaseRow.resident_id).in_(theirs))
        yield or_(*found)
