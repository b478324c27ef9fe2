"""Cases as their readers see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app import routes
from app.db.listed import AnyCase, ListedCase
from app.db.tables import CaseRow, HistoryRow
from app.domain.catalogue import Service
from app.domain.clock import Calendar
from app.domain.fields import show_answers
from app.domain.words import number_in_words
from app.domain.workflow import Status, Step
from app.texts import language, say
from app.usecases.moves import position_of
from app.usecases.present.moments import ZONE, day_in_words, in_words
from app.usecases.present.services import link
from app.views import AnswerLine, CaseCard, Happening


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a case is worded.

    Attributes:
        is_staff: the office reads it, not the resident.
        knows_names: False for who only has a tracking code.
    """

    is_staff: bool = False
    knows_names: bool = True


RESIDENT = Reader()
OFFICE = Reader(is_staff=True)
OVERSIGHT = Reader(is_staff=True, knows_names=False)
STRANGER = Reader(knows_names=False)


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when a case will be done, in words; all empty when the clock stands."""

    due: str = ""
    left: str = ""
    is_late: bool = False


def deadline(case: AnyCase, calendar: Calendar, now: datetime) -> Deadline:
    """Return until when, how many working days are left, and whether it is late."""
    if case.due_at is None:
        return Deadline()
    spoken, today, last = language(), calendar.day_of(now), calendar.day_of(case.due_at)
    if now > case.due_at:
        days = calendar.working_days_between(last, today)
        left = say("due.late_days", days=number_in_words(days, spoken)) if days else ""
        return Deadline(_due_in_words(case.due_at), left or say("due.late_today"), is_late=True)
    days = calendar.working_days_between(today, last)
    left = say("due.days_left", days=number_in_words(days, spoken)) if days else say("due.today")
    return Deadline(_due_in_words(case.due_at), left)


def case_card(case: ListedCase, service: Service, until: Deadline, reader: Reader) -> CaseCard:
    """Return a case as a line of a list."""
    return CaseCard(
        reference=case.reference,
        href=_href(case, reader),
        service=service.name.in_(language()),
        status=case.status,
        status_label=status_label(case),
        resident=case.applicant_name if reader.is_staff and reader.knows_names else "",
        holder=holder_in_words(case, case.holder, reader),
        since=in_words(case.status_since),
        due=until.due,
        left=until.left,
        is_late=until.is_late,
        documents=say("documents.accepted", accepted=case.accepted, total=case.documents),
    )


def holder_in_words(case: AnyCase, holder: str | None, reader: Reader) -> str:
    """Return who has the case now."""
    position = position_of(case)
    match position.status:
        case Status.DRAFT | Status.NEEDS_CHANGES:
            return say("holder.resident" if reader.is_staff else "holder.you")
        case Status.IN_REVIEW if holder and reader.knows_names:
            return say("holder.person", name=holder, role=say("role.petugas"))
        case Status.SUBMITTED | Status.IN_REVIEW:
            return say("holder.counter")
        case Status.AWAITING_SIGNATURE if position.acting:
            return say("holder.role", role=say(f"role.{position.acting}"))
        case Status.AWAITING_SIGNATURE:
            return say("holder.letter")
        case _:
            return ""


def status_label(case: AnyCase) -> str:
    """Return the status in words."""
    return say(f"status.{case.status}")


def last_note(history: Sequence[HistoryRow], status: Status) -> str:
    """Return what the office asked for, or why it refused, while that is what counts."""
    if status not in {Status.NEEDS_CHANGES, Status.REJECTED}:
        return ""
    return next((row.note for row in reversed(history) if row.note), "")


def explanation(case: CaseRow, reader: Reader) -> str:
    """Return what the status means and what happens next."""
    who = "staff" if reader.is_staff else "resident"
    return say(f"explain.{who}.{case.status}")


def timeline(
    case: CaseRow, history: Sequence[HistoryRow], holder: str, reader: Reader
) -> list[Happening]:
    """Return what happened, what is happening, and what will happen."""
    lines = [_happened(row, reader) for row in history]
    position = position_of(case)
    if position.status.is_final or position.status is Status.DRAFT:
        return lines
    lines.append(
        Happening(
            title=status_label(case),
            who=holder,
            at=in_words(case.status_since),
            at_iso=case.status_since.isoformat(),
            note="",
            state="now",
        )
    )
    return lines + _to_come(case)


def answer_lines(case: CaseRow, service: Service) -> list[AnswerLine]:
    """Return the answers that were sent, labelled."""
    shown = show_answers(service.fields, case.answers, language())
    return [AnswerLine(answer.label, answer.text) for answer in shown]


def _happened(row: HistoryRow, reader: Reader) -> Happening:
    who = say(f"role.{row.role}")
    if reader.knows_names and row.actor_id is not None:
        who = say("holder.person", name=row.actor_name, role=who)
    return Happening(
        title=say(f"step.{row.step}"),
        who=who,
        at=in_words(row.at),
        at_iso=row.at.isoformat(),
        note=row.note if reader.knows_names else "",
        state="done",
    )


def _to_come(case: CaseRow) -> list[Happening]:
    position = position_of(case)
    is_signing = position.status is Status.AWAITING_SIGNATURE
    first = position.turn + 1 if is_signing else 0
    lines = []
    for turn, role in enumerate(position.chain[first:], start=first):
        step = Step.SIGN if turn == len(position.chain) - 1 else Step.INITIAL
        lines.append(_next(say(f"next.{step}", role=say(f"role.{role}"))))
    return [*lines, _next(say("next.done"))]


def _next(title: str) -> Happening:
    return Happening(title=title, who="", at="", at_iso="", note="", state="next")


def _href(case: AnyCase, reader: Reader) -> str:
    if reader.is_staff:
        return link(routes.REVIEW, reference=case.reference)
    if case.status == Status.DRAFT:
        return link(routes.APPLY, key=case.service)
    return link(routes.CASE, reference=case.reference)


def _due_in_words(moment: datetime) -> str:
    local = moment.astimezone(ZONE)
    closes_that_day = local.hour >= 16
    return say("due.by", when=day_in_words(moment) if closes_that_day else in_words(moment))
