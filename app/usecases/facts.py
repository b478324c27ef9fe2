"""What a move is about, as digests: bound by its row when it is made, compared by the audit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.adapters.seal import Seal
from app.db.audited import AuditedCase
from app.db.tables import CaseRow, DocumentRow, HistoryRow, LetterRow
from app.domain.trail import SENDING, Anchored, Facts, digest, following
from app.domain.workflow import Status, Step

#: The kinds of rows that have a code each (`Seal.vouch`).
MOVE, ANCHOR, ROLE_CHANGE = "history", "anchor", "role_change"


@dataclass(frozen=True, slots=True)
class Papers:
    """What a move is about besides its case.

    Attributes:
        documents: those that stand.
        letter: the one that is signed for, or issued.
    """

    documents: Sequence[DocumentRow] = ()
    letter: LetterRow | None = None


def standing(case: CaseRow | AuditedCase) -> str:
    """Tell where a case stands, and whose it is."""
    return digest(
        *(case.id, case.reference, case.service, case.office_id, case.resident_id),
        *(case.status, case.chain, case.turn, case.holder_id),
        *(case.submitted_at, case.due_at, case.status_since),
    )


def application(case: CaseRow | AuditedCase) -> str:
    """Tell what was asked for and by whom; their NIK is vouched for apart (`secret_of`)."""
    return digest(case.id, case.answers, case.applicant_name, case.applicant_phone)


def file(document: DocumentRow) -> str:
    """Tell what came for which requirement."""
    came = (document.id, document.case_id, document.requirement, document.uploaded_at)
    return digest(*came, document.filename, document.size, document.sha256)


def verdict(document: DocumentRow) -> str:
    """Tell what was decided on a document, and by whom."""
    by = (document.decided_by, document.decided_at)
    return digest(document.id, document.verdict, document.reason, *by)


def letter(row: LetterRow) -> str:
    """Tell what was signed for, and by whom."""
    number = (row.office_id, row.year, row.sequence, row.number, row.code)
    signer = (row.signer_id, row.signer_name, row.signer_title)
    return digest(row.id, row.case_id, *number, *signer, row.numbered_at)


def issued(row: LetterRow) -> str:
    """Tell which file a letter became."""
    return digest(row.id, row.issued_at, row.file, row.sha256, row.size)


def of_move(step: str, case: CaseRow, papers: Papers, anchor: Anchored | None) -> Facts:
    """Return what a move was about, once its case stands where it leads."""
    facts: Facts = {"standing": standing(case)}
    if anchor:
        facts["anchor"] = [*anchor]
    if step in SENDING:
        facts["application"] = application(case)
        facts["files"] = _of_each(papers, file)
    if step == Step.FORWARD:
        facts["verdicts"] = _of_each(papers, verdict)
    return facts | _of_letter(papers)


def of_adopted(case: AuditedCase, papers: Papers) -> Facts:
    """Return all that must be so of a case that moved before there was a trail."""
    facts: Facts = {"standing": standing(case)}
    if case.submitted_at:
        facts["application"] = application(case)
        if case.status != Status.NEEDS_CHANGES:
            facts["files"] = _of_each(papers, file)
    if case.status in {Status.AWAITING_SIGNATURE, Status.DONE}:
        facts["verdicts"] = _of_each(papers, verdict)
    return facts | _of_letter(papers)


def _of_each(papers: Papers, tell: Callable[[DocumentRow], str]) -> dict[str, str]:
    return {str(one.id): tell(one) for one in papers.documents}


def _of_letter(papers: Papers) -> Facts:
    if papers.letter is None:
        return {}
    facts: Facts = {"letter": letter(papers.letter)}
    if papers.letter.issued_at:
        facts["issued"] = issued(papers.letter)
    return facts


def digest_of(row: HistoryRow, before: bytes) -> bytes:
    """Return the digest of a move that follows a row with another."""
    who = (row.actor_id, row.actor_name, row.role)
    what = (row.step, row.status_before, row.status_after, row.note)
    return following(before, row.case_id, row.at, *who, *what, row.facts)


def secret_of(seal: Seal, step: str, nik: bytes | None) -> str:
    """Return for whom a case was first sent, which the row of that move vouches for.

    Raises:
        cryptography.exceptions.InvalidTag: no key of this Loket reads it.
    """
    return seal.open(nik) if step == Step.SUBMIT and nik else ""


def bind(seal: Seal, row: HistoryRow, before: bytes, secret: str) -> bytes:
    """Give a move its digest and its mac; return the digest."""
    row.digest = digest_of(row, before)
    row.mac = seal.vouch(MOVE, row.digest, secret)
    return row.digest
