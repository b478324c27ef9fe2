"""What a command that cannot do its work says: one line that names the setting."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.adapters.signing.authority import DemoAuthority

_ROOT = Path(__file__).parents[2]
#: Nobody listens there: keys are looked at before anybody is asked for anything.
_NOBODY = "127.0.0.1:1"
_SERVERS = {
    "LOKET_DATABASE_URL": f"postgresql://loket:none@{_NOBODY}/none",
    "LOKET_S3_ENDPOINT": _NOBODY,
    "LOKET_S3_ACCESS_KEY": "loket",
    "LOKET_S3_SECRET_KEY": "none",
    "LOKET_OIDC_ISSUER": f"http://{_NOBODY}",
    "LOKET_OIDC_CLIENT_ID": "loket",
    "LOKET_OIDC_CLIENT_SECRET": "none",
}


@pytest.mark.parametrize("command", ["sweep", "reseal", "worker", "web"])
def test_a_secret_key_that_is_not_the_one_of_the_data_folder_is_named_in_one_line(
    tmp_path: Path, command: str
):
    assert DemoAuthority(tmp_path / "authority", b"o" * 32).issuing
    others = {name: value for name, value in os.environ.items() if "LOKET" not in name}
    ours = {"LOKET_DATA_DIR": str(tmp_path), "LOKET_SECRET_KEY": "n" * 32, **_SERVERS}
    done = subprocess.run(
        [sys.executable, "-m", "app", command],
        cwd=_ROOT,
        env={**others, **ours},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    (said,) = done.stderr.strip().splitlines()
    assert said.startswith("LOKET_SECRET_KEY: ")
    assert str(tmp_path / "authority" / "root.pem") in said
