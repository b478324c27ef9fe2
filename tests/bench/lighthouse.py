"""Lighthouse with its own mobile preset: a simulated slow 4G, and a CPU four times slower."""

import asyncio
import json
import os
import tempfile
from pathlib import Path
from statistics import median

from app.ssr.toolchain import find_bun, run_bun
from tests.e2e.browser import FLAGS

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
_CLI = Path(__file__).with_name("lighthouse_cli")
_RUNS = 3
#: Now and then it misses the start of a page and asks to be run again.
_TRIES = 5


async def scores(
    browser: str, urls: dict[str, str], headers: dict[str, str]
) -> dict[str, list[int]]:
    """Return each page's median score of every category, 0 to 100, in the order of `CATEGORIES`."""
    run_bun(_CLI, "install", "--frozen-lockfile")
    return {name: await _median(browser, url, headers) for name, url in urls.items()}


async def _median(browser: str, url: str, headers: dict[str, str]) -> list[int]:
    runs: list[dict[str, float]] = []
    for _ in range(_TRIES):
        if run := await _scores(browser, url, headers):
            runs.append(run)
        if len(runs) == _RUNS:
            break
    else:
        raise RuntimeError(f"Lighthouse judged {url} {len(runs)} times in {_TRIES}")
    return [round(median(run[name] for run in runs) * 100) for name in CATEGORIES]


async def _scores(browser: str, url: str, headers: dict[str, str]) -> dict[str, float] | None:
    with tempfile.NamedTemporaryFile("r", suffix=".json") as told:
        lighthouse = await asyncio.create_subprocess_exec(
            *(str(find_bun()), "--bun", "node_modules/.bin/lighthouse", url),
            *("--quiet", "--output=json", f"--output-path={told.name}"),
            f"--only-categories={','.join(CATEGORIES)}",
            f"--extra-headers={json.dumps(headers)}",
            f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
            cwd=_CLI,
            env={**os.environ, "CHROME_PATH": browser},
        )
        if await lighthouse.wait():
            return None
        judged = json.load(told)["categories"]
    return {name: judged[name]["score"] for name in CATEGORIES}
