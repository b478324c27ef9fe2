"""Refusals: what a rule answers to a person who asked for too much."""

from typing import ClassVar


class DomainError(Exception):
    """A rule refused what a person asked for.

    Expected, never a bug: the edge translates `key` with `facts` and shows it;
    it is logged at INFO. Anything that is not a DomainError is a defect.
    """

    key: ClassVar[str] = "error.refused"

    def __init__(self, **facts: object) -> None:
        super().__init__(f"{self.key} {facts}")
        self.facts = facts


class LoginNeeded(DomainError):
    """Nobody is signed in, or the session has ended."""

    key = "error.login_needed"


class SignInAgain(DomainError):
    """They signed in too long ago for what only they themselves may do."""

    key = "error.sign_in_again"


class ProfileNeeded(DomainError):
    """The resident has not yet said who they are (NIK, name and phone)."""

    key = "error.profile_needed"


class NotFound(DomainError):
    """No such thing, or not theirs to see; the two look alike on purpose."""

    key = "error.not_found"


class NotAllowed(DomainError):
    """They may see the thing but not do this to it."""

    key = "error.not_allowed"


class StepRefused(DomainError):
    """The workflow has no such step from here, or not for this role."""

    key = "error.step_refused"


class Unavailable(DomainError):
    """A part of Loket that this needs does not answer now; asking again may work."""

    key = "error.unavailable"


class TooMany(DomainError):
    """They were wrong too often, and are heard again after a while."""

    key = "error.too_many"
