"""Documents: what has become of a file, and what its reviewer said of it."""

from enum import StrEnum

#: Why a file is refused that the scanner knows; it is kept in quarantine.
INFECTED = "document.refused.infected"


class Safety(StrEnum):
    """Whether a file may be opened by anyone but the check itself."""

    QUARANTINED = "quarantined"
    SAFE = "safe"
    REFUSED = "refused"


class Verdict(StrEnum):
    """What the officer said of a document."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
