"""What it costs to hand in one paper: the list, the form, the form with a file, the page after."""

import asyncio
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx2

from tests.bench.load import Pace
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
    hidden = re.compile(rf'name="{office.key}"[^>]*?value="([^"]+)"')
    origin = {"origin": office.url, "accept": "text/html"}
    async with httpx2.AsyncClient(
        base_url=office.url, cookies=dict(cookies), headers=origin, timeout=60
    ) as client:
        for _ in range(_JOURNEYS):
            _fine(office, await client.get(office.list_path))
            form = _fine(office, await client.get(office.form_path))
            found = hidden.search(form.text)
            if not found:
                raise RuntimeError(f"{office.name}: the form has no {office.key}")
            data = photo() + secrets.token_bytes(_FILE_BYTES - len(photo()))
            sent = await client.post(
                office.form_path,
                data={**office.typed, office.key: found[1]},
                files={office.file_field: ("ktp.jpg", data, "image/jpeg")},
            )
            if not sent.is_redirect:
                raise RuntimeError(f"{office.name} answered a file with {sent.status_code}")
            _fine(office, await client.get(sent.headers["location"]))


def _fine(office: Office, answer: httpx2.Response) -> httpx2.Response:
    if answer.status_code != httpx2.codes.OK:
        raise RuntimeError(f"{office.name}: {answer.url} answered {answer.status_code}")
    return answer


async def _rested(pid: int, idle: Idle) -> None:
    for _ in range(_LONGEST_AFTER):
        before = cpu_seconds(pid)
        await asyncio.sleep(1)
        if cpu_seconds(pid) - before < idle.rate + _STILL:
            return
