"""What Loket says of a letter: the bytes decide, and a claim proves nothing."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from app.adapters.signing.authority import DemoAuthority
from app.adapters.signing.pades import PadesSigner
from app.db.tables import LetterRow
from app.domain.errors import NotFound
from app.domain.identity import Role
from app.domain.workflow import Step
from app.usecases import letters, verify
from tests.factories import Town
from tests.unit.adapters.samples import scan_pdf

NAME = "Siti Aminah Rahmawati"


@pytest.fixture
async def letter(town: Town) -> LetterRow:
    case = await town.ready_to_sign(await town.resident(NAME))
    await town.step(await town.staff(Role.HEAD), case, Step.SIGN)
    await town.settled(case)
    found = await town.letter(case)
    assert found
    return found


@pytest.fixture
async def pdf(town: Town, letter: LetterRow) -> bytes:
    return await town.parts.files.get(letter.file)


async def test_the_letter_itself_is_genuine(town: Town, letter: LetterRow, pdf: bytes):
    verdict = await verify.by_file(town.parts, pdf, "192.0.2.1")
    assert (verdict.result, verdict.number) == ("genuine", letter.number)


async def test_its_code_is_genuine_however_it_is_typed(town: Town, letter: LetterRow):
    for typed in (letter.code, letter.code.lower(), letter.code.replace("-", " ")):
        assert (await verify.by_code(town.parts, typed, "192.0.2.1")).result == "genuine"


async def test_the_holders_name_is_shortened(town: Town, letter: LetterRow, pdf: bytes):
    for verdict in (
        await verify.by_code(town.parts, letter.code, "192.0.2.1"),
        await verify.by_file(town.parts, pdf, "192.0.2.1"),
    ):
        assert verdict.holder == "Siti A. R."
        assert NAME not in str(asdict(verdict))


async def test_what_was_added_after_the_signature_is_told(town: Town, pdf: bytes):
    added = await verify.by_file(town.parts, pdf + b"\n%% catatan", "192.0.2.1")
    assert added.result == "genuine_with_additions"


async def test_any_changed_byte_makes_it_altered(town: Town, pdf: bytes):
    for place in range(200, len(pdf), len(pdf) // 8):
        changed = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        result = (await verify.by_file(town.parts, changed, "192.0.2.1")).result
        assert result == "altered", f"byte {place} of {len(pdf)}"


async def test_a_letter_cut_short_is_not_genuine(town: Town, pdf: bytes):
    result = (await verify.by_file(town.parts, pdf[: len(pdf) // 2], "192.0.2.1")).result
    assert result in ("altered", "unknown")


@pytest.mark.parametrize("data", [scan_pdf(1), b"bukan PDF", b"%PDF-1.7\n"])
async def test_what_is_not_a_letter_is_unknown(town: Town, data: bytes):
    assert (await verify.by_file(town.parts, data, "192.0.2.1")).result == "unknown"


async def test_an_unknown_code_is_unknown(town: Town):
    assert (
        await verify.by_code(town.parts, "0000-0000-0000-0000", "192.0.2.1")
    ).result == "unknown"
    assert (await verify.by_code(town.parts, "' OR 1=1 --", "192.0.2.1")).result == "unknown"


async def test_a_letter_that_is_not_issued_yet_is_unknown(town: Town):
    case = await town.ready_to_sign(await town.resident())
    await town.step(await town.staff(Role.HEAD), case, Step.SIGN)
    letter = await town.letter(case)
    assert letter
    assert (await verify.by_code(town.parts, letter.code, "192.0.2.1")).result == "unknown"
    await town.settled(case)


async def test_a_revoked_letter_is_revoked_by_code_and_by_file_and_not_handed_out(
    town: Town, letter: LetterRow, pdf: bytes
):
    async with town.open_all() as work:
        found = await work.letters.get(letter.id, lock=True)
        assert found
        found.revoked_at, found.revoked_reason = town.parts.now(), "Data keliru"
        case = await work.cases.by_id(letter.case_id)
    assert (await verify.by_code(town.parts, letter.code, "192.0.2.1")).result == "revoked"
    assert (await verify.by_file(town.parts, pdf, "192.0.2.1")).result == "revoked"
    officer = await town.staff(Role.OFFICER)
    with pytest.raises(NotFound):
        await letters.link_for_staff(town.parts, officer.actor, case.reference, officer.session)


async def test_a_letter_signed_by_a_stranger_with_our_code_is_altered(town: Town, tmp_path: Path):
    """Forged with everything right but the key: another authority of the same name."""
    case = await town.ready_to_sign(await town.resident())
    await town.step(await town.staff(Role.HEAD), case, Step.SIGN)
    letter = await town.letter(case)
    assert letter
    forger = PadesSigner(DemoAuthority(tmp_path / "authority", b"x" * 32))
    await letters.issue(replace(town.parts, signer=forger), letter.id)
    async with town.open_all() as work:
        found = await work.letters.get(letter.id, lock=True)
        assert found
        forged = await town.parts.files.get(found.file)
        found.sha256 = "0" * 64  # what was really issued has other bytes
    assert (await verify.by_file(town.parts, forged, "192.0.2.1")).result == "altered"


async def test_a_verdict_on_a_file_cannot_be_made_up(town: Town, pdf: bytes):
    token = verify.sealed(town.parts, await verify.by_file(town.parts, pdf, "192.0.2.1"))
    assert verify.unsealed(town.parts, token).result == "genuine"
    with pytest.raises(NotFound):
        verify.unsealed(town.parts, token[:-2] + ("AA" if token[-2:] != "AA" else "BB"))
