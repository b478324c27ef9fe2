"""What a line of the log says, and what it never does."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app import audit, logs
from app.domain.errors import LoginNeeded, NotFound
from app.settings import load

_KIND = "PRIVATE KEY"
SECRET = "rahasia sekali dan panjang"
log = logging.getLogger("app.uji")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers, root.level
    stream = io.StringIO()
    logs.configure("web", [SECRET], stream)
    yield stream
    root.handlers, root.level = before[0], before[1]
    logging.captureWarnings(False)


def test_a_line_is_json_with_its_request(lines: io.StringIO):
    with structlog.contextvars.bound_contextvars(request="ab12cd34"):
        log.warning("defect at %s", "/akun")
    (line,) = lines.getvalue().splitlines()
    said = json.loads(line)
    assert said.pop("timestamp").endswith("Z")
    assert said == {
        "event": "defect at /akun",
        "level": "warning",
        "logger": "app.uji",
        "process": "web",
        "request": "ab12cd34",
    }


def test_an_event_of_security_says_who_and_why_and_nothing_else(lines: io.StringIO):
    with audit.asking():
        audit.note("signed in", who="7", strength="", session="ab12")
        audit.is_asking("0f8fad5b")
        audit.refused(NotFound(case="2026-8K2M4P"), "/permohonan/2026-8K2M4P")
        audit.refused(LoginNeeded(), "/akun", had_session=False)
    log.warning("done", extra={"job": {"typed": "Jalan Mawar"}})
    first, second, third = map(json.loads, lines.getvalue().splitlines())
    told = {"event": "signed in", "who": "7", "session": "ab12", "person": "-"}
    assert first | told == first
    assert (first["level"], first["logger"]) == ("info", "loket.security")
    assert "strength" not in first
    told = {"why": "error.not_found", "at": "/permohonan/2026-8K2M4P", "person": "0f8fad5b"}
    assert second | told == second
    assert "person" not in third
    assert "Mawar" not in lines.getvalue()


def test_what_somebody_sent_makes_no_line(lines: io.StringIO):
    audit.note("refused", why='x\n{"event": "signed in"}\r\n\u2028', at="/a\nb")
    (line,) = lines.getvalue().splitlines()
    assert json.loads(line)["at"] == "/a\nb"


def test_a_traceback_is_one_line_too(lines: io.StringIO):
    try:
        raise ValueError("3277014507910003 bukan NIK")
    except ValueError:
        log.exception("defect")
    (line,) = lines.getvalue().splitlines()
    assert "ValueError: [...] bukan NIK" in json.loads(line)["exception"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("NIK 3277014507910003.", "NIK [...]."),
        (f"kunci {SECRET}!", "kunci [...]!"),
        ("/unduh/2vNeqDp3JgP0 hilang", "/unduh/[...] hilang"),
        ("/en/lacak/ABCD-EFGH", "/en/lacak/[...]"),
        ("/verifikasi/XDBG-ZF7E-GFJH", "/verifikasi/[...]"),
        ("/masuk/selesai?code=abc&state=x gagal", "/masuk/selesai?[...] gagal"),
        ("loket=Zs1yYz7Yw3uBqZJcZ6h1mQkqkYJ2hX0rWc3vE4bN5_-", "loket=[...]"),
        (f"-----BEGIN {_KIND}-----\nMIG\n-----END {_KIND}-----", "[...]"),
        ("berkas 0f8fad5b-d9cb-469f-a165-70867728950e", None),
        ("permohonan 2026-8K2M4P, 12 berkas, telepon kantor (022) 555-0103", None),
    ],
)
def test_what_opens_something_or_names_somebody_is_left_out(
    lines: io.StringIO, said: str, kept: str | None
):
    log.warning("%s", said)
    assert json.loads(lines.getvalue())["event"] == (kept or said)


def test_every_secret_of_the_settings_is_known(tmp_path):
    secrets = load(
        {
            "LOKET_DATA_DIR": str(tmp_path),
            "LOKET_SECRET_KEY": "k" * 40,
            "LOKET_DATABASE_URL": "postgresql://loket:sandi%40basis@db.internal/loket",
            "LOKET_DATABASE_OWNER_URL": "postgresql://pemilik:sandi-pemilik@db.internal/loket",
            "LOKET_S3_ENDPOINT": "s3.internal",
            "LOKET_S3_ACCESS_KEY": "loket",
            "LOKET_S3_SECRET_KEY": "sandi-penyimpanan",
            "LOKET_OIDC_ISSUER": "https://masuk.example",
            "LOKET_OIDC_CLIENT_ID": "loket",
            "LOKET_OIDC_CLIENT_SECRET": "sandi-klien",
            "LOKET_REDIS_URL": "redis://:sandi-redis@127.0.0.1/0",
        },
        None,
    ).secrets()
    for word in ("basis", "pemilik", "penyimpanan", "klien", "redis"):
        assert {f"sandi-{word}", f"sandi@{word}"} & set(secrets), word
    assert "k" * 40 in secrets
