"""Adopting: what moved before there was a trail is bound once, as it is found.

Until the first anchor is made; after that a row without a digest is one that lost it.
"""

import logging
from uuid import UUID

from cryptography.exceptions import InvalidTag

from app import audit
from app.adapters.seal import Seal
from app.db import audited
from app.db.audited import AuditedCase, Trail
from app.db.tables import HistoryRow
from app.domain.capacity import AsOperator, AsSealer
from app.domain.trail import BEGINNING
from app.usecases import anchoring, facts
from app.usecases.facts import Papers
from app.usecases.parts import Parts
from app.usecases.roles import note_change

log = logging.getLogger(__name__)

_AT_ONCE = 500


async def adopt(parts: Parts) -> int:
    """Bind roles and moves that are not bound yet, then make the first anchor; return how many.

    Stopped half way, it goes on where it was. Where there is an anchor it does nothing.
    """
    if await audited.last_anchors(parts.read, limit=1):
        return 0
    adopted = await _roles(parts) + await _cases(parts)
    await anchoring.begin(parts)
    audit.note("trail begun", why=f"{adopted} rows adopted")
    return adopted


async def _roles(parts: Parts) -> int:
    changes, grants = await audited.roles(parts.read)
    known = {(one.issuer, one.subject, one.role, one.office_id) for one in changes}
    adopted = 0
    async with parts.open_work(AsOperator(), "adopting.roles") as work:
        for grant in grants:
            whose = (grant.issuer, grant.subject, grant.role, grant.office_id)
            if whose not in known:
                await note_change(parts.seal, work, whose, grant.granted_at)
                adopted += 1
    return adopted


async def _cases(parts: Parts) -> int:
    adopted = 0
    last: UUID | None = None
    while ids := await audited.cases_after(parts.read, last, limit=_AT_ONCE):
        trails = await audited.trails(parts.read, ids)
        unbound = [one for one in trails if any(move.mac is None for move in one.moves)]
        async with parts.open_work(AsSealer(), "adopting.some") as work:
            rows = [row for trail in unbound for row in _bound(parts.seal, trail)]
            await work.trail.adopt(rows)
        adopted += len(rows)
        last = ids[-1]
    return adopted


def _bound(seal: Seal, trail: Trail) -> list[HistoryRow]:
    """Return a case's moves, bound; its last one says all that must be so from now on."""
    current = [one for one in trail.documents if one.replaced_at is None]
    rows = [*trail.moves]
    rows[-1].facts = facts.of_adopted(trail.case, Papers(current, trail.letter))
    before = BEGINNING
    for row in rows:
        before = facts.bind(seal, row, before, _secret_of(seal, trail.case, row.step))
    return rows


def _secret_of(seal: Seal, case: AuditedCase, step: str) -> str:
    try:
        return facts.secret_of(seal, step, case.applicant_nik)
    except InvalidTag:
        log.warning("no key of this Loket reads the NIK of case %s", case.reference)
        return ""
