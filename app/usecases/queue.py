"""The office's queue, and what waits for one person's initial or signature."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from app import routes
from app.db import listed
from app.db.listed import MOST_COUNTED, ListedCase, QueueFilter
from app.db.offices import ALL_OFFICES
from app.domain.capacity import AsStaff
from app.domain.identity import SIGNERS, Actor, Role
from app.domain.workflow import Position, Status, Step
from app.texts import language, say
from app.usecases.apply import service_of
from app.usecases.cards import cards
from app.usecases.moves import position_of, roles_in, works_on
from app.usecases.parts import Parts
from app.usecases.present import cases as wording
from app.usecases.present.moments import in_words
from app.usecases.present.services import link
from app.views import Queue, QueueTab, SigningLine

PAGE = 30
_MOST_TO_SIGN = 200
_NIK = re.compile(r"\d{16}")


async def waiting(parts: Parts, actor: Actor, tab: str, search: str, after: str) -> Queue:
    """Return one page of the queue of the actor's offices.

    Args:
        parts: the ports.
        actor: a member of staff.
        tab: which part of it; an unknown one means the first.
        search: a number, a name or a whole NIK; then all tabs are searched.
        after: where the page before ended, as its `next_href` says.
    """
    tabs = _tabs(actor)
    chosen = tab if tab in tabs else next(iter(tabs))
    wanted = _searching(parts, search) if search else tabs[chosen]
    found = listed.queue(actor, _page(wanted, after))
    counts = {name: listed.count(actor, part) for name, part in tabs.items()}
    offices = ALL_OFFICES.about()
    await parts.read(AsStaff(actor), found, offices, *counts.values())
    names = [office.name for office in offices.rows if office.id in actor.offices()]
    return Queue(
        office=", ".join(names),
        tabs=[
            QueueTab(
                say(f"queue.{name}"),
                _counted(counted.one),
                _href(name),
                name == chosen and not search,
            )
            for name, counted in counts.items()
        ],
        cases=cards(parts, found.rows[:PAGE], _reader(actor)),
        search=search,
        next_href=_next_href(chosen, search, found.rows),
    )


async def to_sign(parts: Parts, actor: Actor) -> list[SigningLine]:
    """Return what waits for the actor's initial or signature, longest waiting first."""
    roles = tuple(role for role in SIGNERS if actor.has(role))
    if not roles:
        return []
    wanted = QueueFilter(statuses=(Status.AWAITING_SIGNATURE,), turn_of=roles, limit=_MOST_TO_SIGN)
    found = listed.queue(actor, wanted)
    await parts.read(AsStaff(actor), found)
    return [
        _signing_line(parts, case)
        for case in found.rows
        if position_of(case).acting in roles_in(case, actor)
    ]


def _tabs(actor: Actor) -> dict[str, QueueFilter]:
    """Return the parts of the queue, that which is most the actor's own first."""
    mine: dict[str, QueueFilter] = {}
    signs = tuple(role for role in SIGNERS if actor.has(role))
    if signs:
        mine["mine_to_sign"] = QueueFilter(statuses=(Status.AWAITING_SIGNATURE,), turn_of=signs)
    if actor.has(Role.OFFICER):
        mine["new"] = QueueFilter(statuses=(Status.SUBMITTED,))
        mine["mine"] = QueueFilter(statuses=(Status.IN_REVIEW,), holder=actor.person)
        mine["waiting"] = QueueFilter(statuses=(Status.NEEDS_CHANGES,), holder=actor.person)
    running = (
        Status.SUBMITTED,
        Status.IN_REVIEW,
        Status.NEEDS_CHANGES,
        Status.AWAITING_SIGNATURE,
    )
    return mine | {
        "office": QueueFilter(statuses=running),
        "ended": QueueFilter(statuses=(Status.DONE, Status.REJECTED, Status.WITHDRAWN)),
    }


def _searching(parts: Parts, search: str) -> QueueFilter:
    digits = re.sub(r"[\s.\-]", "", search)
    is_nik = bool(_NIK.fullmatch(digits))
    hashes = parts.seal.fingerprints(digits) if is_nik else ()
    return QueueFilter(search=search, nik_hashes=tuple(hashes))


def _page(wanted: QueueFilter, after: str) -> QueueFilter:
    return replace(wanted, after=_read_mark(after), limit=PAGE + 1)


def _read_mark(after: str) -> tuple[datetime, UUID] | None:
    """Return where the page before ended; an address that was tampered with begins anew."""
    moment, _, case_id = after.partition("~")
    try:
        return datetime.fromisoformat(moment), UUID(case_id)
    except ValueError:
        return None


def _next_href(tab: str, search: str, rows: Sequence[ListedCase]) -> str:
    if len(rows) <= PAGE:
        return ""
    last = rows[PAGE - 1]
    mark = f"{last.submitted_at.isoformat() if last.submitted_at else ''}~{last.id}"
    return _href(tab, cari=search, sesudah=mark) if search else _href(tab, sesudah=mark)


def _href(tab: str, **more: str) -> str:
    return f"{link(routes.QUEUE)}?{urlencode({'tampil': tab, **more})}"


def _counted(number: int) -> str:
    most = MOST_COUNTED - 1
    return f"{most}+" if number > most else str(number)


def _reader(actor: Actor) -> Callable[[ListedCase], wording.Reader]:
    """Return who reads each case: one who works on it, or one who reads figures only."""
    return lambda case: wording.OFFICE if works_on(case, actor) else wording.OVERSIGHT


def _signing_line(parts: Parts, case: ListedCase) -> SigningLine:
    position: Position = position_of(case)
    until = wording.deadline(case, parts.calendar, parts.now())
    return SigningLine(
        reference=case.reference,
        href=link(routes.REVIEW, reference=case.reference),
        service=service_of(parts, case.service).name.in_(language()),
        resident=case.applicant_name,
        since=in_words(case.status_since),
        left=until.left,
        is_late=until.is_late,
        act="sign" if position.act is Step.SIGN else "initial",
    )
