"""Whoever guesses wrongly too often is heard no more for a while; see `app.domain.guessing`."""

from app import audit
from app.db.tables import GuessRow
from app.db.work import Work
from app.domain.errors import TooMany
from app.domain.guessing import WINDOW, Guess, is_too_many, neighbourhood
from app.usecases.parts import Parts


async def refuse_guesser(parts: Parts, work: Work, kind: Guess, address: str) -> None:
    """Go on only with somebody who may still be wrong, one of an address at a time.

    Raises:
        TooMany: they were wrong too often.
    """
    source = _source(parts, address)
    await work.guesses.wait_turn(source)
    alone, together = await work.guesses.count(kind, source, parts.now() - WINDOW)
    if is_too_many(kind, alone, together):
        raise TooMany(kind=kind.value)


async def note_wrong(parts: Parts, work: Work, kind: Guess, address: str, why: str = "") -> None:
    """Have a wrong guess count, once this commits; `why` is for the log."""
    audit.note("wrong guess", why=f"{kind.value} {why}".strip())
    row = GuessRow(kind=kind.value, source=_source(parts, address), at=parts.now())
    await work.guesses.add(row)


def _source(parts: Parts, address: str) -> bytes:
    """Return what stands for an address: nobody reads it back without the secret key."""
    return parts.seal.mac("guesses of an address", neighbourhood(address))
