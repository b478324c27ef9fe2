"""Loket's secret key is changed, and nothing that was sealed with the old one is lost."""

import secrets
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from app.adapters.seal import Seal
from app.adapters.signing.authority import DemoAuthority
from app.adapters.signing.ports import SignerIdentity, SigningFailed
from app.domain.errors import NotFound
from app.domain.identity import Role
from app.settings import Settings, SettingsError, load
from app.usecases import links, profile, queue, sessions
from tests.factories import Town, new_nik

OLD, NEW, OTHER = secrets.token_bytes(32), secrets.token_bytes(32), secrets.token_bytes(32)
SIGNER = SignerIdentity(
    subject="camat", name="Rina", title="Camat", organisation="Kecamatan Cimahi Selatan"
)


def test_the_new_key_seals_and_every_former_one_is_read():
    now = Seal(NEW, [OTHER, OLD])
    for before in (Seal(OLD), Seal(OTHER), Seal(NEW)):
        assert now.open(before.close("3277014507910003")) == "3277014507910003"
        assert now.is_mac(before.mac("download", "x"), "download", "x")
        assert before.fingerprint("nik") in now.fingerprints("nik")
        assert not now.is_mac(before.mac("verdict", "x"), "download", "x")
    assert Seal(NEW).open(now.close("x")) == "x"
    assert Seal(NEW).is_mac(now.mac("p", "x"), "p", "x")
    with pytest.raises(InvalidTag):
        Seal(OLD).open(now.close("x"))
    with pytest.raises(InvalidTag):
        Seal(NEW).open(Seal(OLD).close("x"))


def test_the_signing_authority_stays_the_same(tmp_path: Path):
    before = DemoAuthority(tmp_path, OLD)
    kept = before.credential_of(SIGNER).certificate
    now = DemoAuthority(tmp_path, NEW, [OLD])
    assert now.credential_of(SIGNER).certificate == kept
    assert now.root == before.root
    with pytest.raises(SigningFailed):
        DemoAuthority(tmp_path, NEW).credential_of(SIGNER)


async def test_people_links_and_searches_go_on_over_the_change(town: Town, settings: Settings):
    resident, officer = await town.resident(), await town.staff(Role.OFFICER)
    nik = new_nik()
    typed = {"nik": nik, "name": resident.actor.name, "phone": "081234567899"}
    assert await profile.keep(town.parts, resident.actor, typed, confirmed=True)
    reference = await town.sent(resident)
    token = links.seal(town.parts, "verdict", {"result": "genuine"})
    parts = replace(town.parts, seal=Seal(NEW, [settings.secret_key]))
    assert (await sessions.visitor(parts, resident.secret)).actor == resident.actor
    assert links.unseal(parts, "verdict", token) == {"result": "genuine"}
    assert parts.seal.open((await town.case(reference)).applicant_nik or b"") == nik
    assert reference in str(await queue.waiting(parts, officer.actor, "", nik, ""))
    alone = replace(parts, seal=Seal(NEW))
    assert reference not in str(await queue.waiting(alone, officer.actor, "", nik, ""))
    with pytest.raises(NotFound):
        links.unseal(alone, "verdict", token)


def test_former_keys_are_settings(tmp_path: Path):
    named = {"LOKET_DATA_DIR": str(tmp_path), "LOKET_SECRET_KEY": NEW.hex()}
    settings = load({**named, "LOKET_FORMER_KEYS": f"{OTHER.hex()} {OLD.hex()}"}, None)
    assert settings.former_keys == (OTHER, OLD)
    assert OLD.hex() in settings.secrets()
    assert OLD.hex() not in repr(settings)
    assert load(settings.as_environment(), None) == settings
    with pytest.raises(SettingsError, match="LOKET_FORMER_KEYS"):
        load({**named, "LOKET_FORMER_KEYS": "kurang"}, None)
