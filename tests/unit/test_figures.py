"""The figures: of what kind a request is, and how what was counted is told."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from app.db.figures import Counted, LastAnchor, Letters, OfStatus, Queued, Swept, Waits
from app.domain.errors import Unavailable
from app.web.counted import in_figures
from app.web.figures import SHARED, Latest, kind_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
COUNTED = Counted(
    cases=[OfStatus("draft", 3), OfStatus("submitted", 2), OfStatus("rejected", 1)],
    waits=[Waits("submitted", NOW - timedelta(hours=2), NOW - timedelta(hours=1))],
    sent=3,
    letters=Letters(7, 1, NOW - timedelta(seconds=30)),
    uploads=4,
    queue=[
        Queued("todo", "loket.issue_letter", 2),
        Queued("oldest", "loket.issue_letter", 12.5),
        Queued("workers", "", 1),
    ],
    swept=Swept(NOW - timedelta(minutes=5), 0),
    anchor=LastAnchor(NOW - timedelta(minutes=1), 2),
)


class _Given(Collector):
    def __init__(self, figures: list[Metric]) -> None:
        self.figures = figures

    def collect(self) -> list[Metric]:
        return self.figures


def _told(counted: Counted | None) -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(_Given([*in_figures(counted, NOW)]))
    lines = generate_latest(registry).decode().splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def test_what_was_counted_is_told_with_its_units():
    told = _told(COUNTED)
    assert told['loket_cases{status="submitted"}'] == 2
    assert told['loket_case_oldest_seconds{status="submitted"}'] == 7200
    assert told['loket_case_median_seconds{status="submitted"}'] == 3600
    assert told["loket_journeys_begun_total"] == 6
    assert told["loket_journeys_sent_total"] == 3
    assert told['loket_journeys_ended_total{status="rejected"}'] == 1
    assert told["loket_letters_issued_total"] == 7
    assert told["loket_letter_oldest_seconds"] == 30
    assert told['loket_jobs_waiting{job="loket.issue_letter"}'] == 2
    assert told['loket_job_oldest_seconds{job="loket.issue_letter"}'] == 12.5
    assert told["loket_workers"] == 1
    assert told["loket_sweep_age_seconds"] == 300
    assert told["loket_trail_broken"] == 2
    assert told["loket_anchor_age_seconds"] == 60


def test_what_there_is_none_of_is_told_as_well():
    told = _told(COUNTED)
    assert told['loket_cases{status="done"}'] == 0
    assert told['loket_case_oldest_seconds{status="in_review"}'] == 0
    assert told['loket_job_failures_last_hour{job="loket.check_document"}'] == 0
    assert 'loket_case_oldest_seconds{status="done"}' not in told


async def test_however_many_look_the_database_is_asked_once():
    asked = 0

    async def ask() -> Counted:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        return COUNTED

    latest = Latest(ask)
    await asyncio.gather(*(latest.refresh() for _ in range(50)))
    assert asked == 1
    assert any(figure.name == "loket_cases" for figure in latest.collect())


async def test_a_database_that_is_away_keeps_no_figure_of_before():
    async def ask() -> Counted:
        raise Unavailable

    latest = Latest(ask)
    await latest.refresh()
    assert [figure.name for figure in latest.collect()] == ["loket_database_up"]


def test_several_processes_tell_what_all_of_them_count(tmp_path: Path):
    shared = {**os.environ, SHARED: str(tmp_path)}
    script = (
        "import sys; from app.web import figures as f;"
        "f.METER.sockets(1);"
        "scope = {'type': 'http', 'method': 'GET', 'path': '/'};"
        "[f.METER.answered(scope, {'status': 200, 'headers': []}, 0.1) for _ in range(3)];"
        "from prometheus_client import generate_latest as g;"
        "print(g(f._of_processes()).decode())"
    )
    first, second = (
        subprocess.run(
            [sys.executable, "-c", script], env=shared, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    )
    page = 'loket_answers_total{kind="page",status="200"}'
    assert f"{page} 3.0" in first
    assert f"{page} 6.0" in second
    # The first process has ended, and its websocket with it.
    assert "loket_websockets 1.0" in second


def test_of_a_database_that_is_away_only_that_is_told():
    assert _told(None) == {"loket_database_up": 0}
    assert _told(COUNTED)["loket_database_up"] == 1


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "/", "page"),
        ("GET", "/en", "page"),
        ("GET", "/en/lacak/7K3M-9Q2X-4HVD", "page"),
        ("GET", "/permohonan/2026-7K3M9Q", "page"),
        ("POST", "/permohonan/2026-7K3M9Q", "form"),
        ("GET", "/permohonan/2026-7K3M9Q/surat", "file"),
        ("GET", "/en/petugas/2026-7K3M9Q/berkas/1/2", "file"),
        ("GET", "/unduh/token", "file"),
        ("PATCH", "/unggah/1", "upload"),
        ("POST", "/en/unggah", "upload"),
        ("GET", "/masuk/selesai", "sign_in"),
        ("GET", "/assets/app.js", "asset"),
        ("GET", "/sw.js", "asset"),
        ("GET", "/metrics", "operator"),
        ("GET", "", "page"),
        ("GET", "siti-aminah", "page"),
    ],
)
def test_a_request_is_of_a_kind_that_says_nothing_of_whom_it_is_about(
    method: str, path: str, kind: str
):
    assert kind_of({"type": "http", "method": method, "path": path}) == kind
