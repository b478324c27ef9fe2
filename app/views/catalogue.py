"""What the catalogue tells of a service."""

from dataclasses import dataclass, field


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
