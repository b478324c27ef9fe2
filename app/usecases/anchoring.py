"""Anchoring: where cases and roles stand is looked at and bound, so that nothing goes unnoticed.

A case whose last moves were taken away, or that was taken away whole, is whole in itself: the
anchors know that there was more. Moves cite the last anchor, so that anchors cannot go either.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from app import audit
from app.db import audited
from app.db.audited import Moved, Trail
from app.db.trail_tables import AnchorRow
from app.domain.capacity import AsSweeper
from app.domain.trail import BEGINNING
from app.usecases import verifying
from app.usecases.auditing import head_of
from app.usecases.facts import ANCHOR
from app.usecases.parts import Parts
from app.usecases.verifying import Breach

log = logging.getLogger(__name__)

#: Moves that are looked at for one anchor, and anchors that are made of one run.
_AT_ONCE, _MOST = 500, 40
#: A move is in the table, if ever, so long after it was made: none is overtaken by its anchor.
_SETTLES = timedelta(seconds=30)
#: Anchors that are looked at again, and names of what does not hold that one bears.
_LOOKED_BACK, _MOST_NAMED = 10, 100
_CASE, _ANCHOR = "case ", "anchor "


async def anchor(parts: Parts) -> int:
    """Anchor what moved since the last anchor, after a look at it; return how many anchors.

    What does not hold is logged as an event of security and named by the anchor, for the
    figures; a case that does not is looked at again each time, and anchored once it holds.
    Safe to repeat, and to run twice at once.
    """
    for made in range(_MOST):
        if not await _one(parts):
            return made
    return _MOST


async def begin(parts: Parts) -> None:
    """Make the first anchor, unless there is one: from then on no row is adopted any more."""
    row = AnchorRow(number=1, at=parts.now(), upto=0, heads={}, roles=[], broken=[])
    async with parts.open_work(AsSweeper(), "anchoring.begin") as work:
        await work.trail.anchor(_bound(parts, row, BEGINNING))


async def _one(parts: Parts) -> bool:
    newest = await audited.last_anchors(parts.read, limit=_LOOKED_BACK)
    if not newest:
        audit.note("trail broken", why="anchor 1: is gone, or `migrate` never ended")
        return False
    anchors, trusted = _of_anchors(parts, newest)
    moved = _settled(parts, await audited.moved_after(parts.read, trusted.upto, limit=_AT_ONCE))
    again = [name.removeprefix(_CASE) for name in trusted.broken if name.startswith(_CASE)]
    ids = {one.case_id for one in moved} | {*await audited.called(parts.read, again)}
    trails = await audited.trails(parts.read, ids)
    breaches, cited = await asyncio.to_thread(verifying.of_cases, parts.seal, trails)
    there = await audited.anchored(parts.read, {one.number for one in cited})
    changes, grants = await audited.roles(parts.read)
    breaches += [
        *anchors,
        *verifying.of_citations(cited, there),
        *verifying.of_roles(parts.seal, changes, grants),
        *verifying.of_anchored_roles(_roles_of(trusted), changes),
    ]
    row = AnchorRow(
        number=newest[0].number + 1,
        at=parts.now(),
        upto=moved[-1].id if moved else trusted.upto,
        heads=_heads(trails, moved, {breach.of for breach in breaches}),
        roles=[changes[-1].number, changes[-1].digest.hex()] if changes else [],
        broken=_named(breaches, trusted),
    )
    if not moved and (row.roles, row.broken) == (trusted.roles, trusted.broken):
        return False
    _bound(parts, row, newest[0].digest)
    async with parts.open_work(AsSweeper(), "anchoring.anchor") as work:
        is_made = await work.trail.anchor(row)
    if is_made:
        _tell(row, [one for one in breaches if one.of not in trusted.broken])
    return is_made and len(moved) == _AT_ONCE


def _of_anchors(parts: Parts, newest: Sequence[AnchorRow]) -> tuple[list[Breach], AnchorRow]:
    """Return what does not hold of the last anchors, and the newest of which all does."""
    breaches: list[Breach] = []
    trusted = newest[-1]
    oldest = [] if trusted.number > 1 else [(None, trusted)]
    for before, one in (*oldest, *zip(newest[:0:-1], newest[-2::-1], strict=True)):
        if found := [*verifying.of_anchor(parts.seal, before, one)]:
            breaches += found
        else:
            trusted = one
    return breaches, trusted


def _settled(parts: Parts, moved: Sequence[Moved]) -> Sequence[Moved]:
    """Return the moves before the first that was made just now.

    One that says that it will be made later is nobody's, and is not waited for.
    """
    now = parts.now()
    for place, one in enumerate(moved):
        if now - _SETTLES < one.at <= now + _SETTLES:
            return moved[:place]
    return moved


def _heads(
    trails: Sequence[Trail], moved: Sequence[Moved], broken: set[str]
) -> dict[str, tuple[int, str]]:
    """Return by reference the last move of each case that holds, as far as they have settled."""
    last = {one.case_id: one.id for one in moved}
    heads: dict[str, tuple[int, str]] = {}
    for trail in trails:
        digests = {move.id: move.digest for move in trail.moves}
        move, reference = last.get(trail.case.id, 0), trail.case.reference
        if (digest := digests.get(move)) and f"{_CASE}{reference}" not in broken:
            heads[reference] = (move, digest.hex())
    return heads


def _named(breaches: Sequence[Breach], trusted: AnchorRow) -> list[str]:
    """Return the names of what does not hold; an anchor that did not once never does."""
    never = {name for name in trusted.broken if name.startswith(_ANCHOR)}
    return sorted(never | {breach.of for breach in breaches})[:_MOST_NAMED]


def _roles_of(anchor: AnchorRow) -> list[tuple[int, str]]:
    return [(anchor.roles[0], anchor.roles[1])] if anchor.roles else []


def _bound(parts: Parts, row: AnchorRow, before: bytes) -> AnchorRow:
    row.digest = verifying.anchor_digest(row, before)
    row.mac = parts.seal.vouch(ANCHOR, row.digest)
    return row


def _tell(row: AnchorRow, breaches: Sequence[Breach]) -> None:
    for breach in breaches[:_MOST_NAMED]:
        log.error("the trail is broken: %s", breach)
        audit.note("trail broken", why=str(breach))
    audit.note("anchored", anchor=head_of(row))
