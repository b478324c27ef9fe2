"""Forms, filled in as far as they are, with what is wrong."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Choice:
    """One answer that can be chosen."""

    value: str
    label: str
    chosen: bool = False


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
    limit: str  # "Foto atau PDF, paling besar 10 MB"
    most: int  # bytes
    problem: str
    when_name: str
    when_values: str
    several: bool = False  # may be answered by several files, which become one
    has_document: bool = False
    document: str = ""  # its id
    filename: str = ""
    size: str = ""
    status: str = ""  # quarantined, safe, refused
    review: str = ""  # pending, accepted, refused
    is_delayed: bool = False  # waits for its check longer than usual
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
    service_key: str = ""
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
    version: str = ""  # changes whenever what is typed does
    is_draft: bool = True


@dataclass(frozen=True)
class ProfileForm:
    """The questions of the first sign-in, or of a correction."""

    inputs: list[Input] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    back: str = ""
