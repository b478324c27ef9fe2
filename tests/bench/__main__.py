"""`python -m tests.bench`: measure Loket against references of the same run, write a table."""

import asyncio
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from playwright.async_api import Browser, Playwright, async_playwright

from app import routes
from app.embedded import DataFolderInUse
from app.embedded.lock import sole_user
from app.usecases.sessions import PLAIN_COOKIE
from tests.bench import peer as peer_site
from tests.bench.growth import FEW, MANY, grown
from tests.bench.journey import Office, handed_in
from tests.bench.lighthouse import scores
from tests.bench.load import Pace, Target, fetch, hammer
from tests.bench.machine import Idle
from tests.bench.news import milliseconds_to_open_page
from tests.bench.phone import Visits, on_slow_line, visits, weigh
from tests.bench.reference import Recording
from tests.bench.report import Report
from tests.bench.rivals import django, starlette, stock_reflex, wait_for
from tests.bench.starting import seconds_to_first_page
from tests.bench.tabs import TABS, open_and_close
from tests.e2e.browser import browser_path, launched
from tests.factories import OFFICE
from tests.support.people import town_of
from tests.support.running import Loket, free_port, shared_loket
from tests.support.seeding import resident_with_cases

_ROUNDS = 3
_ROUND_SECONDS = 2.0
_STARTS = 3
_APPLICANTS = 4
_BROTLI = {"accept-encoding": "br, gzip"}


@dataclass(frozen=True)
class Stage:
    """A running Loket with a resident of twenty cases, the pages that are measured, and others."""

    loket: Loket
    secret: str
    pages: dict[str, str]
    applicants: list[str]

    @property
    def cookies(self) -> dict[str, str]:
        """The resident's session."""
        return {PLAIN_COOKIE: self.secret}

    @property
    def headers(self) -> dict[str, str]:
        """The same, as a header, for a browser that reads brotli."""
        return {**_BROTLI, "cookie": f"{PLAIN_COOKIE}={self.secret}"}


def main() -> None:
    """Run all measurements, print the table and keep it."""
    report = Report()
    try:
        _measure_all(report)
    finally:
        print(report.text())  # as far as it came
    report.write()


