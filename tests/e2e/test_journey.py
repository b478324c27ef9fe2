"""From sign-in to a signed letter that proves itself."""

import re
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from playwright.async_api import BrowserContext, FilePayload, Page, expect

from app.domain.identity import Role
from tests.e2e.conftest import NewContext
from tests.e2e.steps import (
    accept_all,
    act,
    apply_for,
    choose,
    download_letter,
    expect_status,
    expect_status_by_reload,
    open_form,
    press,
    review_and_forward,
    send,
    shown_verdict,
    sign_in,
    verdict_on,
)
from tests.factories import OFFICE, Town
from tests.support.files import phone_photo, photo, scan
from tests.support.people import become
from tests.support.running import Loket


@pytest.mark.parametrize(
    ("account", "scripts"),
    [("warga1", True), ("warga2", False)],
    ids=["with JavaScript", "without JavaScript"],
)
async def test_a_resident_gets_a_signed_letter(
    new_phone: NewContext, new_desk: NewContext, tmp_path: Path, account: str, scripts: bool
):
    page = await sign_in(await new_phone(java_script_enabled=scripts), account)
    number = await apply_for(page, "sktm", {"Keperluan": "Keringanan biaya sekolah"})
    await expect(page.get_by_test_id("flash")).to_contain_text("sudah kami terima")
    await expect_status(page, "submitted")

    officer = await sign_in(await new_desk(java_script_enabled=scripts), "petugas")
    await review_and_forward(officer, number)
    for who, step in (("kasi", "Paraf"), ("sekcam", "Paraf"), ("camat", "Tanda tangani")):
        official = await sign_in(await new_desk(java_script_enabled=scripts), who)
        await act(official, number, step)

    await (expect_status if scripts else expect_status_by_reload)(page, "done")
    await expect(page.get_by_test_id("timeline")).to_contain_text("Surat terbit")
    letter = await download_letter(page, tmp_path)
    check_with_other_programs(letter)
    await check_every_answer(page, letter)


async def test_a_business_letter_is_made_from_photos_and_a_scan(
    phone: BrowserContext, new_desk: NewContext, loket: Loket, town: Town, tmp_path: Path
):
    await become(phone, loket, await town.resident("Siti Nurhaliza"))
    page = await phone.new_page()
    await open_form(page, "sku")
    await page.get_by_label("Nama usaha").fill("Warung Nasi Bu Siti")
    await page.get_by_label("Keperluan").fill("Pengajuan KUR")
    await choose(
        page,
        {
            "KTP": phone_photo(),
            "Kartu Keluarga": scan(),
            "Surat pengantar RT/RW": scan(pages=1),
            "Foto usaha": photo(),
        },
    )
    number = await send(page)
    await through_the_office(number, new_desk, loket, town)
    await expect_status(page, "done")
    letter = await download_letter(page, tmp_path)
    words = text_of(letter)
    assert "Warung Nasi Bu Siti" in words
    assert "SITI NURHALIZA" in words.upper()


async def test_a_company_gets_its_letter_from_documents_of_its_own(
    phone_without_javascript: BrowserContext,
    new_desk: NewContext,
    loket: Loket,
    town: Town,
    tmp_path: Path,
):
    await become(phone_without_javascript, loket, await town.resident())
    page = await phone_without_javascript.new_page()
    await open_form(page, "domisili")
    await page.get_by_role("radio", name="Badan usaha atau lembaga").check()
    await page.get_by_label("Keperluan").fill("Membuka rekening")
    await press(page, "Kirim permohonan")
    problems = page.get_by_role("alert")
    for missing in ("Nama badan usaha atau lembaga", "Akta pendirian", "Foto kantor"):
        await expect(problems).to_contain_text(missing)
    await expect(problems).not_to_contain_text("Kartu Keluarga")

    await page.get_by_label("Nama badan usaha atau lembaga").fill("PT Maju Bersama")
    await page.get_by_role("radio", name="Perseroan terbatas (PT)").check()
    await page.get_by_label("Alamat kantor").fill("Jalan Contoh 5")
    await page.get_by_label("Nama pimpinan").fill("Asep Sunandar")
    await choose(
        page,
        {
            "Akta pendirian": scan("akta.pdf", pages=2),
            "KTP para pengurus": photo(),
            "Foto kantor": photo(),
        },
    )
    number = await send(page)
    await through_the_office(number, new_desk, loket, town)
    await expect_status_by_reload(page, "done")
    assert "PT Maju Bersama" in text_of(await download_letter(page, tmp_path))


