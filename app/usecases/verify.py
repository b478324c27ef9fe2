"""Checking a letter: by the code that it carries, or by its bytes."""

import hashlib
from dataclasses import asdict, replace

from app.adapters.signing.ports import Examination, Signature
from app.db.tables import CaseRow, LetterRow, OfficeRow
from app.db.work import Work
from app.domain.capacity import AsVerifier
from app.domain.cases import read_code
from app.domain.guessing import Guess, could_be_of_letter
from app.domain.letters import Result
from app.texts import language, say
from app.usecases.apply import service_of
from app.usecases.guessing import note_wrong, refuse_guesser
from app.usecases.links import seal, unseal
from app.usecases.parts import Parts
from app.usecases.present.moments import in_words
from app.views import Verdict

#: Letters are some 60 kB; what is far larger was never one of ours.
MOST_BYTES = 10_000_000
_PURPOSE = "verdict"


async def by_code(parts: Parts, typed: str, address: str) -> Verdict:
    """Say whether a letter with this code was issued, and what it says.

    Raises:
        TooMany: wrong codes came from this address, too many to go on.
    """
    code = read_code(typed)
    if not could_be_of_letter(code):
        return _verdict(Result.UNKNOWN, "code", code=code)
    async with parts.open_work(AsVerifier(code), "verify.by_code") as work:
        letter = await _known(parts, work, code, address)
        if letter is None or letter.issued_at is None:
            return _verdict(Result.UNKNOWN, "code", code=code)
        case = await work.cases.of_letter(letter)
        office = await work.offices.get(letter.office_id)
    result = Result.REVOKED if letter.revoked_at else Result.GENUINE
    return _told(parts, result, "code", letter, case, office)


async def by_file(parts: Parts, pdf: bytes, address: str) -> Verdict:
    """Say whether these are the bytes of a letter that was issued, or what was done to them.

    The bytes decide: the stored letter's own are genuine; those with an intact signature
    of ours that something was added to are genuine with additions; a file that only
    claims one of our codes, or whose signature is broken, is altered. A claimed code is a
    guess like one that is typed.

    Raises:
        TooMany: wrong codes came from this address, too many to go on.
    """
    said = await parts.examiner.examine(pdf)
    sha256 = hashlib.sha256(pdf).hexdigest()
    claimed = read_code(said.code) if said.code else ""
    async with parts.open_work(AsVerifier(claimed, sha256), "verify.by_file") as work:
        letter = await work.letters.by_sha256(sha256)
        if letter is None and could_be_of_letter(claimed):
            letter = await _known(parts, work, claimed, address)
        if letter is None or letter.issued_at is None:
            is_broken = said.signature is Signature.BROKEN
            return _verdict(Result.ALTERED if is_broken else Result.UNKNOWN, "file")
        case = await work.cases.of_letter(letter)
        office = await work.offices.get(letter.office_id)
    result = _judge(letter, said, is_same=letter.sha256 == sha256)
    return _told(parts, result, "file", letter, case, office)


async def _known(parts: Parts, work: Work, code: str, address: str) -> LetterRow | None:
    """Return the letter with a code; one that there is not counts against the address."""
    await refuse_guesser(parts, work, Guess.LETTER, address)
    letter = await work.letters.by_code(code)
    if letter is None:
        await note_wrong(parts, work, Guess.LETTER, address)
    return letter


def sealed(parts: Parts, verdict: Verdict) -> str:
    """Return a verdict on a file as a token for the address of the page that shows it."""
    return seal(parts, _PURPOSE, asdict(verdict))


def unsealed(parts: Parts, token: str) -> Verdict:
    """Return the verdict of a token of ours.

    Raises:
        NotFound: not one of ours, altered, or too old.
    """
    return Verdict(**unseal(parts, _PURPOSE, token))


def _judge(letter: LetterRow, said: Examination, *, is_same: bool) -> Result:
    if letter.revoked_at is not None:
        return Result.REVOKED
    if is_same:
        return Result.GENUINE
    is_ours = said.signature is Signature.INTACT and said.trusted and said.code == letter.code
    return Result.GENUINE_WITH_ADDITIONS if is_ours and said.additions else Result.ALTERED


def _told(
    parts: Parts, result: Result, by: str, letter: LetterRow, case: CaseRow, office: OfficeRow
) -> Verdict:
    """Return the verdict with what the letter itself says, the resident's name shortened."""
    return replace(
        _verdict(result, by, code=letter.code),
        number=letter.number,
        service=service_of(parts, case.service).letter.title.in_(language()),
        office=office.name,
        signer=f"{letter.signer_name}, {letter.signer_title}",
        signed_at=in_words(letter.issued_at),
        holder=_shortened(case.applicant_name),
    )


def _verdict(result: Result, by: str, *, code: str = "") -> Verdict:
    return Verdict(
        result=result.value,
        title=say(f"verify.{result}.title"),
        explanation=say(f"verify.{result}.{by}"),
        code=code,
    )


def _shortened(name: str) -> str:
    """Return `Siti A. R.`: enough to compare with the paper, too little to look people up."""
    first, *others = name.split() or [""]
    return " ".join([first, *(f"{part[0]}." for part in others)])
