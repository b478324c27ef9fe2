"""The scanner: clean, infected, and everything between a dead one and one that says too much."""

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.adapters.scanning import Clamd, ScannerDown
from tests.support.scanner import EICAR, Pretender, pretender
from tests.unit.adapters.samples import camera_photo

_PHOTO = camera_photo(400, 300)


@pytest.fixture
async def scanner() -> AsyncIterator[Pretender]:
    async with pretender() as scanner:
        yield scanner


async def test_a_clean_file_has_no_name_and_an_infected_one_has(scanner: Pretender):
    clamd = Clamd(scanner.address)
    await clamd.ready()
    assert await clamd.scan(_PHOTO) == ""
    assert await clamd.scan(_PHOTO + EICAR) == "Eicar-Test-Signature"
    assert await clamd.scan(bytes(3_000_000)) == ""
    assert scanner.scanned == 3


@pytest.mark.parametrize(
    "says",
    ["INSTREAM size limit exceeded. ERROR", "stream: Can't allocate memory ERROR", "", "OK", "\n"],
)
async def test_an_answer_that_is_no_verdict_counts_as_not_scanned(scanner: Pretender, says: str):
    scanner.says = says or " "
    with pytest.raises(ScannerDown):
        await Clamd(scanner.address).scan(_PHOTO)
    with pytest.raises(ScannerDown):
        await Clamd(scanner.address).ready()


async def test_a_scanner_that_answers_without_end_is_cut_off(scanner: Pretender):
    scanner.says = "x" * 100_000
    with pytest.raises(ScannerDown):
        await Clamd(scanner.address).scan(_PHOTO)


async def test_a_scanner_that_hangs_is_given_up_in_time(scanner: Pretender):
    scanner.hangs = True
    began = time.monotonic()
    with pytest.raises(ScannerDown):
        await Clamd(scanner.address, scan_seconds=0.3).scan(_PHOTO)
    assert time.monotonic() - began < 1


async def test_a_slow_scanner_is_waited_for(scanner: Pretender):
    scanner.pause = 0.5
    assert await Clamd(scanner.address, scan_seconds=5).scan(EICAR) == "Eicar-Test-Signature"


@pytest.mark.parametrize("address", ["127.0.0.1:{port}", "/nowhere/clamd.sock"])
async def test_a_dead_scanner_is_down(address: str, unused_tcp_port: int):
    clamd = Clamd(address.format(port=unused_tcp_port))
    with pytest.raises(ScannerDown):
        await clamd.scan(_PHOTO)
    with pytest.raises(ScannerDown):
        await clamd.ready()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """ClamAV's own daemon, which knows one signature."""
    program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
    if program is None:
        pytest.skip("there is no clamd on this machine (Debian: clamav-daemon)")
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "db").mkdir()
    signature = f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n"
    (folder / "db" / "eicar.ndb").write_text(signature)
    socket = folder / "socket"
    told = (
        f"Foreground yes\nLocalSocket {socket}\nDatabaseDirectory {folder / 'db'}\n"
        f"StreamMaxLength 4M\nTemporaryDirectory {folder}\n"
    )
    (folder / "clamd.conf").write_text(told)
    with (folder / "log").open("wb") as log:
        command = [program, f"--config-file={folder / 'clamd.conf'}"]
        daemon = subprocess.Popen(command, stdout=log, stderr=log, env=dict(os.environ))
    try:
        _wait_for(socket, daemon, folder / "log")
        yield str(socket)
    finally:
        daemon.terminate()
        daemon.wait(10)


def _wait_for(socket: Path, daemon: "subprocess.Popen[bytes]", log: Path) -> None:
    late = time.monotonic() + 30
    while not socket.exists():
        assert daemon.poll() is None, log.read_text()
        assert time.monotonic() < late, log.read_text()
        time.sleep(0.02)


async def test_clamav_itself_tells_clean_from_infected_and_too_long(real: str):
    clamd = Clamd(real)
    await clamd.ready()
    scanned = await asyncio.gather(*(clamd.scan(one) for one in (_PHOTO, EICAR, _PHOTO + EICAR)))
    assert [bool(name) for name in scanned] == [False, True, True]
    assert "Eicar-Test-Signature" in scanned[1]
    with pytest.raises(ScannerDown):
        await clamd.scan(os.urandom(5 << 20))
