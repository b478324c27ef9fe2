import asyncio
import io
import random
import re
import shutil
import sys
from asyncio.subprocess import PIPE
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding

from app.adapters.signing.authority import DemoAuthority
from app.adapters.signing.examiner import PadesExaminer, _examination
from app.adapters.signing.inspector import Trust, judge
from app.adapters.signing.marks import claimed_code, signed_revisions
from app.adapters.signing.pades import PadesSigner
from app.adapters.signing.ports import Examination, Signature, SignerIdentity, SigningFailed
from app.adapters.typesetting import typeset
from tests.unit.adapters.letters import ADDRESS, CODE, facts

CAMAT = SignerIdentity(
    "camat", "Drs. Budi Santoso, M.Si.", "Camat Ciwidey", "Kecamatan Ciwidey, Kabupaten Bandung"
)
SEKCAM = replace(CAMAT, subject="sekcam", name="Dedi Kurnia", title="a.n. Camat\nSekretaris")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> DemoAuthority:
    return DemoAuthority(tmp_path_factory.mktemp("office") / "authority", "a secret key")


@pytest.fixture(scope="module")
async def unsigned() -> bytes:
    return await typeset("sku", facts(), ADDRESS)


@pytest.fixture(scope="module")
async def letter(authority: DemoAuthority, unsigned: bytes) -> bytes:
    return await signed_by(authority, unsigned)


@pytest.fixture
def examiner(authority: DemoAuthority) -> PadesExaminer:
    return PadesExaminer([authority.root], [authority.issuing])


@pytest.fixture(scope="module")
def trust(authority: DemoAuthority) -> Trust:
    def loaded(certificate):
        return Certificate.load(certificate.public_bytes(Encoding.DER))

    return Trust([loaded(authority.root)], [loaded(authority.issuing)])


async def signed_by(authority: DemoAuthority, pdf: bytes, who: SignerIdentity = CAMAT) -> bytes:
    return await PadesSigner(authority).sign(
        pdf, signer=who, reason="Surat Keterangan Usaha", location="Ciwidey", code=CODE
    )


def flipped(data: bytes, at: int, bit: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


async def judged(data: bytes, trust: Trust) -> Examination:
    """Judge as the child does, without starting one for every sample."""
    found = await asyncio.to_thread(judge, data, trust)
    return _examination(dict(found), claimed_code(data))


async def output_of(*command: object, code: int = 0) -> str:
    running = await asyncio.create_subprocess_exec(*map(str, command), stdout=PIPE, stderr=PIPE)
    said, complained = await running.communicate()
    assert running.returncode == code, complained
    return (said + complained).decode()


async def test_a_signed_letter_says_who_signed_it_when_and_with_which_code(examiner, letter):
    found = await examiner.examine(letter)
    assert found.signature is Signature.INTACT
    assert found.trusted
    assert not found.additions
    assert (found.code, found.signer, found.title) == (CODE, CAMAT.name, CAMAT.title)
    assert found.organisation == CAMAT.organisation
    assert abs(datetime.now(UTC) - found.signed_at) < timedelta(minutes=2)


def test_signing_changes_no_byte_of_the_letter(letter: bytes, unsigned: bytes):
    assert letter.startswith(unsigned)


async def test_a_letter_without_a_signature_has_none_but_keeps_its_code(examiner, unsigned):
    found = await examiner.examine(unsigned)
    assert (found.signature, found.trusted, found.code) == (Signature.NONE, False, CODE)


def test_no_bit_of_a_letter_can_change_unseen(letter: bytes, trust: Trust):
    chance = random.Random(24)
    assert judge(letter, trust)["signature"] == "intact"
    for at in chance.sample(range(len(letter)), 60):
        assert judge(flipped(letter, at, chance.randrange(8)), trust) == {"signature": "broken"}


def test_no_bit_of_the_signature_itself_can_change_unseen(letter: bytes, trust: Trust):
    chance = random.Random(25)
    start, end, _ = signed_revisions(letter)[0]
    for at in chance.sample(range(start, end), 60):
        assert judge(flipped(letter, at, chance.randrange(8)), trust) == {"signature": "broken"}


async def test_an_altered_letter_is_broken_and_still_known_by_its_code(examiner, letter):
    found = await examiner.examine(flipped(letter, 5000, 3))
    assert (found.signature, found.trusted, found.code) == (Signature.BROKEN, False, CODE)


@pytest.mark.parametrize("tail", [b"\n", b"\n% a remark", b"\0" * 5000, b"<script>" * 400])
async def test_bytes_behind_a_letter_are_additions(trust, letter, tail: bytes):
    found = await judged(letter + tail, trust)
    assert (found.signature, found.trusted, found.additions) == (Signature.INTACT, True, True)


async def test_a_page_put_over_the_letter_is_an_addition(trust, letter):
    found = await judged(_updated(letter), trust)
    assert (found.signature, found.trusted, found.additions) == (Signature.INTACT, True, True)
    assert found.code == CODE


def _updated(letter: bytes) -> bytes:
    """What an editor appends when it saves a change to the page."""
    from pyhanko.pdf_utils.generic import StreamObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(letter))
    words = StreamObject(stream_data=b"BT /F1 24 Tf 100 500 Td (Rp 900.000.000) Tj ET")
    writer.add_stream_to_page(0, writer.add_object(words))
    changed = io.BytesIO()
    writer.write(changed)
    return changed.getvalue()


