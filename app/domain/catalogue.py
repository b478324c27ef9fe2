"""What an office offers: services, their questions, documents and signatures.

Everything here is data read from one TOML file per service; no rule knows a
service by name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from app.domain.forms import PREFILLS, TODAY, Choice, Condition, Field, Kind, Text
from app.domain.identity import Role
from app.domain.search import best_matches

__all__ = [
    "MAX_BYTES",
    "PREFILLS",
    "TODAY",
    "Act",
    "Catalogue",
    "Category",
    "ChainLink",
    "Choice",
    "Condition",
    "Fee",
    "Field",
    "FileKind",
    "Kind",
    "Law",
    "Letter",
    "Promise",
    "Requirement",
    "Service",
    "Text",
    "TimeUnit",
]


class FileKind(StrEnum):
    """What a document may be."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    AVIF = "avif"
    PDF = "pdf"

    @property
    def is_photo(self) -> bool:
        """Whether it is a picture, which people call a photo whatever its format."""
        return self is not FileKind.PDF

    @property
    def media_types(self) -> tuple[str, ...]:
        """Its names in an `accept` attribute; many systems know HEIC by its ending only."""
        if self is FileKind.HEIC:
            return ("image/heic", "image/heif", ".heic", ".heif")
        return (f"image/{self.value}" if self.is_photo else "application/pdf",)


class Act(StrEnum):
    """What a link of the signing chain does to the letter."""

    INITIAL = "initial"
    SIGN = "sign"


class Category(StrEnum):
    """Where a service stands in the catalogue."""

    SOCIAL = "social"
    BUSINESS = "business"
    CIVIL = "civil"
    FAMILY = "family"
    PERMIT = "permit"


class TimeUnit(StrEnum):
    """In what a promised time is counted; both run in office time only."""

    MINUTES = "minutes"
    WORKING_DAYS = "working_days"


#: Larger than a 12-megapixel photo as phones save it, smaller than a video.
MAX_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Requirement:
    """One document that a service asks for; one file answers it, or photos that become one."""

    key: str
    label: Text
    hint: Text | None = None
    required: bool = True
    when: Condition | None = None
    accepts: tuple[FileKind, ...] = tuple(FileKind)
    max_bytes: int = MAX_BYTES

    @property
    def media_types(self) -> tuple[str, ...]:
        """What `accepts` is called in an `accept` attribute."""
        return tuple(name for kind in self.accepts for name in kind.media_types)

    @property
    def takes_several(self) -> bool:
        """Whether several files may be handed in at once: joined, they are a PDF."""
        return FileKind.PDF in self.accepts


@dataclass(frozen=True, slots=True)
class ChainLink:
    """Who initials or signs the letter, in order."""

    role: Role
    act: Act


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter a service ends in.

    `template` names a letter template, `code` is the archive classification that
    letter numbers begin with.
    """

    template: str
    title: Text
    code: str


@dataclass(frozen=True, slots=True)
class Promise:
    """How long a complete file takes at most.

    `published` is False where no rule fixes a figure and the office chose its own.
    """

    amount: int
    unit: TimeUnit
    published: bool = True


@dataclass(frozen=True, slots=True)
class Fee:
    """What the resident pays; `rupiah` is None when it is reckoned for each case."""

    rupiah: int | None
    note: Text | None = None

    @property
    def is_free(self) -> bool:
        """Whether nothing is ever asked."""
        return self.rupiah == 0


@dataclass(frozen=True, slots=True)
class Law:
    """A regulation that a service rests on: its short citation and its subject."""

    citation: str
    subject: Text


@dataclass(frozen=True)
class Service:
    """What a resident applies for.

    `retention_years` counts from the case's end. `handed_to` names the agency that
    makes the final document after the letter is signed. `notes` are told before one
    applies. `keywords` are everyday words that residents search by.
    """

    key: str
    name: Text
    short: Text
    summary: Text
    category: Category
    order: int
    popular: bool
    keywords: tuple[str, ...]
    notes: tuple[Text, ...]
    fields: tuple[Field, ...]
    requirements: tuple[Requirement, ...]
    chain: tuple[ChainLink, ...]
    letter: Letter
    time: Promise
    fee: Fee
    legal_basis: tuple[Law, ...]
    retention_years: int
    handed_to: Text | None = None

    def requirement(self, key: str) -> Requirement | None:
        """Return the requirement called `key`."""
        return next((need for need in self.requirements if need.key == key), None)

    def requirements_for(self, answers: Mapping[str, object]) -> tuple[Requirement, ...]:
        """Return the requirements that hold for `answers`, the optional ones too."""
        return tuple(
            need for need in self.requirements if need.when is None or need.when.holds(answers)
        )


@dataclass(frozen=True)
class Catalogue:
    """All services, in the order in which they are shown.

    `version` changes with any byte of the data: what was rendered from it may be kept
    as long as it stays the same.
    """

    services: tuple[Service, ...] = ()
    version: str = ""

    @cached_property
    def _by_key(self) -> dict[str, Service]:
        return {service.key: service for service in self.services}

    def __iter__(self) -> Iterator[Service]:
        return iter(self.services)

    def __len__(self) -> int:
        return len(self.services)

    def get(self, key: str) -> Service | None:
        """Return the service called `key`."""
        return self._by_key.get(key)

    def popular(self) -> tuple[Service, ...]:
        """Return the services most asked for."""
        return tuple(service for service in self.services if service.popular)

    def search(self, text: str, language: str) -> tuple[Service, ...]:
        """Return the services that `text` may mean, best first; all of them when blank.

        A word matches from its beginning on, whatever its case or accents; one that
        fits nowhere matches what is spelt nearly alike. Both languages are searched,
        words in `language` weigh more.
        """
        return best_matches(text, self.services, lambda service: _searchable(service, language))


def _searchable(service: Service, language: str) -> tuple[str, ...]:
    """Return what a service is found by, the most telling words first."""
    other = "id" if language == "en" else "en"
    return (
        f"{service.key} {service.short.in_(language)} {service.name.in_(language)}",
        " ".join((*service.keywords, service.short.in_(other), service.name.in_(other))),
        service.summary.in_(language),
    )
