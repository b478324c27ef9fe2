"""The headers of resumable uploads, as programs write them and as they should not."""

import base64
import hashlib
from uuid import UUID

import pytest

from app.web.tus_headers import BadHeader, announced, checksum, is_sound, metadata, number

KEY = "0b5c7a52-6a1e-4b39-9d0b-0c7de1f2a901"


def told(**pairs: str) -> str:
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())


def test_metadata_is_read_with_any_spaces_between_and_any_letters_within():
    assert metadata("") == {}
    assert metadata(f"  {told(filename='kartu keluarga é.jpg')} , empty") == {
        "filename": "kartu keluarga é.jpg",
        "empty": "",
    }
    assert metadata(told(filename="a\0b")) == {"filename": "ab"}


@pytest.mark.parametrize("header", ["a !!!", ",", "a YQ==,a YQ==", " YQ==,", "a /w=="])
def test_metadata_that_no_program_should_send_is_refused(header: str):
    with pytest.raises(BadHeader):
        metadata(header)


def test_a_file_is_announced_for_a_form_or_for_a_case():
    digest = hashlib.sha256(b"x").hexdigest()
    form = told(
        service="sktm", form_key=KEY, requirement="ktp", filename="a.jpg", kind="i", sha256=digest
    )
    read = announced({"upload-length": "12", "upload-metadata": form})
    assert (read.size, read.form_key, read.sha256) == (12, UUID(KEY), digest)
    case = told(reference="2026-7K3M9Q", requirement="ktp")
    assert announced({"upload-length": "0", "upload-metadata": case}).reference == "2026-7K3M9Q"


@pytest.mark.parametrize(
    "pairs",
    [
        {"requirement": "ktp"},
        {"form_key": KEY, "reference": "2026-7K3M9Q"},
        {"form_key": "7"},
        {"reference": "2026-7K3M9Q", "sha256": "abc"},
    ],
)
def test_an_announcement_says_exactly_what_it_is_for(pairs: dict[str, str]):
    with pytest.raises(BadHeader):
        announced({"upload-length": "12", "upload-metadata": told(**pairs)})


@pytest.mark.parametrize("text", ["", "-1", "1.5", "٣", "1e3", " 1", "9" * 19, "9" * 40])
def test_a_number_of_bytes_is_a_plain_number(text: str):
    with pytest.raises(BadHeader):
        number({"upload-length": text}, "upload-length")


def test_a_piece_is_held_to_its_checksum():
    digest = hashlib.sha256(b"piece").digest()
    expected = checksum({"upload-checksum": f"sha256 {base64.b64encode(digest).decode()}"})
    assert is_sound(b"piece", expected)
    assert not is_sound(b"peace", expected)
    assert checksum({}) == b""


@pytest.mark.parametrize("header", ["sha1 YQ==", "sha256", "sha256 YQ==", "sha256 ???"])
def test_a_checksum_of_another_kind_is_refused(header: str):
    with pytest.raises(BadHeader):
        checksum({"upload-checksum": header})