async def test_letters_signed_together_are_numbered_one_after_the_other(
    desk: BrowserContext, loket: Loket, town: Town
):
    office = await town.office()
    officer = await town.staff(Role.OFFICER, office)
    numbers = [
        await town.at_signature(await town.resident(), officer, office=office) for _ in range(2)
    ]
    await become(desk, loket, await town.staff(Role.HEAD, office))
    page = await desk.new_page()
    await page.goto("/petugas/tanda-tangan")
    await page.get_by_label("Pilih semua").check()
    await press(page, "Tanda tangani")
    await expect(page.get_by_test_id("flash")).to_contain_text("sudah diproses")
    await expect(page.get_by_test_id("empty")).to_be_visible()
    letters = [await town.letter(number) for number in numbers]
    assert sorted(letter.sequence for letter in letters if letter) == [1, 2]


async def through_the_office(
    number: str, new_desk: NewContext, loket: Loket, town: Town, office: str = OFFICE
) -> None:
    """Have an office's staff do their part, each at a desk of their own."""
    chain = (
        (Role.OFFICER, ""),
        (Role.SECTION_HEAD, "Paraf"),
        (Role.SECRETARY, "Paraf"),
        (Role.HEAD, "Tanda tangani"),
    )
    for role, step in chain:
        desk = await new_desk()
        await become(desk, loket, await town.staff(role, office))
        page = await desk.new_page()
        if step:
            await act(page, number, step)
        else:
            await act(page, number, "Ambil")
            await accept_all(page)
            await press(page, "Teruskan")


def check_with_other_programs(letter: Path) -> None:
    """Let programs that never heard of Loket judge the file."""
    if shutil.which("qpdf"):
        done = subprocess.run(["qpdf", "--check", letter], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    if shutil.which("pdfsig"):
        said = subprocess.run(["pdfsig", "-nocert", letter], capture_output=True, text=True).stdout
        assert "Signature is Valid" in said
        assert "Total document signed" in said
    if shutil.which("openssl"):
        check_with_openssl(letter)


def check_with_openssl(letter: Path) -> None:
    data = letter.read_bytes()
    with pikepdf.open(letter) as pdf:
        (field,) = [f for f in pdf.Root.AcroForm.Fields if f.get("/FT") == "/Sig"]
        start, before, after, rest = (int(number) for number in field.V.ByteRange)
        contents = bytes(field.V.Contents)
    signed, cms = letter.with_suffix(".signed"), letter.with_suffix(".der")
    signed.write_bytes(data[start : start + before] + data[after : after + rest])
    cms.write_bytes(contents)
    # The chain is the demo office's own; what counts here is the signature over the bytes.
    command = ["openssl", "cms", "-verify", "-noverify", "-binary", "-inform", "DER"]
    done = subprocess.run(
        [*command, "-in", cms, "-content", signed, "-out", "/dev/null"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


async def check_every_answer(page: Page, letter: Path) -> None:
    """Ask the verification page about a letter as it is, and as others made it."""
    data = bytes_of(letter)
    assert await verdict_on(page, letter) == "genuine"
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", text_of(letter))
    assert code
    await page.goto(f"/verifikasi/{code[0]}")
    assert await shown_verdict(page) == "genuine"
    await page.goto("/verifikasi")
    await page.get_by_label("Kode surat").fill(code[0].lower().replace("-", " "))
    await press(page, page.locator("form:has(#kode)").get_by_role("button", name="Periksa"))
    assert await shown_verdict(page) == "genuine"

    assert await verdict_on(page, pdf(data + b"\n% catatan")) == "genuine_with_additions"
    middle = len(data) // 3
    flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    assert await verdict_on(page, pdf(flipped)) == "altered"
    assert await verdict_on(page, scan()) == "unknown"
    await page.goto("/verifikasi/0000-0000-0000-0000")
    assert await shown_verdict(page) == "unknown"


def pdf(data: bytes) -> FilePayload:
    return FilePayload(name="surat.pdf", mimeType="application/pdf", buffer=data)


def bytes_of(letter: Path) -> bytes:
    return letter.read_bytes()


def text_of(letter: Path) -> str:
    with pypdfium2.PdfDocument(letter) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
