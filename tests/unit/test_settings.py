"""The settings: defaults, precedence, refusals, and the way to a child process."""

import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from app.settings import OidcSettings, S3Settings, Settings, SettingsError, load

KEY = "k" * 40
S3 = {
    "LOKET_S3_ENDPOINT": "https://s3.kota.example:9000",
    "LOKET_S3_ACCESS_KEY": "loket",
    "LOKET_S3_SECRET_KEY": "rahasia",
}
OIDC = {
    "LOKET_OIDC_ISSUER": "https://masuk.kota.example/realms/warga",
    "LOKET_OIDC_CLIENT_ID": "loket",
    "LOKET_OIDC_CLIENT_SECRET": "rahasia",
    "LOKET_OIDC_ACR": "dua-faktor tiga-faktor",
}
DATABASE = {
    "LOKET_DATABASE_URL": "postgresql://loket_login:rahasia@db/loket",
    "LOKET_DATABASE_OWNER_URL": "postgresql://loket:rahasia-pemilik@db/loket",
}


def read(folder: Path, values: Mapping[str, str] | None = None) -> Settings:
    return load({"LOKET_DATA_DIR": str(folder / "data"), **(values or {})}, None)


def test_nothing_set_means_one_machine_with_everything_embedded(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == "http://localhost:8000"
    assert (settings.database_url, settings.s3, settings.oidc) == (None, None, None)
    assert (settings.admin_subject, settings.redis_url, settings.workers) == (None, None, 1)
    assert settings.demo
    assert settings.public_is_loopback
    assert not settings.complete


def test_the_default_data_folder_is_absolute(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load({}, None).data_dir == tmp_path / ".loket"


def test_the_public_address_follows_the_port(tmp_path: Path) -> None:
    assert read(tmp_path, {"LOKET_PORT": "8123"}).public_url == "http://localhost:8123"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# our office\nexport LOKET_PORT=9000\n\nLOKET_ADMIN_SUBJECT='ibu rina'\n")
    data = {"LOKET_DATA_DIR": str(tmp_path / "data")}
    assert load(data, file).port == 9000
    assert load(data, file).admin_subject == "ibu rina"
    assert load({**data, "LOKET_PORT": "9001"}, file).port == 9001
    assert load({**data, "LOKET_PORT": ""}, file).port == 9000


def test_a_line_that_is_no_setting_is_named_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("LOKET_PORT=9000\nnonsense\n")
    with pytest.raises(SettingsError, match=r"\.env:2: expected NAME=value"):
        load({}, file)


def test_points_are_told_on_this_machine_only(tmp_path: Path) -> None:
    named = {"LOKET_POINTS": str(tmp_path / "points")}
    assert read(tmp_path, named).points == tmp_path / "points"
    assert read(tmp_path).points is None
    elsewhere = {"LOKET_PUBLIC_URL": "https://loket.example", "LOKET_SECRET_KEY": KEY}
    with pytest.raises(SettingsError, match="LOKET_POINTS: is for tests"):
        read(tmp_path, {**named, **elsewhere})


def test_external_servers_are_read_whole(tmp_path: Path) -> None:
    settings = read(tmp_path, {**S3, **OIDC, **DATABASE})
    assert settings.s3 == S3Settings(
        "s3.kota.example:9000", "loket", "rahasia", "loket", "us-east-1", secure=True
    )
    assert settings.oidc == OidcSettings(
        OIDC["LOKET_OIDC_ISSUER"], "loket", "rahasia", classes=("dua-faktor", "tiga-faktor")
    )
    assert settings.complete


@pytest.mark.parametrize("external", [S3, OIDC, DATABASE])
def test_the_demo_is_only_for_an_all_embedded_loket(
    tmp_path: Path, external: dict[str, str]
) -> None:
    assert not read(tmp_path, external).demo
    assert read(tmp_path, {**external, "LOKET_DEMO": "1"}).demo


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOKET_CLAMAV", "clamd.sock"),
        ("LOKET_CLAMAV", "tcp://127.0.0.1:3310"),
        ("LOKET_CHECKED_AT_ONCE", "-1"),
        ("LOKET_CHECKED_AT_ONCE", "1048577"),
        ("LOKET_PORT", "0"),
        ("LOKET_PORT", "65536"),
        ("LOKET_PORT", "http"),
        ("LOKET_PORT", "٨٠٠٠"),
        ("LOKET_HOST", "kantor kami"),
        ("LOKET_PUBLIC_URL", "loket.example"),
        ("LOKET_PUBLIC_URL", "ftp://loket.example"),
        ("LOKET_PUBLIC_URL", "http://localhost:8000/loket"),
        ("LOKET_PUBLIC_URL", "http://localhost:notaport"),
        ("LOKET_PUBLIC_URL", "http://[::1"),
        ("LOKET_DATABASE_URL", "sqlite:///loket.db"),
        ("LOKET_DATABASE_URL", "postgresql://"),
        ("LOKET_DATABASE_OWNER_URL", "sqlite:///loket.db"),
        ("LOKET_S3_ENDPOINT", "ftp://s3.example"),
        ("LOKET_S3_ENDPOINT", "s3.example/bucket"),
        ("LOKET_OIDC_ISSUER", "masuk.example"),
        ("LOKET_REDIS_URL", "valkey"),
        ("LOKET_WORKERS", "-1"),
        ("LOKET_DEMO", "maybe"),
        ("LOKET_SECRET_KEY", "too short"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, {name: value})
    assert refused.value.name == name
    assert str(refused.value).startswith(f"{name}: ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"LOKET_S3_ENDPOINT": "s3.example"}, "LOKET_S3_ACCESS_KEY"),
        ({"LOKET_S3_SECRET_KEY": "rahasia"}, "LOKET_S3_ENDPOINT"),
        ({"LOKET_OIDC_ISSUER": "https://masuk.example"}, "LOKET_OIDC_CLIENT_ID"),
        ({"LOKET_OIDC_CLIENT_ID": "loket"}, "LOKET_OIDC_ISSUER"),
        ({"LOKET_WORKERS": "2"}, "LOKET_REDIS_URL"),
        ({"LOKET_DATABASE_OWNER_URL": DATABASE["LOKET_DATABASE_OWNER_URL"]}, "LOKET_DATABASE_URL"),
        ({"LOKET_PUBLIC_URL": "https://loket.kota.example"}, "LOKET_SECRET_KEY"),
    ],
)
def test_what_another_setting_needs_is_asked_for_by_name(
    tmp_path: Path, values: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, values)
    assert refused.value.name == named


def test_a_wrong_address_does_not_repeat_the_password_in_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, {"LOKET_DATABASE_URL": "mysql://loket:rahasia-benar@db/loket"})
    assert "rahasia-benar" not in str(refused.value)


