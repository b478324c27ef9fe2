"""The audit: everything that the trail binds, looked at from its beginning, some at a time."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from app.db import audited
from app.db.trail_tables import AnchorRow
from app.usecases import verifying
from app.usecases.parts import Parts
from app.usecases.verifying import Breach

_CASES_AT_ONCE = 500
_ANCHORS_AT_ONCE = 20
#: Of an anchor's digest, in hex, as much as nobody finds another for. No log takes it for a token.
_HEAD = 32


@dataclass
class Audit:
    """What was looked at, and what does not hold; each thing is told once.

    Attributes:
        tell: is told each breach, as it is found.
        head: an anchor that there was, as `head_of` names it; empty when none is known.
        anchored_roles: the last changes of roles as anchors have them: number, digest in hex.
    """

    tell: Callable[[Breach], None]
    head: str = ""
    cases: int = 0
    moves: int = 0
    anchors: int = 0
    changes: int = 0
    breaches: int = 0
    anchored_roles: set[tuple[int, str]] = field(default_factory=set)
    _told: set[Breach] = field(default_factory=set)

    def __str__(self) -> str:
        return (
            f"{self.cases} cases, {self.moves} moves, {self.anchors} anchors, "
            f"{self.changes} changes of roles"
        )

    def found(self, breaches: Iterable[Breach]) -> None:
        """Tell of breaches that were not told yet."""
        for breach in breaches:
            if breach not in self._told:
                self._told.add(breach)
                self.breaches += 1
                self.tell(breach)


def head_of(anchor: AnchorRow) -> str:
    """Return how an anchor is named where it is written down outside of the database."""
    return f"{anchor.number}:{anchor.digest.hex()[:_HEAD]}"


async def audit(parts: Parts, looking: Audit) -> None:
    """Verify every case, anchor and role, while people go on working.

    Nothing is changed, and no more than some hundred cases are in memory at a time.
    """
    await _anchors(parts, looking)
    await _roles(parts, looking)
    await _cases(parts, looking)
    strays = await audited.strays(parts.read, limit=_CASES_AT_ONCE)
    looking.found(Breach(f"move {one.id}", "is of no case") for one in strays)


async def _anchors(parts: Parts, looking: Audit) -> None:
    before: AnchorRow | None = None
    awaited = looking.head
    while some := await audited.anchors_after(
        parts.read, before.number if before else 0, limit=_ANCHORS_AT_ONCE
    ):
        for anchor in some:
            breaches = [*verifying.of_anchor(parts.seal, before, anchor)]
            looking.found(breaches)
            if not breaches:
                await _heads(parts, looking, anchor)
            if head_of(anchor) == awaited:
                awaited = ""
            before = anchor
        looking.anchors += len(some)
    if before is None:
        looking.found([Breach("anchor 1", "is gone, or `migrate` never ended")])
    if awaited:
        number = awaited.partition(":")[0]
        looking.found([Breach(f"anchor {number}", "is not the one that was written down")])


async def _heads(parts: Parts, looking: Audit, anchor: AnchorRow) -> None:
    moves = [move for move, _ in verifying.heads_of(anchor).values()]
    if moves:
        there = await audited.placed(parts.read, moves)
        looking.found(verifying.of_heads(anchor, there))
    if anchor.roles:
        number, digest = anchor.roles
        looking.anchored_roles.add((number, digest))


async def _roles(parts: Parts, looking: Audit) -> None:
    changes, grants = await audited.roles(parts.read)
    looking.changes = len(changes)
    looking.found(verifying.of_roles(parts.seal, changes, grants))
    looking.found(verifying.of_anchored_roles(looking.anchored_roles, changes))


async def _cases(parts: Parts, looking: Audit) -> None:
    last: UUID | None = None
    while ids := await audited.cases_after(parts.read, last, limit=_CASES_AT_ONCE):
        trails = await audited.trails(parts.read, ids)
        breaches, cited = await asyncio.to_thread(verifying.of_cases, parts.seal, trails)
        looking.found(breaches)
        there = await audited.anchored(parts.read, {one.number for one in cited})
        looking.found(verifying.of_citations(cited, there))
        looking.cases += len(trails)
        looking.moves += sum(len(one.moves) for one in trails)
        last = ids[-1]
