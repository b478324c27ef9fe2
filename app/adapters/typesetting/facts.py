"""What a letter is made of. Plain mappings: they are stored, hashed and sent as JSON."""

from typing import NotRequired, TypedDict


class Office(TypedDict):
    """The letterhead: `name` as in "Kecamatan Ciwidey", `regency` as in "Kabupaten Bandung"."""

    name: str
    regency: str
    province: NotRequired[str]
    address: str
    phone: NotRequired[str]
    email: NotRequired[str]
    #: Who speaks in the letter, as in "Camat Ciwidey".
    head_title: str


class Letter(TypedDict):
    """`issued_on` is an ISO 8601 date; `place` stands before it; `code` is for verification."""

    number: str
    title: str
    issued_on: str
    place: str
    code: str


class Resident(TypedDict):
    """Whom the letter is about."""

    name: str
    nik: str
    phone: NotRequired[str | None]
    address: NotRequired[str | None]
    birth_place: NotRequired[str | None]
    #: ISO 8601.
    birth_date: NotRequired[str | None]


class Answer(TypedDict):
    """One answered question, by the field's name; `value` may have several lines.

    `purpose` goes into the wording of the body, the others into a table. In `domisili`,
    `body_...` are of the organisation, and `applicant` only says whether there is one.
    """

    key: NotRequired[str]
    label: str
    value: str


class Signer(TypedDict):
    """Who signs; `title` may be two lines when it is for somebody else ("a.n. ...")."""

    name: str
    title: str
    rank: NotRequired[str]
    nip: NotRequired[str]


class Initial(TypedDict):
    """Who checked the letter before its signature; `at` is an ISO 8601 date or time."""

    name: str
    title: str
    at: str


class LetterFacts(TypedDict):
    """All that a template may print."""

    office: Office
    letter: Letter
    resident: Resident
    answers: list[Answer]
    signer: Signer
    initials: list[Initial]
