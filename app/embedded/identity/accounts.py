"""Who can sign in, and how often somebody may try."""

import hmac
import time
import tomllib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("accounts.toml")
_WRONG_TRIES = 10
_WINDOW_SECONDS = 60.0
_MOST_NAMES = 10_000


@dataclass(frozen=True, slots=True)
class Account:
    """A person; `subject` is also what is typed as the name of the account.

    `role` says in English what the account is for.
    """

    subject: str
    name: str
    phone: str
    role: str


@dataclass(frozen=True, slots=True)
class Accounts:
    """All people, who share one password."""

    people: dict[str, Account]
    password: str

    def check(self, username: str, password: str) -> Account | None:
        """Return the account if the password fits; names are read in any case."""
        right = hmac.compare_digest(password.encode(), self.password.encode())
        person = self.people.get(username.strip().lower())
        return person if right else None


@cache
def demo_accounts() -> Accounts:
    """Return the accounts that come with Loket, in their order."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    people = {subject: Account(subject, **fields) for subject, fields in data["accounts"].items()}
    return Accounts(people, data["password"])


@dataclass(slots=True)
class Patience:
    """Counts wrong passwords by account name, so that guessing becomes slow."""

    now: Callable[[], float] = time.monotonic
    _wrong: dict[str, deque[float]] = field(default_factory=dict)

    def wait_seconds(self, username: str) -> int:
        """Return how long this name has to wait; 0: it may try."""
        tries = self._recent(username)
        if len(tries) < _WRONG_TRIES:
            return 0
        return max(1, round(tries[0] + _WINDOW_SECONDS - self.now()))

    def note_wrong(self, username: str) -> None:
        """Remember a wrong password."""
        if len(self._wrong) >= _MOST_NAMES:
            self._wrong.clear()
        self._wrong.setdefault(username.strip().lower(), deque(maxlen=_WRONG_TRIES)).append(
            self.now()
        )

    def _recent(self, username: str) -> deque[float]:
        name = username.strip().lower()
        tries = self._wrong.get(name, deque[float]())
        while tries and tries[0] <= self.now() - _WINDOW_SECONDS:
            tries.popleft()
        return tries
