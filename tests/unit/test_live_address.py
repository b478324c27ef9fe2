"""Where a page's browser opens its websocket, by the JavaScript that browsers get."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import reflex_base

from app.ssr.patches import socket_when_needed
from app.ssr.toolchain import find_bun

_STATE_JS = Path(reflex_base.__file__).parent / ".templates/web/utils/state.js"
_FUNCTION = re.compile(r"export const getBackendURL = (\(url_str\) => \{.*?\n\};)", re.DOTALL)


@pytest.mark.parametrize(
    ("page", "live"),
    [
        ("http://localhost:8000/", "ws://localhost:8000/_event"),
        ("http://127.0.0.1:8123/layanan", "ws://127.0.0.1:8123/_event"),
        ("https://loket.example.id/", "wss://loket.example.id/_event"),
        ("https://loket.example.id:8443/", "wss://loket.example.id:8443/_event"),
        ("http://loket.example.id/", "ws://loket.example.id/_event"),
    ],
)
def test_a_page_comes_alive_at_its_own_address(page: str, live: str):
    function = _FUNCTION.search(socket_when_needed(_STATE_JS.read_text()))
    assert function
    script = (
        f"globalThis.window = {{ location: new URL({json.dumps(page)}) }};"
        f"const getBackendURL = {function[1]}"
        'console.log(getBackendURL("ws://localhost:8000/_event").href);'
    )
    said = subprocess.run(
        [find_bun(), "-e", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.strip() == live
