"""Who acts, and in which role at which office."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person may be; the words are those of the counter."""

    RESIDENT = "warga"
    OFFICER = "petugas"
    SECTION_HEAD = "kasi"
    SECRETARY = "sekcam"
    HEAD = "camat"
    OVERSIGHT = "pengawas"
    ADMIN = "admin"
    SYSTEM = "loket"


#: Who works on cases. Oversight reads and admins configure; neither touches a case.
STAFF = frozenset({Role.OFFICER, Role.SECTION_HEAD, Role.SECRETARY, Role.HEAD})


#: Who may stand in a signing chain.
SIGNERS = (Role.SECTION_HEAD, Role.SECRETARY, Role.HEAD)


@dataclass(frozen=True, slots=True)
class Grant:
    """One role at one office; `office=None` means at every office."""

    role: Role
    office: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a request, with all that they were granted."""

    person: UUID
    name: str
    grants: tuple[Grant, ...] = ()

    def has(self, role: Role, office: str | None = None) -> bool:
        """Tell whether they hold `role` at `office` (`None`: at any office)."""
        return any(
            grant.role is role and (office is None or grant.office in (None, office))
            for grant in self.grants
        )

    def offices(self, *roles: Role) -> frozenset[str]:
        """Return the offices at which they hold one of `roles` (none named: any role).

        A grant for every office names none of them: ask `has` for that.
        """
        return frozenset(
            grant.office
            for grant in self.grants
            if grant.office is not None and (not roles or grant.role in roles)
        )

    @property
    def is_staff(self) -> bool:
        """Whether they work on other people's cases anywhere."""
        return any(grant.role in STAFF for grant in self.grants)


#: Loket itself, when a clock or a job takes a step.
LOKET = Actor(UUID(int=0), "Loket", (Grant(Role.SYSTEM),))
