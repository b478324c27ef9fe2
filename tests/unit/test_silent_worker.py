"""A worker that hears nothing of its queue ends, whatever it waits for."""

import os
import subprocess
import sys
from pathlib import Path

_SILENT = """
from app.db.connector import QueueConnector
from app.jobs.main import _SILENT_SECONDS, _end_when_silent
connector = QueueConnector(conninfo="")
connector.heard -= _SILENT_SECONDS
_end_when_silent(connector)
"""


def test_a_worker_that_heard_nothing_for_too_long_ends():
    command = (sys.executable, "-c", _SILENT)
    ended = subprocess.run(command, cwd=Path(__file__).parents[2], timeout=60, check=False)
    assert ended.returncode == os.EX_TEMPFAIL