async def test_a_signed_letter_takes_no_second_signature(authority, letter):
    with pytest.raises(SigningFailed):
        await signed_by(authority, letter)


async def test_a_letter_saved_anew_is_broken(trust, letter):
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        pdf.save(saved)
    found = await judged(saved.getvalue(), trust)
    assert (found.signature, found.code) == (Signature.BROKEN, CODE)


async def test_a_signature_put_on_another_letter_is_broken(trust, letter):
    other = await typeset("sku", facts(name="Orang Lain"), ADDRESS)
    start = len(await typeset("sku", facts(), ADDRESS))
    found = await judged(other + letter[start:], trust)
    assert found.signature is Signature.BROKEN


async def test_a_stranger_with_the_same_names_is_not_trusted(trust, unsigned, tmp_path):
    forged = await signed_by(DemoAuthority(tmp_path / "stranger", "a secret key"), unsigned)
    found = await judged(forged, trust)
    assert not found.trusted
    assert found.signature is Signature.BROKEN


async def test_a_sound_signature_of_another_authority_is_intact_but_not_trusted(letter, tmp_path):
    others = DemoAuthority(tmp_path / "other", "key")
    found = await PadesExaminer([_renamed_root(others)]).examine(letter)
    assert (found.signature, found.trusted) == (Signature.INTACT, False)


def _renamed_root(authority: DemoAuthority):
    return authority.credential_of(replace(CAMAT, name="Akar Lain")).certificate


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"%PDF-1.7\n",
        b"%PDF-1.7\n/ByteRange [0 10 20 5]\n" + b"/Type/Sig" * 99,
        b"%PDF-1.7\n/ByteRange [0 1 2 3]" + b"[" * 50_000,
        b"%PDF-1.7\n/ByteRange [0 9999999999 9999999999 9999999999]",
    ],
)
async def test_whatever_is_handed_in_gets_an_answer(examiner, data: bytes):
    found = await examiner.examine(data)
    assert found.signature in (Signature.NONE, Signature.BROKEN)
    assert not found.trusted


def test_three_hundred_mutations_never_raise_nor_pass(letter: bytes, trust: Trust):
    chance = random.Random(26)
    for _ in range(300):
        start = chance.randrange(len(letter))
        size = chance.choice((1, 4, 64, 1024))
        mutated = letter[:start] + chance.randbytes(size) + letter[start + size :]
        if mutated != letter:
            assert judge(mutated, trust)["signature"] == "broken"


