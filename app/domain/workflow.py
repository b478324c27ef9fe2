"""How a case moves: one table for all services, with the signing chain as data.

The chain is the service's own list of roles, in the order in which they act. While a
case awaits its signatures, the moves marked `TURN` belong to the role whose turn it
is, and to nobody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.errors import StepRefused
from app.domain.identity import Role


class Status(StrEnum):
    """Where a case stands, in the order of contract.md."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    NEEDS_CHANGES = "needs_changes"
    AWAITING_SIGNATURE = "awaiting_signature"
    DONE = "done"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def is_final(self) -> bool:
        """Whether nothing moves the case any more."""
        return self in {Status.DONE, Status.REJECTED, Status.WITHDRAWN}


class Step(StrEnum):
    """One move in the workflow."""

    SUBMIT = "submit"
    TAKE = "take"
    RELEASE = "release"
    REQUEST_CHANGES = "request_changes"
    ANSWER = "answer"
    SUBMIT_AGAIN = "submit_again"
    RETURN_FILE = "return_file"
    FORWARD = "forward"
    INITIAL = "initial"
    SIGN = "sign"
    ISSUE = "issue"
    SEND_BACK = "send_back"
    REJECT = "reject"
    WITHDRAW = "withdraw"


#: Stands in the table for the role whose turn it is in the signing chain.
TURN: Final = "turn"

#: The whole workflow. A new step is a new row; nothing else decides.
WORKFLOW: Final[dict[tuple[Status, Step], tuple[Role | str, Status]]] = {
    (Status.DRAFT, Step.SUBMIT): (Role.RESIDENT, Status.SUBMITTED),
    (Status.DRAFT, Step.WITHDRAW): (Role.RESIDENT, Status.WITHDRAWN),
    (Status.SUBMITTED, Step.TAKE): (Role.OFFICER, Status.IN_REVIEW),
    (Status.SUBMITTED, Step.RETURN_FILE): (Role.SYSTEM, Status.NEEDS_CHANGES),
    (Status.SUBMITTED, Step.WITHDRAW): (Role.RESIDENT, Status.WITHDRAWN),
    (Status.IN_REVIEW, Step.RELEASE): (Role.OFFICER, Status.SUBMITTED),
    (Status.IN_REVIEW, Step.REQUEST_CHANGES): (Role.OFFICER, Status.NEEDS_CHANGES),
    (Status.IN_REVIEW, Step.RETURN_FILE): (Role.SYSTEM, Status.NEEDS_CHANGES),
    (Status.IN_REVIEW, Step.FORWARD): (Role.OFFICER, Status.AWAITING_SIGNATURE),
    (Status.IN_REVIEW, Step.REJECT): (Role.OFFICER, Status.REJECTED),
    (Status.IN_REVIEW, Step.WITHDRAW): (Role.RESIDENT, Status.WITHDRAWN),
    (Status.NEEDS_CHANGES, Step.ANSWER): (Role.RESIDENT, Status.IN_REVIEW),
    (Status.NEEDS_CHANGES, Step.SUBMIT_AGAIN): (Role.RESIDENT, Status.SUBMITTED),
    (Status.NEEDS_CHANGES, Step.REJECT): (Role.OFFICER, Status.REJECTED),
    (Status.NEEDS_CHANGES, Step.WITHDRAW): (Role.RESIDENT, Status.WITHDRAWN),
    (Status.AWAITING_SIGNATURE, Step.INITIAL): (TURN, Status.AWAITING_SIGNATURE),
    (Status.AWAITING_SIGNATURE, Step.SIGN): (TURN, Status.AWAITING_SIGNATURE),
    (Status.AWAITING_SIGNATURE, Step.SEND_BACK): (TURN, Status.IN_REVIEW),
    (Status.AWAITING_SIGNATURE, Step.REJECT): (TURN, Status.REJECTED),
    (Status.AWAITING_SIGNATURE, Step.ISSUE): (Role.SYSTEM, Status.DONE),
}


@dataclass(frozen=True, slots=True)
class Position:
    """Where a case stands in the workflow.

    Attributes:
        status: its status.
        chain: the roles that initial or sign, in order; the last one signs.
        turn: index into `chain` of the role that acts next; `len(chain)` when all have.
    """

    status: Status
    chain: tuple[Role, ...]
    turn: int = 0

    @property
    def acting(self) -> Role | None:
        """The role whose turn it is while signatures are awaited."""
        if self.status is Status.AWAITING_SIGNATURE and self.turn < len(self.chain):
            return self.chain[self.turn]
        return None

    @property
    def act(self) -> Step:
        """What the acting role does: the last one signs, all before it initial."""
        return Step.SIGN if self.turn == len(self.chain) - 1 else Step.INITIAL


def after(position: Position, step: Step, roles: Sequence[Role]) -> Position:
    """Return where a case stands after a person who holds `roles` takes `step`.

    Raises:
        StepRefused: the workflow has no such step from here, or not for these roles.
    """
    allowed, target = WORKFLOW.get((position.status, step), (None, position.status))
    turn = position.turn
    if allowed == TURN:
        allowed = position.acting
    if allowed is None or allowed not in roles or not _in_order(position, step):
        raise StepRefused(status=position.status.value, step=step.value)
    if step in {Step.INITIAL, Step.SIGN}:
        turn += 1
    elif target is not Status.AWAITING_SIGNATURE and step is not Step.ISSUE:
        turn = 0
    return Position(target, position.chain, turn)


def offered(position: Position, roles: Sequence[Role]) -> frozenset[Step]:
    """Return every step that a person who holds `roles` may take from here."""
    possible = set()
    for status, step in WORKFLOW:
        if status is position.status:
            try:
                after(position, step, roles)
            except StepRefused:
                continue
            possible.add(step)
    return frozenset(possible)


def _in_order(position: Position, step: Step) -> bool:
    if step in {Step.INITIAL, Step.SIGN}:
        return step is position.act
    if step is Step.ISSUE:
        return position.turn == len(position.chain)
    return True
