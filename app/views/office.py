"""What the office works with."""

from dataclasses import dataclass, field

from app.views.cases import CaseCard, CaseDetail


@dataclass(frozen=True)
class ReviewDetail:
    """One case as an officer reviews it."""

    case: CaseDetail = field(default_factory=CaseDetail)
    resident_name: str = ""
    resident_nik: str = ""  # masked
    resident_phone: str = ""
    can_take: bool = False
    can_release: bool = False
    can_review: bool = False  # accept and refuse documents
    can_accept_all: bool = False
    can_forward: bool = False
    can_request_changes: bool = False
    can_reject: bool = False
    can_initial: bool = False
    can_sign: bool = False
    can_send_back: bool = False
    forward_blocked: str = ""  # why Teruskan is not offered yet


@dataclass(frozen=True)
class QueueTab:
    """One view of the queue with its count."""

    label: str
    count: str  # "12", "999+"
    href: str
    is_current: bool


@dataclass(frozen=True)
class Queue:
    """The office's queue as one member of staff sees it."""

    office: str = ""
    tabs: list[QueueTab] = field(default_factory=list)
    cases: list[CaseCard] = field(default_factory=list)
    search: str = ""
    next_href: str = ""


@dataclass(frozen=True)
class SigningLine:
    """A letter that waits for this person's initial or signature."""

    reference: str
    href: str
    service: str
    resident: str
    since: str
    left: str
    is_late: bool
    act: str  # initial, sign