async def test_a_huge_file_is_not_even_looked_at(examiner):
    found = await examiner.examine(b"%PDF-1.7 /ByteRange" + bytes(20 << 20))
    assert found.signature is Signature.NONE


def test_keys_are_readable_by_nobody_else_and_by_no_other_secret(authority, letter):
    folder = authority._folder
    assert folder.stat().st_mode & 0o777 == 0o700
    kept = list(folder.glob("*.pem"))
    assert len(kept) >= 3
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in kept)
    assert all(b"ENCRYPTED PRIVATE KEY" in path.read_bytes() for path in kept)
    with pytest.raises(SigningFailed, match="secret key"):
        DemoAuthority(folder, "another secret").credential_of(CAMAT)


def test_the_authority_outlives_a_restart(authority: DemoAuthority):
    again = DemoAuthority(authority._folder, "a secret key")
    assert again.root == authority.root
    assert again.credential_of(CAMAT).certificate == authority.credential_of(CAMAT).certificate


def test_a_new_title_is_a_new_certificate(authority: DemoAuthority):
    then, now = authority.credential_of(CAMAT), authority.credential_of(SEKCAM)
    assert then.certificate != now.certificate


async def test_two_processes_make_one_authority(tmp_path: Path):
    program = (
        "import sys; from pathlib import Path\n"
        "from app.adapters.signing.authority import DemoAuthority\n"
        "print(DemoAuthority(Path(sys.argv[1]), 'secret').issuing.serial_number)"
    )
    commands = [output_of(sys.executable, "-c", program, tmp_path / "one") for _ in range(4)]
    assert len(set(await asyncio.gather(*commands))) == 1


async def test_something_that_is_no_pdf_cannot_be_signed(authority: DemoAuthority):
    with pytest.raises(SigningFailed):
        await signed_by(authority, b"no pdf")


async def test_a_signed_letter_stays_archival_and_accessible(letter: bytes, unsigned: bytes):
    with pikepdf.open(io.BytesIO(unsigned)) as pdf:
        metadata = pdf.Root.Metadata.read_bytes()
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        field = pdf.Root.AcroForm.Fields[0]
        assert pdf.Root.Metadata.read_bytes() == metadata
        assert str(field.TU).startswith(CAMAT.name)
        assert int(field.F) & 0b100
        assert float(field.Rect[0]) < 0
        assert "/Version" not in pdf.Root
        assert pdf.Root.Perms.DocMDP.Reference[0].TransformParams.P == 1


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
async def test_qpdf_finds_nothing_wrong(letter: bytes, tmp_path: Path):
    path = tmp_path / "letter.pdf"
    path.write_bytes(letter)
    assert "No syntax" in await output_of("qpdf", "--check", path)


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler-utils is not installed")
async def test_pdfsig_finds_the_signature_valid(letter: bytes, tmp_path: Path):
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(letter)
    bad.write_bytes(flipped(letter, 5000, 3))
    said = await output_of("pdfsig", good)
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "Signature is Valid" not in await output_of("pdfsig", bad)


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
async def test_openssl_verifies_the_signature_and_its_chain(authority, letter, tmp_path: Path):
    start, end, whole = signed_revisions(letter)[0]
    held, content, root = (tmp_path / name for name in ("cms.der", "content", "root.pem"))
    held.write_bytes(_cms(letter[start:end]))
    content.write_bytes(letter[:start] + letter[end:whole])
    root.write_bytes(authority.root.public_bytes(Encoding.PEM))
    command = ["openssl", "cms", "-verify", "-cades", "-inform", "DER", "-in", held]
    command += ["-content", content, "-binary", "-CAfile", root, "-out", "/dev/null"]
    assert "CAdES Verification successful" in await output_of(*command)
    content.write_bytes(flipped(content.read_bytes(), 99, 0))
    await output_of(*command, code=4)


def _cms(held: bytes) -> bytes:
    digits = re.fullmatch(rb"<([0-9A-F]+)>", held)
    assert digits
    padded = bytes.fromhex(digits[1].decode())
    return padded[: 4 + int.from_bytes(padded[2:4])]
