import asyncio
import io
import shutil
from asyncio.subprocess import DEVNULL
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from app.adapters.typesetting import TEMPLATES, TypesettingFailed, typeset
from tests.unit.adapters.letters import ADDRESS, CODE, facts


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).split())


def xmp_of(pdf: bytes) -> str:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return document.Root.Metadata.read_bytes().decode()


def test_each_service_has_its_template():
    assert {"sku", "sktm", "domisili", "pengantar"} == TEMPLATES


@pytest.mark.parametrize("template", sorted(TEMPLATES))
async def test_every_template_prints_who_what_and_why(template: str):
    text = text_of(await typeset(template, facts(), ADDRESS))
    for part in (
        "PEMERINTAH KABUPATEN BANDUNG",
        "KECAMATAN CIWIDEY",
        "SURAT KETERANGAN USAHA",
        "Nomor: 503/0012/KEC.CWD/XI/2026",
        "Siti Aminah",
        "3277014507910003",
        "Warung Nasi Bu Siti",
        "untuk keperluan: pengajuan Kredit Usaha Rakyat (KUR).",
        "Ciwidey, 23 November 2026",
        "Ditandatangani secara elektronik oleh",
        "Drs. Budi Santoso, M.Si.",
        "Pembina Tingkat I, IV/b",
        "Rina Marlina, Kasi Pelayanan, 23 November 2026",
        "Undang-Undang Nomor 11 Tahun 2008",
        ADDRESS,
        "Halaman 1 dari 1",
    ):
        assert part in text, part


@pytest.mark.parametrize("template", sorted(TEMPLATES))
async def test_a_letter_fits_one_page(template: str):
    with pikepdf.open(io.BytesIO(await typeset(template, facts(), ADDRESS))) as pdf:
        assert len(pdf.pages) == 1


async def test_a_letter_is_archival_and_can_be_read_aloud():
    pdf = await typeset("sku", facts(), ADDRESS)
    metadata = xmp_of(pdf)
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    with pikepdf.open(io.BytesIO(pdf)) as document:
        root = document.Root
        assert str(root.Lang).startswith("id")
        assert root.MarkInfo.Marked
        assert "/OutputIntents" in root
        assert root.ViewerPreferences.DisplayDocTitle
        assert _fonts_are_embedded(document)


def _fonts_are_embedded(document: pikepdf.Pdf) -> bool:
    described = [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
    ]
    files = {"/FontFile", "/FontFile2", "/FontFile3"}
    return bool(described) and all(files & set(item.keys()) for item in described)


async def test_the_code_is_in_the_metadata_for_those_who_check_the_file():
    assert f"loket:{CODE}" in xmp_of(await typeset("sku", facts(), ADDRESS))


async def test_the_qr_code_says_in_words_where_it_leads():
    with pikepdf.open(io.BytesIO(await typeset("sku", facts(), ADDRESS))) as pdf:
        spoken = [
            str(item.Alt)
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]
    assert any(ADDRESS in words for words in spoken)


async def test_the_same_facts_make_the_same_bytes():
    first, second = await asyncio.gather(
        typeset("sku", facts(), ADDRESS), typeset("sku", facts(), ADDRESS)
    )
    assert first == second


@pytest.mark.parametrize(
    "typed",
    [
        '#read("/etc/passwd")',
        "*tebal* _miring_ $x^2$ `kode`",
        '#image("/etc/passwd") \\ // komentar',
        "<script>alert(1)</script> & @label",
        "= Judul palsu",
        "\"kutip\" 'tunggal' -- ---",
    ],
)
async def test_what_a_resident_typed_stays_text(typed: str):
    pdf = await typeset("sku", facts(("name", "Nama usaha", typed)), ADDRESS)
    assert " ".join(typed.split()) in text_of(pdf)


@pytest.mark.parametrize("name", ["Ñandé Şahin", "Nguyễn Thị Ánh", "D’Angelo–Świątek", "محمد"])
async def test_names_of_other_alphabets_are_printed(name: str):
    assert await typeset("sku", facts(name=name), ADDRESS)


async def test_signs_that_no_typeface_has_become_a_square():
    pdf = await typeset("sku", facts(("p", "Catatan", "Terima kasih 🙏 日本")), ADDRESS)
    assert "Terima kasih □ □□" in text_of(pdf)


async def test_marks_that_turn_text_around_are_dropped():
    pdf = await typeset("sku", facts(name="Siti\u202e\u200b\x07 Aminah"), ADDRESS)
    assert "Siti Aminah" in text_of(pdf)


async def test_an_answer_keeps_its_lines():
    pdf = await typeset("pengantar", facts(("heirs", "Ahli waris", "1. Ani\n2. Budi")), ADDRESS)
    with pypdfium2.PdfDocument(pdf) as document:
        lines = document[0].get_textpage().get_text_bounded().splitlines()
    assert any(line.endswith("1. Ani") for line in lines)


async def test_a_word_without_an_end_stays_on_the_paper():
    pdf = await typeset("sku", facts(("p", "Catatan", "A" * 300)), ADDRESS)
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        words = page.get_textpage()
        right = max(
            words.get_charbox(at)[2]
            for at in range(words.count_chars())
            if words.get_text_range(at, 1) == "A"
        )
        assert right < page.get_width() - 40


async def test_a_long_letter_goes_on_to_a_second_page():
    many = [(f"q{n}", f"Pertanyaan {n}", "Jawaban yang cukup panjang. " * 4) for n in range(25)]
    text = text_of(await typeset("pengantar", facts(*many), ADDRESS))
    assert "Halaman 2 dari 2" in text


async def test_a_domicile_of_a_body_names_the_body():
    given = (("applicant", "Untuk", "Badan"), ("body_name", "Nama badan", "CV Maju Jaya"))
    text = text_of(await typeset("domisili", facts(*given), ADDRESS))
    assert "Nama badan : CV Maju Jaya" in text
    assert "badan tersebut di atas adalah benar berdomisili" in text
    assert "Untuk : Badan" not in text


@pytest.mark.parametrize("template", ["letter", "../sku", "tidak-ada"])
async def test_an_unknown_template_is_refused(template: str):
    with pytest.raises(TypesettingFailed):
        await typeset(template, facts(), ADDRESS)


async def test_a_missing_fact_is_refused():
    lacking = {**facts(), "office": {"name": "Kecamatan Ciwidey"}}
    with pytest.raises(TypesettingFailed, match="does not contain key"):
        await typeset("sku", lacking, ADDRESS)


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
async def test_a_letter_is_a_sound_pdf(tmp_path: Path):
    path = tmp_path / "letter.pdf"
    path.write_bytes(await typeset("sku", facts(), ADDRESS))
    checked = await asyncio.create_subprocess_exec("qpdf", "--check", path, stdout=DEVNULL)
    assert await checked.wait() == 0
