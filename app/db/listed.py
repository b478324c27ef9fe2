"""Cases as lines of a list: the resident's own, and the queue of an office."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ARRAY, ColumnElement, LargeBinary, String, bindparam, func, or_, true, tuple_
from sqlmodel import col, select

from app.db.reading import Query, Question
from app.db.tables import CaseRow, DocumentRow, HistoryRow, PersonRow
from app.domain.documents import Verdict
from app.domain.identity import STAFF, Actor, Role
from app.domain.workflow import Status, Step

#: Roles that may look at an office's cases.
_READERS: Final = (*sorted(STAFF), Role.OVERSIGHT)
#: More cases than anybody has.
_MOST: Final = 50
#: Nobody counts on; an office may have a million cases.
MOST_COUNTED: Final = 1_000


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
        nik_hashes: the keyed hashes of the NIK that was searched for, one for each key.
        after: the (moment, id) of the last row of the page before.
        limit: how many rows at most.
    """

    statuses: tuple[Status, ...] = ()
    holder: UUID | None = None
    turn_of: tuple[Role, ...] = ()
    search: str = ""
    nik_hashes: tuple[bytes, ...] = ()
    after: tuple[datetime, UUID] | None = None
    limit: int = 30

    def values(self) -> Iterator[tuple[str, Any]]:
        """Give each condition's name with the value that it is about."""
        sent = [status for status in Status if status is not Status.DRAFT]
        yield "statuses", [status.value for status in self.statuses or sent]
        if self.holder:
            yield "holder", self.holder
        if self.turn_of:
            yield "roles", [role.value for role in self.turn_of]
        if self.search:
            text = self.search.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
            yield "search", f"%{text}%"
        if self.nik_hashes:
            yield "nik_hashes", list(self.nik_hashes)


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
    """Ask how many cases `queue` would list without a limit; `MOST_COUNTED` stands for more."""
    values = dict(wanted.values())
    return _count(frozenset(values)).about(offices=offices_of(actor), **values)


def offices_of(actor: Actor) -> list[str]:
    """Return the offices whose cases `actor` may look at."""
    return sorted(actor.offices(*_READERS))


def in_offices(offices: list[str] | None = None) -> tuple[ColumnElement[bool], ...]:
    """Hold for the cases of these offices, or of those in the value `offices`; not for drafts."""
    these = _array("offices") if offices is None else sa.literal(offices, ARRAY(String))
    return (
        col(CaseRow.office_id) == func.any(these),
        col(CaseRow.status) != Status.DRAFT.value,
    )


_PLACE: Final = tuple_(CaseRow.submitted_at, CaseRow.id)


def _array(name: str) -> Any:
    return bindparam(name, type_=ARRAY(String))


def _each_of(name: str) -> sa.TableValuedAlias:
    return func.unnest(_array(name)).table_valued("value", name=name).render_derived()


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
    found = _found(conditions, bindparam("limit"), is_continued=is_continued)
    statement = _listed().join(found, found.c.id == CaseRow.id)
    return Query(statement.order_by(*_PLACE), ListedCase)


@cache
def _count(conditions: frozenset[str]) -> Query[int]:
    # In any order: what is only counted need not be sorted, nor looked at in the table itself.
    each = _of_one(conditions).limit(MOST_COUNTED).lateral()
    found = _of_all(each).limit(MOST_COUNTED).subquery()
    return Query(select(func.count()).select_from(found), int)


def _found(conditions: frozenset[str], limit: Any, *, is_continued: bool) -> sa.Subquery:
    """Return the first cases of each office and status, then the first of them all.

    Each is a look into one index, however many cases an office has.
    """
    one = _of_one(conditions)
    if is_continued:
        one = one.where(tuple_(bindparam("since"), bindparam("id")) < _PLACE)
    each = one.order_by(*_PLACE).limit(limit).lateral()
    return _of_all(each).order_by(each.c.submitted_at, each.c.id).limit(limit).subquery()


_OFFICE: Final = _each_of("offices")
_STATUS: Final = _each_of("statuses")


def _of_one(conditions: frozenset[str]) -> Any:
    return select(CaseRow.id, CaseRow.submitted_at).where(
        CaseRow.office_id == _OFFICE.c.value,
        CaseRow.status == _STATUS.c.value,
        *_where(conditions),
    )


def _of_all(each: sa.Lateral) -> Any:
    return sa.select(each).select_from(_OFFICE).join(_STATUS, true()).join(each, true())


def _where(conditions: frozenset[str]) -> Iterator[ColumnElement[bool]]:
    if "holder" in conditions:
        yield col(CaseRow.holder_id) == bindparam("holder")
    if "roles" in conditions:
        yield col(CaseRow.chain).op("->>")(col(CaseRow.turn)) == func.any(_array("roles"))
    if "search" in conditions:
        searched = (CaseRow.reference, CaseRow.applicant_name)
        found = [col(column).ilike(bindparam("search")) for column in searched]
        if "nik_hashes" in conditions:
            hashes = bindparam("nik_hashes", type_=ARRAY(LargeBinary))
            theirs = select(PersonRow.id).where(col(PersonRow.nik_hash) == func.any(hashes))
            found.append(col(CaseRow.resident_id).in_(theirs))
        yield or_(*found)
