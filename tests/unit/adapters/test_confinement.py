import asyncio
import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.adapters.confinement import Answer, Broke, Limits, TooSlow, confined, parent
from tests.support.waiting import until

CHILD = "tests.unit.adapters.prying"
QUICK = Limits(memory=512 << 20, processor=2, clock=8, answer=16 << 20)


async def trying(what: str, **request: object) -> Answer:
    return await confined(CHILD, {"try": what, **request}, b"abc", QUICK)


async def test_a_child_answers_with_facts_and_files():
    answer = await trying("nothing")
    assert answer.files == (b"abc", b"cba")
    assert answer.facts["pid"] != os.getpid()


async def test_a_child_reads_a_file_from_disk(tmp_path: Path):
    path = tmp_path / "input"
    path.write_bytes(b"xyz")
    assert (await confined(CHILD, {"try": "nothing"}, path, QUICK)).files[0] == b"xyz"


async def test_no_secret_reaches_a_child(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LOKET_SECRET_KEY", "secret")
    names = (await trying("environment")).facts["names"]
    assert isinstance(names, list)
    assert not [name for name in names if "LOKET" in name or "SECRET" in name]


def _namespaces_are_allowed() -> bool:
    return (
        subprocess.run(["unshare", "-Un", "true"], check=False, capture_output=True).returncode == 0
    )


@pytest.mark.skipif(not _namespaces_are_allowed(), reason="this kernel forbids user namespaces")
async def test_a_child_reaches_no_network():
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert (await trying("network", port=port)).facts["errno"] != 0


@pytest.mark.parametrize("what", ["memory", "crash", "talk"])
async def test_a_child_that_takes_too_much_ends_alone(what: str):
    with pytest.raises(Broke):
        await trying(what)


async def test_a_child_fills_no_disk(tmp_path: Path):
    path = tmp_path / "large"
    with pytest.raises(Broke):
        await trying("disk", path=str(path))
    assert path.stat().st_size <= 1 << 20


async def test_a_child_that_spins_is_ended_and_what_it_took_is_told(
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level("DEBUG", parent.__name__)
    with pytest.raises(TooSlow):
        await trying("spin")
    (took,) = [one.args for one in caplog.records if one.msg == parent.TOOK]
    assert isinstance(took, tuple)
    module, processor, memory = took
    assert module == CHILD
    assert 0 < float(str(processor)) < QUICK.processor + 1  # or it was the clock
    assert 1 << 20 < int(str(memory)) < QUICK.memory


async def test_a_child_that_sleeps_is_ended_by_the_clock():
    start = time.monotonic()
    with pytest.raises(TooSlow):
        await confined(CHILD, {"try": "sleep"}, b"", Limits(clock=1.5))
    assert time.monotonic() - start < 8


async def test_a_child_that_cannot_start_is_our_defect():
    with pytest.raises(RuntimeError, match="did not start"):
        await confined("tests.unit.adapters.no_such_child", {}, b"", QUICK)


async def test_what_a_child_started_ends_with_it(tmp_path: Path):
    path = tmp_path / "pid"
    await trying("leave", path=str(path))
    await _ended(path)


async def test_cancelling_ends_the_child(tmp_path: Path):
    path = tmp_path / "pid"
    task = asyncio.create_task(trying("sleep", path=str(path)))
    await until(lambda: _holds(path))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await _ended(path)


async def test_children_share_nothing_but_what_was_loaded_for_all():
    first, second = [await trying("remember") for _ in range(2)]
    assert [first.facts["remembered"], second.facts["remembered"]] == [0, 0]
    assert first.facts["parent"] == second.facts["parent"]


async def test_a_child_cannot_look_into_what_the_next_one_comes_from():
    assert (await trying("peek")).facts["errno"] in (errno.EACCES, errno.EPERM)


async def test_a_fork_server_that_was_killed_loses_its_children_and_is_replaced():
    told = (await trying("remember")).facts["parent"]
    assert isinstance(told, int)
    task = asyncio.create_task(trying("sleep"))
    await until(lambda: _holds(Path(f"/proc/{told}/task/{told}/children")))
    os.kill(told, signal.SIGKILL)
    with pytest.raises(RuntimeError, match="did not start"):
        await task
    assert (await trying("remember")).facts["parent"] != told


async def test_a_fork_server_without_work_is_let_go_and_replaced(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.adapters.confinement.forkserver._IDLE_S", 0.1)
    told = (await trying("remember")).facts["parent"]
    assert isinstance(told, int)
    await until(lambda: _is_over(told))
    assert (await trying("remember")).facts["parent"] != told


async def _holds(path: Path) -> bool:
    return await asyncio.to_thread(lambda: path.exists() and path.read_text() != "")


async def _ended(path: Path) -> None:
    """Wait until the process whose number a file holds is no more."""
    pid = int(await asyncio.to_thread(path.read_text))
    await until(lambda: _is_over(pid))


async def _is_over(pid: int) -> bool:
    try:
        return ") Z" in await asyncio.to_thread(Path(f"/proc/{pid}/stat").read_text)
    except FileNotFoundError:
        return True


@pytest.mark.parametrize(
    "module",
    [
        "storage.s3",
        "app.adapters.inspection",
        "app.adapters.typesetting",
        "app.adapters.signing.pades",
        "app.adapters.signing.examiner",
    ],
)
def test_the_web_process_does_not_load_what_only_children_and_jobs_use(module: str):
    heavy = {"pyhanko", "typst", "pikepdf", "PIL", "pypdfium2", "segno", "asn1crypto"}
    program = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert not heavy & set(loaded.stdout.split())
