"""People at their phones and desks, over plain HTTP, who try again when Loket does not answer."""

import asyncio
import hashlib
import re
import secrets
import time
from collections import Counter
from dataclasses import dataclass, field
from ipaddress import IPv4Address

import httpx2

from app import routes
from app.usecases.sessions import PLAIN_COOKIE
from tests.factories import Person
from tests.faults.harness import TLS, Fragile

#: Nobody waits longer for one thing than this, whatever was killed.
PATIENCE = 60.0
_BREATH = 0.2
_LATER = frozenset({500, 502, 503, 504})
_NO_ANSWERS = ("cut", "shell", *map(str, _LATER))


class StuckClient(AssertionError):
    """Somebody waited longer than `PATIENCE`."""


@dataclass
class Receipts:
    """What clients were told is done; none of it may ever turn out not to be.

    Attributes:
        sent: case number to the SHA-256 of each document, by requirement, that went with it.
        drafts: resident to what was typed, as acknowledged.
        uploads: resident to the SHA-256 of a file that was handed in in pieces.
        steps: how many times a step of a case was acknowledged.
        messages: texts acknowledged, by case number.
        letters: case number to the SHA-256 of the letter as downloaded.
        withdrawn: case numbers.
        at_signature: cases that were put there, so that their histories begin there.
        statuses: how often each HTTP status was answered; `cut`: none, `shell`: an empty page.
        waits: the longest wait for each kind of thing, in seconds, retries included.
        calm_since: since when nothing has died, in `time.monotonic`.
    """

    sent: dict[str, dict[str, str]] = field(default_factory=dict)
    drafts: dict[str, dict[str, str]] = field(default_factory=dict)
    uploads: dict[str, str] = field(default_factory=dict)
    steps: Counter[tuple[str, str]] = field(default_factory=Counter)
    messages: dict[str, list[str]] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    at_signature: set[str] = field(default_factory=set)
    statuses: Counter[str] = field(default_factory=Counter)
    waits: dict[str, float] = field(default_factory=dict)
    calm_since: float = 0.0

    @property
    def answered(self) -> int:
        """How often somebody was given an answer that they could go on with."""
        return self.statuses.total() - sum(self.statuses[said] for said in _NO_ANSWERS)

    def waited(self, what: str, seconds: float) -> None:
        """Note how long something took."""
        self.waits[what] = max(self.waits.get(what, 0.0), seconds)

    def still_patient(self, began: float, what: str) -> None:
        """Fail with `what` when its wait has become too long, since anything died at all."""
        if time.monotonic() - max(began, self.calm_since) > PATIENCE:
            raise StuckClient(what)

    def __str__(self) -> str:
        return (
            f"{len(self.sent)} cases sent with {sum(map(len, self.sent.values()))} documents, "
            f"{len(self.drafts)} drafts, {len(self.uploads)} uploads in pieces, "
            f"{sum(self.steps.values())} steps, "
            f"{sum(map(len, self.messages.values()))} messages, {len(self.letters)} letters, "
            f"{len(self.withdrawn)} withdrawn; answers {dict(sorted(self.statuses.items()))}; "
            f"longest waits { ({k: round(v, 1) for k, v in self.waits.items()}) }"
        )


@dataclass
class Client:
    """One person's browser, without scripts; they look at each answer for `pause` seconds."""

    loket: Fragile
    receipts: Receipts
    person: Person | None = None
    pause: float = 0.0

    def __post_init__(self) -> None:
        self.http = httpx2.AsyncClient(
            base_url=self.loket.url,
            cookies={PLAIN_COOKIE: self.person.secret} if self.person else {},
            headers={
                "accept": "text/html",
                "origin": self.loket.url,
                # Each person has an address, of which wrong guesses are counted.
                "x-forwarded-for": str(IPv4Address(10 << 24 | secrets.randbits(24))),
            },
            timeout=30,
            verify=TLS,
        )

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def get(self, path: str) -> httpx2.Response:
        """Ask for something until it is answered."""
        return (await self.ask("GET", path))[0]

    async def post(
        self, path: str, data: dict[str, str], **more: object
    ) -> tuple[httpx2.Response, int]:
        """Send a form until it is answered; also return how many tries it took."""
        return await self.ask("POST", path, data=data, **more)

    async def ask(self, method: str, path: str, **more: object) -> tuple[httpx2.Response, int]:
        """Ask until there is an answer that is one, for as long as people have patience."""
        began, tries = time.monotonic(), 0
        while True:
            tries += 1
            try:
                answer = await self.http.request(method, path, **more)
                # A shell has no content without scripts, and asks to be fetched again.
                drawn = answer.headers.get("x-rendered-by") != "shell"
                said = str(answer.status_code) if drawn else "shell"
            except httpx2.TransportError:
                answer, said, drawn = None, "cut", False
            self.receipts.statuses[said] += 1
            if answer is not None and drawn and answer.status_code not in _LATER:
                self.receipts.waited(method, time.monotonic() - began)
                await asyncio.sleep(self.pause)
                return answer, tries
            self.receipts.still_patient(began, f"{method} {path}: {said} after {tries} tries")
            await asyncio.sleep(_BREATH)

    async def status(self, page: str) -> str:
        """Return where the case of a page stands."""
        text = (await self.get(page)).text
        found = re.search(r'data-status="(\w+)"', text)
        assert found, text[:2000]
        return found[1]


def news(answer: httpx2.Response) -> str:
    """Return what a form's answer says was done."""
    return answer.cookies.get(routes.NEWS, "")


def sha256(data: bytes) -> str:
    """Return the digest as the rows keep it."""
    return hashlib.sha256(data).hexdigest()
