"""Cases, letters, and what is said of them."""

from dataclasses import dataclass, field

from app.views.forms import Form, Slot


@dataclass(frozen=True)
class CaseCard:
    """A case in a list, the resident's or the office's."""

    reference: str
    href: str
    service: str
    status: str
    status_label: str
    resident: str
    holder: str  # who has it, in words
    since: str  # since when
    due: str  # "selesai paling lambat Rabu, 25 Maret 2026"
    left: str  # "sisa 2 hari kerja", "lewat 1 hari kerja"
    is_late: bool
    documents: str  # "2 dari 3 berkas diterima"


@dataclass(frozen=True)
class Happening:
    """One row of a timeline: something that happened, happens or will happen."""

    title: str
    who: str
    at: str
    at_iso: str
    note: str
    state: str  # done, now, next


@dataclass(frozen=True)
class MessageLine:
    """One message on a case."""

    author: str
    at: str
    text: str
    is_mine: bool


@dataclass(frozen=True)
class AnswerLine:
    """One answered question."""

    label: str
    value: str


@dataclass(frozen=True)
class LetterView:
    """The letter of a case."""

    number: str = ""
    issued: str = ""
    signer: str = ""
    size: str = ""
    href: str = ""
    verify_href: str = ""


@dataclass(frozen=True)
class CaseDetail:
    """One case as its resident sees it."""

    reference: str = ""
    service: str = ""
    office: str = ""
    status: str = ""
    status_label: str = ""
    explanation: str = ""  # what this status means and what happens next
    holder: str = ""
    since: str = ""
    due: str = ""
    left: str = ""
    is_late: bool = False
    tracking_code: str = ""
    tracking_href: str = ""
    note: str = ""  # what the office asked for, or why it refused
    timeline: list[Happening] = field(default_factory=list)
    answers: list[AnswerLine] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    messages: list[MessageLine] = field(default_factory=list)
    has_letter: bool = False
    is_preparing_letter: bool = False
    letter: LetterView = field(default_factory=LetterView)
    can_message: bool = False
    can_withdraw: bool = False
    can_answer: bool = False
    form: Form = field(default_factory=Form)


@dataclass(frozen=True)
class Tracked:
    """What the tracking code shows: status only, nothing personal."""

    code: str = ""
    service: str = ""
    office: str = ""
    status: str = ""
    status_label: str = ""
    explanation: str = ""
    since: str = ""
    due: str = ""
    timeline: list[Happening] = field(default_factory=list)


@dataclass(frozen=True)
class Verdict:
    """What Loket says of a letter. `result` is one of contract.md's words."""

    result: str = ""
    title: str = ""
    explanation: str = ""
    number: str = ""
    service: str = ""
    office: str = ""
    signer: str = ""
    signed_at: str = ""
    code: str = ""
    holder: str = ""  # the resident's name, shortened