def test_settings_are_never_printed_with_their_secrets(tmp_path: Path) -> None:
    settings = read(tmp_path, {**S3, **OIDC, **DATABASE, "LOKET_SECRET_KEY": KEY})
    assert "rahasia" not in repr(settings)
    assert KEY not in repr(settings)


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first = read(tmp_path).secret_key
    kept = tmp_path / "data" / "secret.key"
    assert len(first) == 32
    assert read(tmp_path).secret_key == first
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert [path.name for path in kept.parent.iterdir()] == ["secret.key"]


def test_a_damaged_secret_key_is_refused_rather_than_replaced(tmp_path: Path) -> None:
    read(tmp_path)
    (tmp_path / "data" / "secret.key").write_text("not a key")
    with pytest.raises(SettingsError, match="LOKET_SECRET_KEY"):
        read(tmp_path)


@pytest.mark.parametrize("key", [KEY, "ab" * 32, "ab" * 16, "ab" * 40])
def test_a_child_process_gets_the_very_same_settings(tmp_path: Path, key: str) -> None:
    external = read(
        tmp_path,
        {**S3, **OIDC, **DATABASE, "LOKET_SECRET_KEY": key, "LOKET_HOST": "::1", "LOKET_DEMO": "1"},
    )
    for settings in (
        external,
        read(tmp_path),
        replace(
            external,
            clamav="clamd.internal:3310",
            identity_upstream="http://127.0.0.1:4000",
            oidc=OidcSettings("http://localhost:8000/identitas", "loket", "r", "http://[::1]:4/x"),
        ),
    ):
        assert load(settings.as_environment(for_operators=True), None) == settings


def test_only_who_operates_is_told_of_the_owner_of_the_tables(tmp_path: Path) -> None:
    settings = read(tmp_path, {**S3, **OIDC, **DATABASE})
    assert settings.separate_owner
    told = load(settings.as_environment(), None)
    assert told == replace(settings, database_owner_url=None)
    assert "pemilik" not in str(settings.as_environment())


@pytest.mark.parametrize("owner", [None, DATABASE["LOKET_DATABASE_URL"]])
def test_one_login_for_all_is_not_taken_for_two(tmp_path: Path, owner: str | None) -> None:
    settings = replace(read(tmp_path, DATABASE), database_owner_url=owner)
    assert settings.separate_owner is None


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.5", True),
        ("http://[::1]:8000", True),
        ("https://loket.kota.example", False),
        ("http://192.168.1.4:8000", False),
        ("http://127.0.0.1.evil.example", False),
    ],
)
def test_only_this_machine_is_loopback(tmp_path: Path, url: str, *, loopback: bool) -> None:
    settings = read(tmp_path, {"LOKET_PUBLIC_URL": url, "LOKET_SECRET_KEY": KEY})
    assert settings.public_is_loopback is loopback


def test_a_proxy_on_this_machine_is_believed_unless_nobody_else_is_served(tmp_path: Path) -> None:
    public = {"LOKET_PUBLIC_URL": "https://loket.kota.example", "LOKET_SECRET_KEY": KEY}
    assert read(tmp_path).proxies == ()
    assert read(tmp_path, public).proxies == ("127.0.0.1", "::1")
    named = {**public, "LOKET_PROXIES": "10.0.0.0/24 2001:db8::7"}
    assert read(tmp_path, named).proxies == ("10.0.0.0/24", "2001:db8::7")
    with pytest.raises(SettingsError, match="LOKET_PROXIES"):
        read(tmp_path, {"LOKET_PROXIES": "proxy.internal"})
