"""A worker that hears nothing of its queue ends, whatever it waits for."""

import os
import subprocess
import sys
from itertools import chain, repeat
from pathlib import Path

from app.jobs.main import wait_for_silence

_SILENT = """
from app.db.connector import QueueConnector
from app.jobs.main import _end_when_silent
_end_when_silent(QueueConnector(conninfo=""), 1)
"""


def test_a_worker_that_heard_nothing_for_too_long_ends():
    command = (sys.executable, "-c", _SILENT)
    ended = subprocess.run(command, cwd=Path(__file__).parents[2], timeout=60, check=False)
    assert ended.returncode == os.EX_TEMPFAIL


def test_silence_begins_anew_with_whatever_is_heard():
    slept: list[float] = []
    heard = chain([0, 0, 0, 1], repeat(1))
    wait_for_silence(lambda: next(heard), 3, slept.append)
    assert sum(slept) == 2 + 1 + 3
