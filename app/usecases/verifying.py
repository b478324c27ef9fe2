"""Whether what the trail binds is still as it was written: a case, an anchor, the roles."""

import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidTag

from app.adapters.seal import Seal
from app.db.audited import Placed, Trail
from app.db.tables import DocumentRow, HistoryRow, RoleGrantRow
from app.db.trail_tables import AnchorRow, RoleChangeRow
from app.domain.trail import BEGINNING, Anchored, Holding, following, holding
from app.domain.workflow import Status
from app.usecases import facts, roles
from app.usecases.facts import ANCHOR, MOVE, ROLE_CHANGE


class Breach(NamedTuple):
    """What does not hold: of what, and in which way."""

    of: str
    what: str

    def __str__(self) -> str:
        return f"{self.of}: {self.what}"


def of_cases(seal: Seal, trails: Sequence[Trail]) -> tuple[list[Breach], set[Anchored]]:
    """Return what does not hold of some cases, and the anchors that their moves cite."""
    breaches: list[Breach] = []
    cited: set[Anchored] = set()
    for trail in trails:
        held = holding((move.status_after, move.facts) for move in trail.moves)
        cited |= held.cited
        name = f"case {trail.case.reference}"
        breaches += [Breach(name, what) for what in _of_case(seal, trail, held)]
    return breaches, cited


def of_citations(cited: set[Anchored], there: set[Anchored]) -> Iterator[Breach]:
    """Yield each anchor that moves cite and that is not there, or is another."""
    for one in sorted(cited - there):
        yield Breach(f"anchor {one.number}", "is not the one that moves cite, or is gone")


def of_anchor(seal: Seal, before: AnchorRow | None, anchor: AnchorRow) -> Iterator[Breach]:
    """Yield what does not hold of an anchor that follows another, its heads left out."""
    name = f"anchor {anchor.number}"
    number, bound = (before.number, before.digest) if before else (0, BEGINNING)
    if anchor.number != number + 1:
        yield Breach(f"anchor {number + 1}", "is gone")
    elif not hmac.compare_digest(anchor_digest(anchor, bound), anchor.digest):
        yield Breach(name, "was changed, or does not follow the one before it")
    if not seal.vouches(anchor.mac, ANCHOR, anchor.digest):
        yield Breach(name, "was not written by this Loket")


def heads_of(anchor: AnchorRow) -> Mapping[str, tuple[int, str]]:
    """Return the last moves of cases that an anchor has: by reference, id and digest in hex."""
    return anchor.heads


def of_heads(anchor: AnchorRow, there: Mapping[int, Placed]) -> Iterator[Breach]:
    """Yield the cases whose last moves, as an anchor has them, are not there."""
    for reference, (move, digest) in heads_of(anchor).items():
        found = there.get(move)
        if found is None or found.digest is None or found.digest.hex() != digest:
            yield Breach(f"case {reference}", f"move {move} is not as anchored, or is gone")
        elif found.reference != reference:
            yield Breach(f"case {reference}", f"move {move} is another case's")


def of_roles(
    seal: Seal, changes: Sequence[RoleChangeRow], grants: Sequence[RoleGrantRow]
) -> Iterator[Breach]:
    """Yield what does not hold of the changes of roles, and of the grants that they make."""
    bound, granted = BEGINNING, {}
    for number, row in enumerate(changes, start=1):
        name = f"change of roles {row.number}"
        if row.number != number:
            yield Breach(name, f"is not number {number}: one before it is gone, or it is new")
        elif not hmac.compare_digest(roles.digest_of(row, bound), row.digest):
            yield Breach(name, "was changed, or does not follow the one before it")
        if not seal.vouches(row.mac, ROLE_CHANGE, row.digest):
            yield Breach(name, "was not written by this Loket")
        bound = row.digest
        whose = (row.issuer, row.subject, row.role, row.office_id)
        if row.is_granted:
            granted[whose] = row.at
        else:
            granted.pop(whose, None)
    there = {(one.issuer, one.subject, one.role, one.office_id): one.granted_at for one in grants}
    for whose in sorted(granted.keys() | there.keys()):
        if granted.get(whose) != there.get(whose):
            yield Breach(
                _grant(whose), _of_grant(was_granted=whose in granted, is_there=whose in there)
            )


