"""Who is looking, their own data, and whom they can ask."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class SessionLine:
    """One place where this person is signed in."""

    name: str  # in addresses
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
    must_sign_in_again: bool = False  # before other sessions can be ended


@dataclass(frozen=True)
class Viewer:
    """Who is looking, as every page's shell shows it."""

    is_signed_in: bool = False
    tag: str = ""  # by which a phone knows whose copies it keeps
    idle: int = 0  # seconds after which a session that nobody uses ends
    name: str = ""
    is_staff: bool = False
    can_sign: bool = False
    office: str = ""


@dataclass(frozen=True)
class Contact:
    """An office that helps, and how to reach it."""

    name: str
    address: str
    phone: str
    call: str  # the phone number as an address to call
    email: str
