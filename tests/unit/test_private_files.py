"""What root writes for Loket, its own user can read; what is no file of Loket stays untouched."""

import os
from pathlib import Path

import pytest

from app.adapters.seal import Resealed
from app.adapters.signing.authority import DemoAuthority
from app.private_files import new_file
from app.settings import load

_LOKET = 4711
_OLD, _NEW = b"o" * 32, b"n" * 32

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


def _given(folder: Path) -> Path:
    """Let Loket's own user have a folder and all that is in it."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, _LOKET, _LOKET)
    return folder


def _owners(folder: Path) -> dict[str, tuple[int, int, int]]:
    found = {path.name: path.stat() for path in folder.rglob("*")}
    return {name: (one.st_uid, one.st_gid, one.st_mode & 0o077) for name, one in found.items()}


@needs_root
def test_keys_that_root_has_sealed_anew_are_those_of_lokets_own_user(tmp_path: Path):
    folder = tmp_path / "authority"
    assert DemoAuthority(folder, _OLD).issuing
    _given(folder)
    assert DemoAuthority(folder, _NEW, [_OLD]).reseal() == Resealed(2, 0)
    assert _owners(folder) == dict.fromkeys(
        ("root.pem", "issuing.pem", "lock"), (_LOKET, _LOKET, 0)
    )


@needs_root
def test_what_root_makes_in_a_new_data_folder_is_that_of_its_owner(tmp_path: Path):
    settings = load({"LOKET_DATA_DIR": str(_given(tmp_path))}, None)
    assert DemoAuthority(tmp_path / "authority", settings.secret_key).root
    assert set(_owners(tmp_path).values()) == {(_LOKET, _LOKET, 0)}
    assert (tmp_path / "secret.key").stat().st_uid == _LOKET


def test_a_link_in_the_place_of_a_draft_leads_nowhere(tmp_path: Path):
    other = tmp_path / "other"
    other.write_text("of somebody else")
    (tmp_path / "root.new").symlink_to(other)
    with pytest.raises(FileExistsError):
        new_file(tmp_path / "root.new")
    assert DemoAuthority(tmp_path, _OLD).root
    assert other.read_text() == "of somebody else"
    assert (tmp_path / "root.pem").is_file()
