"""Sealing anew with the newest secret key, so that a former one can be let go."""

import asyncio
import logging
from collections.abc import Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag

from app import audit
from app.adapters.seal import Resealed, Seal
from app.db.sealed import SEALED, SealedRow, Sealing
from app.db.trail import VouchedRow
from app.db.work import Work
from app.domain.capacity import AsSealer
from app.usecases.facts import ANCHOR, MOVE, ROLE_CHANGE
from app.usecases.parts import Parts

log = logging.getLogger(__name__)

_AT_ONCE, _MACS_AT_ONCE = 100, 1_000
#: The tables whose rows have a mac, and as what these are vouched for.
_KINDS = {"moves": MOVE, "anchors": ANCHOR, "changes of roles": ROLE_CHANGE}


async def reseal(parts: Parts) -> dict[str, Resealed]:
    """Seal with the newest key all that former ones sealed; return how many of what.

    Safe to stop, to repeat, and to run while everything goes on, as long as all processes
    of this Loket have the newest key: from then on none of them seals with another.
    """
    done = {"signing keys": await asyncio.to_thread(parts.signer.reseal_keys)}
    for sealing in SEALED:
        done[sealing.of] = await _all_of(parts, sealing)
    for of, kind in _KINDS.items():
        done[of] = await _all_macs(parts, of, kind)
    audit.note("sealed anew")
    return done


async def _all_of(parts: Parts, sealing: Sealing) -> Resealed:
    anew, unreadable = 0, 0
    last: UUID | None = None
    while True:
        async with parts.open_work(AsSealer(), "resealing.some") as work:
            rows = await work.sealed.after(sealing, last, limit=_AT_ONCE)
            some = [await _one(parts.seal, work, sealing, row) for row in rows]
        anew, unreadable = anew + some.count(True), unreadable + some.count(None)
        if not rows:
            return Resealed(anew, unreadable)
        last = rows[-1].id


async def _all_macs(parts: Parts, of: str, kind: str) -> Resealed:
    anew, unreadable = 0, 0
    last = 0
    while True:
        async with parts.open_work(AsSealer(), "resealing.macs") as work:
            rows = await work.trail.vouched_after(of, last, limit=_MACS_AT_ONCE)
            macs = {row.key: _mac_anew(parts.seal, kind, row) for row in rows}
            changed = {row.key: mac for row in rows if (mac := macs[row.key]) and mac != row.mac}
            await work.trail.vouch(of, changed)
        for key in (key for key, mac in macs.items() if mac is None):
            log.warning("no key of this Loket has written %s of %s", key, of)
            unreadable += 1
        anew += len(changed)
        if not rows:
            return Resealed(anew, unreadable)
        last = rows[-1].key


def _mac_anew(seal: Seal, kind: str, row: VouchedRow) -> bytes | None:
    """Return the mac that the newest key makes of a row that one of the keys has written."""
    if row.digest is None or row.mac is None:
        return None
    try:
        nik = seal.open(row.nik) if row.nik else ""
    except InvalidTag:
        return None
    if not seal.vouches(row.mac, kind, row.digest, nik):
        return None
    return seal.vouch(kind, row.digest, nik)


async def _one(seal: Seal, work: Work, sealing: Sealing, row: SealedRow) -> bool | None:
    """Seal a row anew; return whether it had to be, or None when no key reads it."""
    try:
        values = _anew(seal, sealing, row)
    except InvalidTag:
        log.warning("no key of this Loket reads %s of %s", row.id, sealing.of)
        return None
    if values:
        await work.sealed.replace(sealing, row.id, values)
    return bool(values)


def _anew(seal: Seal, sealing: Sealing, row: SealedRow) -> Mapping[str, bytes]:
    """Return what the newest key makes of a row's columns, where it is something else.

    Raises:
        InvalidTag: one of them is of no key of this Loket.
    """
    sealed = {name: value for name in sealing.columns if (value := row.values[name])}
    made = {name: seal.anew(value) for name, value in sealed.items()}
    for name, hashed in sealing.hashes.items():
        if name in made:
            made[hashed] = seal.fingerprint(seal.open(made[name]))
    return {name: value for name, value in made.items() if value != row.values[name]}