def of_anchored_roles(
    anchored: Iterable[tuple[int, str]], changes: Sequence[RoleChangeRow]
) -> Iterator[Breach]:
    """Yield the changes of roles, as anchors have them, that are not there."""
    there = {(row.number, row.digest.hex()) for row in changes}
    for number, _ in sorted(set(anchored) - there):
        yield Breach(f"change of roles {number}", "is not as anchored, or is gone")


def anchor_digest(row: AnchorRow, before: bytes) -> bytes:
    """Return the digest of an anchor that follows one with another."""
    return following(before, row.number, row.at, row.upto, row.heads, row.roles, row.broken)


def _of_case(seal: Seal, trail: Trail, held: Holding) -> Iterator[str]:
    yield from _of_moves(seal, trail)
    yield from _of_standing(trail, held)
    yield from _of_documents(trail, held)
    yield from _of_letter(trail, held)


def _of_moves(seal: Seal, trail: Trail) -> Iterator[str]:
    bound = BEGINNING
    for place, move in enumerate(trail.moves, start=1):
        name = f"move {move.id}, {move.step}, its number {place}"
        if move.digest is None or move.mac is None:
            yield f"{name}, has no digest"
            continue
        if not hmac.compare_digest(facts.digest_of(move, bound), move.digest):
            yield f"{name}, was changed, or does not follow the one before it"
        if (problem := _of_mac(seal, trail, move)) is not None:
            yield f"{name}, {problem}"
        bound = move.digest
    if not trail.moves and trail.case.status != Status.DRAFT:
        yield f"is {trail.case.status} without a move"


def _of_mac(seal: Seal, trail: Trail, move: HistoryRow) -> str | None:
    try:
        secret = facts.secret_of(seal, move.step, trail.case.applicant_nik)
    except (InvalidTag, ValueError):
        return "was made for a NIK that no key of this Loket reads"
    if seal.vouches(move.mac or b"", MOVE, move.digest or b"", secret):
        return None
    if secret:
        return "was not written by this Loket, or for another NIK"
    return "was not written by this Loket"


def _of_standing(trail: Trail, held: Holding) -> Iterator[str]:
    if trail.moves and held.facts.get("standing") != facts.standing(trail.case):
        yield "does not stand where its last move led"
    if "application" in held.facts and held.facts["application"] != facts.application(trail.case):
        yield "its answers or applicant are not those that were sent"


def _of_documents(trail: Trail, held: Holding) -> Iterator[str]:
    there = {str(one.id): one for one in trail.documents}
    for id_, digest in held.files.items():
        document = there.get(id_)
        if document is None:
            yield f"document {id_} was sent, and is gone"
        elif facts.file(document) != digest:
            yield f"{_named(document)} is not the file that was sent"
    for id_, digest in held.verdicts.items():
        if id_ in there and facts.verdict(there[id_]) != digest:
            yield f"{_named(there[id_])} has not the verdict with which it was passed on"
    current = {id_ for id_, document in there.items() if document.replaced_at is None}
    if held.current is not None and held.current != current:
        yield "the documents that stand are not those that were sent"


def _of_letter(trail: Trail, held: Holding) -> Iterator[str]:
    letter = trail.letter
    if letter is None:
        if "letter" in held.facts:
            yield "its letter is gone"
        return
    if held.facts.get("letter") != facts.letter(letter):
        yield f"letter {letter.number}: nobody signed for one of this number, code and signer"
    if held.facts.get("issued") != (facts.issued(letter) if letter.issued_at else None):
        yield f"letter {letter.number}: its file is not the one that was issued"


def _named(document: DocumentRow) -> str:
    return f"document {document.id} ({document.requirement})"


def _grant(whose: tuple[str, str, str, str]) -> str:
    _, subject, role, office = whose
    return f"role {role} of {subject} at {office}"


def _of_grant(*, was_granted: bool, is_there: bool) -> str:
    if not was_granted:
        return "nobody granted it"
    return "was granted at another moment" if is_there else "was granted, and is gone"
