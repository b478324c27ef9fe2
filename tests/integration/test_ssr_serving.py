"""Starting, stopping and dying: the processes of `app.ssr.serve`, on the example site."""

import signal
import time
from pathlib import Path

import httpx
import psutil
import pytest

from app.ssr.build import BuildFailed, ensure_built, is_built
from tests.integration.ssr_site import SITE, SOURCES, built, serving

pytest_plugins = ["tests.integration.ssr_site"]

GONE_WITHIN_SECONDS = 5


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    built()


def _family(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def _all_gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=GONE_WITHIN_SECONDS)
    return not alive


def test_the_first_answer_is_a_rendered_page(tmp_path: Path):
    with serving(tmp_path / "log") as site:
        page = httpx.get(f"{site.url}/cases/1", headers={"cookie": "user=u1"})
        assert page.headers["x-rendered-by"] == "server"


def test_it_stops_when_told_to_and_leaves_nobody_behind(tmp_path: Path):
    with serving(tmp_path / "log") as site:
        family = _family(site.process.pid)
        assert len(family) == 2
        began = time.monotonic()
        site.process.terminate()
        assert site.process.wait(GONE_WITHIN_SECONDS) == 0
        assert time.monotonic() - began < GONE_WITHIN_SECONDS
        assert _all_gone(family)


def test_a_killed_server_takes_its_workers_and_renderers_with_it(tmp_path: Path):
    with serving(tmp_path / "log") as site:
        family = _family(site.process.pid)
        site.process.send_signal(signal.SIGKILL)
        assert _all_gone(family)


def test_a_killed_worker_is_replaced(tmp_path: Path):
    with serving(tmp_path / "log") as site:
        worker = psutil.Process(site.process.pid).children()[0]
        worker.kill()
        deadline = time.monotonic() + 10
        answered = False
        while not answered and time.monotonic() < deadline:
            try:
                answered = httpx.get(f"{site.url}/plain").status_code == 200
            except httpx.TransportError:
                time.sleep(0.05)
        assert answered
        assert psutil.Process(site.process.pid).children()[0].pid != worker.pid


def test_nothing_is_built_twice():
    said: list[str] = []
    ensure_built(said.append, SOURCES, SITE)
    assert said == []


def test_a_broken_build_is_never_taken_as_built(tmp_path: Path):
    (tmp_path / "rxconfig.py").write_text("raise RuntimeError('broken on purpose')")
    for _ in range(2):
        with pytest.raises(BuildFailed, match="broken on purpose"):
            ensure_built(lambda _: None, ("rxconfig.py",), tmp_path)
    assert not is_built(tmp_path, ("rxconfig.py",))
