"""What the outside relies on (docs/contract.md), asked of a whole Loket over HTTP."""

import json
import os
import re
import secrets
import subprocess
import sys
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from app.domain.identity import Role
from app.domain.workflow import Status, Step
from tests.factories import Person, Town
from tests.support.asking import asking
from tests.support.running import Loket

ROOT = Path(__file__).parents[2]
CONTRACT = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| (`/.*?) \| .*? \| ([^|]+?) \|$", re.MULTILINE)


def _promised() -> dict[str, set[str]]:
    """Return the paths of the contract's table, by who may come."""
    found: dict[str, set[str]] = {}
    for paths, who in _ROW.findall(CONTRACT):
        found.setdefault(who, set()).update(re.findall(r"`(/[^`]*)`", paths))
    return found


@dataclass(frozen=True)
class Known:
    """People, and what stands for the parts of the addresses."""

    resident: Person
    officer: Person
    parts: dict[str, str]

    def fill(self, path: str) -> str:
        return path.format(**self.parts)


@pytest.fixture(scope="module")
async def known(people: Town) -> Known:
    resident, officer = await people.resident(), await people.staff(Role.OFFICER)
    done = await people.ready_to_sign(resident)
    await people.step(await people.staff(Role.HEAD), done, Step.SIGN)
    await people.settled(done)
    letter = await people.letter(done)
    assert letter
    parts = {"key": "sktm", "reference": done, "code": letter.code}
    return Known(resident, officer, parts)


def test_the_contract_is_read_whole():
    promised = _promised()
    assert {"anyone", "resident", "staff", "operators"} <= set(promised)
    assert sum(len(paths) for paths in promised.values()) >= 20


async def test_pages_for_anyone_come_whole(loket: Loket, known: Known):
    not_pages = {"/masuk", "/keluar", "/manifest.webmanifest", "/sw.js"}
    async with asking(loket) as stranger:
        for path in _promised()["anyone"] - not_pages:
            if path.startswith("/masuk/"):
                continue
            answer = await stranger.get(known.fill(path))
            assert answer.status_code == 200, path
            assert answer.text.count("<h1") == 1, path
        assert "Surat Keterangan Tidak Mampu" in (await stranger.get("/layanan")).text
        assert (
            'data-result="genuine"' in (await stranger.get(known.fill("/verifikasi/{code}"))).text
        )


async def test_pages_of_residents_ask_strangers_to_sign_in_and_come_back(
    loket: Loket, known: Known
):
    async with asking(loket) as stranger:
        for who in ("resident", "staff"):
            for path in _promised()[who]:
                answer = await stranger.get(known.fill(path))
                assert answer.status_code == 302, path
                place = urlsplit(answer.headers["location"])
                assert (place.path, parse_qs(place.query)) == (
                    "/masuk",
                    {"kembali": [known.fill(path)]},
                )


async def test_residents_and_staff_get_their_pages_with_their_data(loket: Loket, known: Known):
    for who, person in (("resident", known.resident), ("staff", known.officer)):
        async with asking(loket, person) as client:
            for path in _promised()[who]:
                answer = await client.get(known.fill(path))
                assert answer.status_code == 200, path
                assert "no-store" in answer.headers["cache-control"], path
                if "{reference}" in path:
                    assert known.parts["reference"] in answer.text


async def test_what_does_not_exist_or_is_not_theirs_is_a_helpful_404(loket: Loket, known: Known):
    nowhere = [
        "/tidak/ada",
        "/layanan/tidak-ada",
        "/lacak/a/b",
        "/%2e%2e/etc/passwd",
        "/admin/x",
        "/404",
        "/en/404",
    ]
    async with asking(loket, known.resident) as client:
        hidden = [known.fill(path) for path in _promised()["staff"]]
        unknown = ["/permohonan/2026-000000", "/layanan/tidak-ada/ajukan", "/unduh/x"]
        for path in (*nowhere, *hidden, *unknown):
            answer = await client.get(path)
            assert answer.status_code == 404, path
            home = "/en" if path.startswith("/en/") else "/"
            assert f'href="{home}"' in answer.text, path


async def test_every_status_is_said_with_its_word_and_in_words(
    loket: Loket, people: Town, known: Known
):
    words = re.findall(r"\*\*([^*]+)\*\*", CONTRACT.partition("Statuses, in this order:")[2])[:8]
    keys = (CONTRACT.partition("code's own word:\n  `")[2]).partition("`")[0].split()
    assert keys == [status.value for status in Status]
    resident = await people.resident()
    async with asking(loket, resident) as client:
        reference = await people.ready_to_sign(resident)
        for key, word in zip(keys, words, strict=True):
            async with people.open_all() as work:
                case = await work.cases.own(reference, resident.actor, lock=True)
                case.status = key
            page = (await client.get("/permohonan")).text
            assert re.search(rf'data-status="{key}"[^>]*>{word}<', page), key


async def test_the_forms_words_stand_on_it_and_every_input_is_labelled(loket: Loket, known: Known):
    async with asking(loket, known.resident) as client:
        service = (await client.get("/layanan/sktm")).text
        assert re.search(r">\s*Ajukan\s*<", service)
        for key in ("sktm", "domisili", "ahli-waris"):
            page = Form((await client.get(f"/layanan/{key}/ajukan")).text)
            assert page.unnamed() == [], key
            for word in ("Simpan draf", "Kirim permohonan", "Unggah"):
                assert word in page.buttons, (key, word)
        sktm = Form((await client.get("/layanan/sktm/ajukan")).text)
        assert sktm.labels["f-document-ktp"] == "KTP"
        assert 'data-testid="upload"' in sktm.html


async def test_operators_are_told_alive_ready_and_figures(loket: Loket):
    async with asking(loket) as client:
        assert (await client.get("/healthz")).text == "ok\n"
        ready = (await client.get("/readyz")).json()
        for part in ("database", "isolation", "storage", "renderer", "worker"):
            assert ready["parts"][part] == "ok"
        assert (ready["status"], ready["parts"]["scanner"]) == ("ready", "off")
        assert "# HELP" in (await client.get("/metrics")).text
        forwarded = await client.get("/metrics", headers={"x-forwarded-for": "203.0.113.7"})
        assert forwarded.status_code == 404


async def test_the_app_can_be_installed(loket: Loket):
    async with asking(loket) as client:
        manifest = await client.get("/manifest.webmanifest")
        assert manifest.json()["name"] == "Loket"
        assert "javascript" in (await client.get("/sw.js")).headers["content-type"]


async def test_every_answer_carries_the_headers_that_protect_it(loket: Loket, known: Known):
    async with asking(loket, known.resident) as client:
        for path in ("/", "/permohonan", "/tidak/ada", "/healthz", "/app.css"):
            headers = (await client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff", path
            assert "frame-ancestors 'none'" in headers["content-security-policy"], path
            assert "referrer-policy" in headers, path


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"LOKET_PORT": "delapan"}, "LOKET_PORT"),
        ({"LOKET_PUBLIC_URL": "https://loket.example.go.id"}, "LOKET_SECRET_KEY"),
        ({"LOKET_S3_ENDPOINT": "s3.example"}, "LOKET_S3_ACCESS_KEY"),
        ({"LOKET_WORKERS": "2"}, "LOKET_REDIS_URL"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(tmp_path: Path, wrong: dict[str, str], named: str):
    environment = {name: value for name, value in os.environ.items() if "LOKET" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "app", "serve"],
        cwd=ROOT,
        env={**environment, "LOKET_DATA_DIR": str(tmp_path), **wrong},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert named in done.stderr


async def test_an_operator_grants_a_role_while_loket_runs(loket: Loket, people: Town, known: Known):
    subject = f"petugas-{secrets.token_hex(4)}"
    before = await people.signed_in(subject, "Petugas Kedua")
    assert not before.actor.is_staff
    done = _command(loket, "grant", subject, "petugas", "cimahi-selatan")
    assert (done.returncode, json.loads(done.stderr)["event"]) == (0, "role granted")
    after = await people.signed_in(subject)
    async with asking(loket, after) as client:
        assert (await client.get(known.fill("/petugas/{reference}"))).status_code == 200
    wrong = _command(loket, "grant", subject, "petugas", "cimahi-utara")
    assert wrong.returncode == 1
    assert "cimahi-selatan" in wrong.stderr
    ended = _command(loket, "sign-out", subject)
    assert (ended.returncode, ended.stdout) == (0, "1 sessions ended\n")
    async with asking(loket, after) as client:
        assert (await client.get("/akun")).status_code == 302


def _command(loket: Loket, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of Loket's beside the one that runs."""
    environment = {name: value for name, value in os.environ.items() if "LOKET" not in name}
    ours = {"LOKET_DATA_DIR": str(loket.data_dir), "LOKET_PORT": str(urlsplit(loket.url).port)}
    return subprocess.run(
        [sys.executable, "-m", "app", *words],
        cwd=ROOT,
        env={**environment, **ours},
        capture_output=True,
        text=True,
        timeout=120,
    )


async def test_a_port_that_is_taken_is_named_in_one_line(loket: Loket, tmp_path: Path):
    port = str(urlsplit(loket.url).port)
    environment = {name: value for name, value in os.environ.items() if "LOKET" not in name}
    done = subprocess.run(  # noqa: ASYNC221 (nothing else runs here meanwhile)
        [sys.executable, "-m", "app", "serve"],
        cwd=ROOT,
        env={**environment, "LOKET_DATA_DIR": str(tmp_path), "LOKET_PORT": port},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        line for line in done.stderr.strip().splitlines() if port in line
    ]


class Form(HTMLParser):
    """A page's inputs, labels and buttons."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.inputs: list[tuple[str, bool]] = []  # id, and whether it stands inside its label
        self.labels: dict[str, str] = {}
        self.buttons: list[str] = []
        self._open: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in ("input", "select", "textarea") and told.get("type") != "hidden":
            inside = any(name == "label" for name, _ in self._open)
            self.inputs.append((told.get("id") or "", inside))
        if tag in ("label", "button"):
            self._open.append((tag, told.get("for") or ""))
            if tag == "button":
                self.buttons.append("")

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open:
            return
        tag, owner = self._open[-1]
        if tag == "button":
            self.buttons[-1] += data
        else:
            self.labels[owner] = self.labels.get(owner, "") + data

    def unnamed(self) -> list[str]:
        """Return the inputs that no label names."""
        return [name for name, inside in self.inputs if not inside and not self.labels.get(name)]