def _measure_all(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="loket-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with shared_loket(folder) as loket:
            asyncio.run(_measure(loket, folder, report))
        _wait_until_stopped(folder)
        _say("starting again and again")
        port = free_port()
        _, *starts = [seconds_to_first_page(folder / "data", port) for _ in range(_STARTS + 1)]
    taken, used = (median(start[i] for start in starts) for i in (0, 1))
    report.add("start to the first page, built, stores embedded", f"{taken:.1f} s", gate="4 / 2 s")
    report.add("of it on the processors", f"{used:.1f} s")


async def _measure(loket: Loket, folder: Path, report: Report) -> None:
    stage = await _staged(loket)
    async with async_playwright() as playwright:
        browser = await launched(playwright)
        _say("weighing pages")
        recording = await _weighed(browser, stage, folder, report)
        with starlette(recording) as (reference_url, reference_pid):
            _say("asking for pages, in rounds")
            with django(folder / "peer", _BROTLI) as peer:
                await _paced(stage, reference_url, reference_pid, peer, report)
                with stock_reflex(folder / "stock") as stock_url:
                    _say("visiting over a slow line")
                    await _visited(playwright, stage, reference_url, peer, stock_url, report)
                _say("handing in papers")
                await _handed_in(stage, peer, report)
        _say("waiting for news")
        await _told(browser, stage, report)
        _say("opening tabs")
        await browser.close()
        await _opened(stage, report)
        _say("asking Lighthouse")
        await _judged(browser_path(playwright), stage, report)
    _say("filling an office with cases")
    for name, page in (await grown(loket)).items():
        what = f"{name}: {MANY:,} cases in the office beside {FEW}"
        report.compare(what, page.many, page.few, "ms", "1.5 / 1.1")


async def _staged(loket: Loket) -> Stage:
    _say("filling in twenty cases")
    async with town_of(loket) as town:
        person, reference = await resident_with_cases(town)
        applicants = [(await town.resident()).secret for _ in range(_APPLICANTS)]
    pages = {"list": "/permohonan", "case": f"/permohonan/{reference}", "service": "/layanan/sktm"}
    return Stage(loket, person.secret, pages, applicants)


async def _weighed(browser: Browser, stage: Stage, folder: Path, report: Report) -> Recording:
    """Weigh each page, and record what it needs for the reference to send the same bytes."""
    recording = Recording(folder / "recording")
    recording.folder.mkdir()
    for name, path in {"home": "/", **stage.pages}.items():
        weight, asked = await weigh(browser, stage.loket.url + path, stage.cookies)
        content, scripts = f"{weight.content / 1000:.1f} kB", f"{weight.scripts / 1000:.1f} kB"
        report.add(f"{name}: bytes until content", content, gate="20 / 14.6 kB")
        report.add(f"{name}: JavaScript over the visit", scripts, gate="80 / 30 kB")
        for url in asked:
            parts = urlsplit(url)
            if stage.loket.url == f"{parts.scheme}://{parts.netloc}":
                recording.keep(parts.path, await fetch(url, stage.headers))
    return recording


async def _paced(
    stage: Stage, reference_url: str, reference_pid: int, peer: Target, report: Report
) -> None:
    ours = stage.loket.pid
    rests = {pid: Idle.of(pid) for pid in (ours, reference_pid, peer.pid)}
    targets = [peer]
    for name, path in stage.pages.items():
        # A stranger reads about a service; the other pages are a resident's own.
        headers = _BROTLI if name == "service" else stage.headers
        targets += (
            Target(name, stage.loket.url + path, headers, ours),
            Target(f"{name} reference", reference_url + path, headers, reference_pid),
        )
    found: dict[str, list[Pace]] = defaultdict(list)
    for number in range(_ROUNDS + 1):
        for target in targets:
            pace = await hammer(target, _ROUND_SECONDS, rests[target.pid])
            if number:  # the first round warms up
                found[target.name].append(pace)
    cpu = {name: median(pace.cpu_ms for pace in paces) for name, paces in found.items()}
    rate = {name: median(pace.per_second for pace in paces) for name, paces in found.items()}
    django = f"list page beside {peer.name}'s: CPU a request, whole tree"
    report.compare(django, cpu["list"], cpu[peer.name], "ms", "0.6 / 0.2")
    for name in stage.pages:
        same = f"{name} reference"
        report.compare(f"{name} page: CPU a request, whole tree", cpu[name], cpu[same], "ms")
        gate = "0.5 / 0.8" if name == "service" else ""
        told = f"{name} page: requests a second, 16 lines"
        report.compare(told, rate[name], rate[same], "/s", gate)


async def _handed_in(stage: Stage, peer: Target, report: Report) -> None:
    django = Office(
        name=peer.name,
        url=peer.url.removesuffix(peer_site.PATH),
        pid=peer.pid,
        cookies=[peer.cookies] * len(stage.applicants),
        list_path=peer_site.PATH,
        form_path=peer_site.FORM_PATH,
        key="csrfmiddlewaretoken",
        file_field="paper",
        typed={"purpose": "Beasiswa"},
    )
    ours = Office(
        name="Loket",
        url=stage.loket.url,
        pid=stage.loket.pid,
        cookies=[{PLAIN_COOKIE: secret} for secret in stage.applicants],
        list_path=routes.MY_CASES,
        form_path=routes.fill(routes.APPLY, key="sktm"),
        key="form_key",
        file_field="document.ktp",
        typed={"purpose": "Beasiswa", "office": OFFICE, "action": "upload:ktp"},
    )
    found: dict[str, list[Pace]] = defaultdict(list)
    for number in range(_ROUNDS + 1):
        for office in (ours, django):
            pace = await handed_in(office, Idle.of(office.pid))
            if number:  # the first round warms up
                found[office.name].append(pace)
    rate = {name: median(pace.per_second for pace in paces) for name, paces in found.items()}
    cpu = {name: median(pace.cpu_ms for pace in paces) for name, paces in found.items()}
    what = f"a paper of 120 kB handed in, beside {peer.name}"
    report.compare(f"{what}: journeys", rate["Loket"], rate[peer.name], "/s", "1 / 2")
    report.compare(f"{what}: CPU, its check included", cpu["Loket"], cpu[peer.name], "ms")


async def _visited(
    playwright: Playwright,
    stage: Stage,
    reference_url: str,
    peer: Target,
    stock_url: str,
    report: Report,
) -> None:
    card = "[data-testid=case-card]"
    async with on_slow_line(
        playwright, stage.loket.url, reference_url, peer.url, stock_url
    ) as browser:
        for name, selector in (("list", card), ("case", "[data-status]")):
            path = stage.pages[name]
            visited = {
                "ours": (stage.loket.url + path, stage.cookies),
                "same": (reference_url + path, {}),
            }
            if name == "list":
                visited[peer.name] = (peer.url, peer.cookies)
                visited["stock Reflex"] = (stock_url, {})
            found: dict[str, list[Visits]] = defaultdict(list)
            for _ in range(_ROUNDS):
                for who, (url, cookies) in visited.items():
                    found[who].append(await visits(browser, url, selector, cookies))
            _compared(f"{name} visible, slow 3G, CPU / 4", found, report)


def _compared(what: str, found: dict[str, list[Visits]], report: Report) -> None:
    first = {who: median(one.first for one in seen) for who, seen in found.items()}
    second = {who: median(one.second for one in seen) for who, seen in found.items()}
    gates = {"same": ("1.4 / 1.1", "- / 1.1"), "stock Reflex": ("0.25 / -", "0.33 / -")}
    for who in (who for who in found if who != "ours"):
        beside = what if who == "same" else f"{what}, beside {who}"
        gate, next_gate = gates.get(who, ("", ""))
        report.compare(beside, first["ours"], first[who], "ms", gate)
        report.compare(f"{beside}: next visit", second["ours"], second[who], "ms", next_gate)


async def _told(browser: Browser, stage: Stage, report: Report) -> None:
    case = stage.pages["case"]
    url, path = stage.loket.url + case, f"{case}/pesan"
    seen, sent = await milliseconds_to_open_page(browser, url, path, stage.cookies)
    what = "a message to the open page, from sending to seeing"
    report.add(what, f"{seen:.0f} ms, {sent:.0f} of it the sending", gate="50 / 15 ms")


async def _opened(stage: Stage, report: Report) -> None:
    tabs = await open_and_close(stage.loket, stage.secret, routes.CASE, stage.pages["case"])
    each = f"{tabs.kb_each:.0f} kB"
    report.add(f"memory of an open live page, of {TABS}", each, gate="50 kB / 0")
    back = f"{tabs.returned:.0%} after {tabs.after_seconds:.0f} s"
    report.add("of it returned when they are closed", back, gate="50 % / 90 % in 60 s")


async def _judged(browser: str, stage: Stage, report: Report) -> None:
    pages = {"home": "/", **stage.pages, "form": "/layanan/sktm/ajukan", "verify": "/verifikasi"}
    urls = {name: stage.loket.url + path for name, path in pages.items()}
    cookie = {"cookie": stage.headers["cookie"]}
    for name, found in (await scores(browser, urls, cookie)).items():
        report.add(
            f"Lighthouse mobile, {name}", " / ".join(map(str, found)), gate="95 / 100 / 100 / 100"
        )


def _wait_until_stopped(folder: Path) -> None:
    def is_free() -> bool:
        try:
            with sole_user(folder / "data"):
                return not (folder / "address").exists()
        except DataFolderInUse:
            return False

    wait_for(is_free, "Loket does not stop")


def _say(words: str) -> None:
    print(words, "...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
