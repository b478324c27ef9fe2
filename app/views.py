"""What a browser may know: frozen shapes, already masked and worded for one reader.

Pages receive only these. Moments are given twice where a page needs both: as words in
the reader's language and as ISO 8601 for machines. An empty string means "nothing to
show", so that a page needs no null checks.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Choice:
    """One answer that can be chosen."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class ServiceCard:
    """A service in a list."""

    key: str
    name: str
    summary: str
    time: str
    fee: str
    category: str
    href: str


@dataclass(frozen=True)
class RequirementLine:
    """A document that a service asks for, as the catalogue tells it."""

    label: str
    hint: str
    required: bool
    condition: str


@dataclass(frozen=True)
class ServiceDetail:
    """One service with all that a resident should know before applying."""

    key: str = ""
    name: str = ""
    summary: str = ""
    time: str = ""
    fee: str = ""
    requirements: list[RequirementLine] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    chain: list[str] = field(default_factory=list)
    legal_basis: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    apply_href: str = ""


@dataclass(frozen=True)
class Input:
    """One input of a form, with what was typed and what is wrong with it."""

    name: str
    id: str
    kind: str  # text, long_text, date, time, number, money, choice
    label: str
    hint: str
    required: bool
    value: str
    problem: str
    choices: list[Choice] = field(default_factory=list)
    max_length: int = 0
    autocomplete: str = ""


@dataclass(frozen=True)
class Row:
    """One row of a repeating group."""

    title: str
    inputs: list[Input]


@dataclass(frozen=True)
class Question:
    """One question of a form: a single input, or a repeating group of rows."""

    name: str
    is_group: bool
    input: Input
    rows: list[Row]
    hint: str
    label: str
    problem: str
    when_name: str  # shown only while this input ...
    when_values: str  # ... has one of these values, separated by spaces


@dataclass(frozen=True)
class Slot:
    """The place of one required document in a form or case."""

    requirement: str
    input_name: str
    id: str
    label: str
    hint: str
    required: bool
    accept: str  # for the `accept` attribute
    limit: str  # "JPG, PNG atau PDF, paling besar 10 MB"
    problem: str
    when_name: str
    when_values: str
    has_document: bool = False
    document: str = ""  # its id
    filename: str = ""
    size: str = ""
    status: str = ""  # quarantined, safe, refused
    review: str = ""  # pending, accepted, refused
    reason: str = ""  # why the officer or the check refused it
    href: str = ""  # where the reader can open it, empty while quarantined
    pages: list[str] = field(default_factory=list)  # addresses of its pictures (staff)
    can_replace: bool = False


@dataclass(frozen=True)
class Problem:
    """A line of the summary above a form: the words and the input it leads to."""

    text: str
    href: str


@dataclass(frozen=True)
class Form:
    """A service's form for one resident, as it stands in the draft or case."""

    service: str = ""
    service_href: str = ""
    action: str = ""
    form_key: str = ""
    reference: str = ""
    applicant_name: str = ""
    applicant_nik: str = ""  # masked
    applicant_phone: str = ""
    offices: list[Choice] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    saved_at: str = ""
    is_draft: bool = True


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
class ReviewDetail:
    """One case as an officer reviews it."""

    case: CaseDetail = field(default_factory=CaseDetail)
    resident_name: str = ""
    resident_nik: str = ""  # masked
    resident_phone: str = ""
    can_take: bool = False
    can_release: bool = False
    can_review: bool = False  # accept and refuse documents
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
    count: int
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


@dataclass(frozen=True)
class SessionLine:
    """One place where this person is signed in."""

    device: str
    since: str
    seen: str
    is_this: bool


@dataclass(frozen=True)
class Account:
    """My data."""

    name: str = ""
    nik: str = ""  # masked
    phone: str = ""
    birth: str = ""
    region: str = ""
    roles: list[str] = field(default_factory=list)
    sessions: list[SessionLine] = field(default_factory=list)


@dataclass(frozen=True)
class ProfileForm:
    """The questions of the first sign-in, or of a correction."""

    inputs: list[Input] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    back: str = ""


@dataclass(frozen=True)
class Viewer:
    """Who is looking, as every page's shell shows it."""

    is_signed_in: bool = False
    name: str = ""
    is_staff: bool = False
    can_sign: bool = False
    office: str = ""
