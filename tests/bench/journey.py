"""What it costs to hand in one paper: the list, the form, the form with a file, the page after."""

import asyncio
import gzip
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import httpx2

from tests.bench.load import Answer, Line, Pace
from tests.bench.machine import Idle, cpu_seconds
from tests.factories import photo

_FILE_BYTES = 120_000
_JOURNEYS = 5
#: What comes after the answer is the journey's as well: a file is checked.
_LONGEST_AFTER = 60
_STILL = 0.05


@dataclass(frozen=True, slots=True)
class Office:
    """Where papers are handed in.

    Attributes:
        name: whose it is.
        url: its origin.
        pid: the process tree that answers.
        cookies: of people who are signed in; each makes their journeys one after the other.
        list_path: their list.
        form_path: the form, which is sent to where it was read.
        key: the form's hidden field.
        file_field: of the form.
        typed: what else is sent.
    """

    name: str
    url: str
    pid: int
    cookies: Sequence[Mapping[str, str]]
    list_path: str
    form_path: str
    key: str
    file_field: str
    typed: Mapping[str, str]


async def handed_in(office: Office, idle: Idle) -> Pace:
    """Let everybody make their journeys at once.

    Returns:
        Journeys a second, and the CPU milliseconds of the whole tree for each, until it rests.

    Raises:
        RuntimeError: a page or the file was refused.
    """
    before, began = cpu_seconds(office.pid), time.perf_counter()
    await asyncio.gather(*(_hand_in(office, cookies) for cookies in office.cookies))
    took = time.perf_counter() - began
    await _rested(office.pid, idle)
    used = cpu_seconds(office.pid) - before - idle.rate * (time.perf_counter() - began)
    count = _JOURNEYS * len(office.cookies)
    return Pace(count / took, used * 1000 / count)


async def _hand_in(office: Office, cookies: Mapping[str, str]) -> None:
    """Make one's journeys, with a client that leaves the processors to who answers."""
    hidden = re.compile(rf'name="{office.key}"[^>]*?value="([^"]+)"')
    async with Line(office.url) as line:
        visitor = _Visitor(office, line, dict(cookies))
        for _ in range(_JOURNEYS):
            await visitor.page(office.list_path)
            found = hidden.search(await visitor.page(office.form_path))
            if not found:
                raise RuntimeError(f"{office.name}: the form has no {office.key}")
            await visitor.page(await visitor.sent({**office.typed, office.key: found[1]}))


@dataclass(frozen=True, slots=True)
class _Visitor:
    """Somebody's browser: it keeps the cookies that it is given."""

    office: Office
    line: Line
    cookies: dict[str, str]

    async def page(self, path: str) -> str:
        """Read a page."""
        answer = await self._ask(path)
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"{self.office.name}: {path} answered {answer.status}")
        packed = answer.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(answer.body) if packed else answer.body).decode()

    async def sent(self, typed: Mapping[str, str]) -> str:
        """Send the form with a photo, which no two have alike; return to where that leads."""
        path, data = (
            self.office.form_path,
            photo() + secrets.token_bytes(_FILE_BYTES - len(photo())),
        )
        files = {self.office.file_field: ("ktp.jpg", data, "image/jpeg")}
        form = httpx2.Request("POST", self.office.url + path, data=typed, files=files)
        kind = {"content-type": form.headers["content-type"]}
        answer = await self._ask(path, kind, form.read(), "POST")
        if answer.status not in (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER):
            raise RuntimeError(f"{self.office.name} answered a file with {answer.status}")
        return urlsplit(answer.headers["location"]).path

    async def _ask(
        self, path: str, more: Mapping[str, str] | None = None, body: bytes = b"", how: str = "GET"
    ) -> Answer:
        headers = {
            "accept": "text/html",
            "accept-encoding": "gzip",
            "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "origin": self.office.url,
            **(more or {}),
        }
        answer = await self.line.ask(path, headers, body, how)
        given = SimpleCookie(answer.headers.get("set-cookie", ""))
        self.cookies.update({name: morsel.value for name, morsel in given.items()})
        return answer


async def _rested(pid: int, idle: Idle) -> None:
    for _ in range(_LONGEST_AFTER):
        before = cpu_seconds(pid)
        await asyncio.sleep(1)
        if cpu_seconds(pid) - before < idle.rate + _STILL:
            return
