"""Reading text out of the environment: what is wrong is named in one line."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

_BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


class SettingsError(Exception):
    """A setting is wrong or missing; the message is one line that names it and says why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


def is_loopback(url: str) -> bool:
    """Tell whether `url` names this machine: localhost, 127.0.0.0/8 or [::1]."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_env_file(env_file: Path | None) -> dict[str, str]:
    """Return the `NAME=value` lines of a `.env` file; nothing if there is no such file."""
    if env_file is None or not env_file.is_file():
        return {}
    found: dict[str, str] = {}
    for number, line in enumerate(env_file.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip().removeprefix("export ").strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name.isidentifier():
            raise SettingsError(f"{env_file}:{number}", "expected NAME=value")
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
        found[name] = value[1:-1] if quoted else value
    return found


@dataclass(frozen=True, slots=True)
class Environment:
    """Reads one value at a time out of `values`; an empty value is no value."""

    values: Mapping[str, str]

    def text(self, name: str) -> str | None:
        """Return the value, None if there is none."""
        return self.values.get(name, "").strip() or None

    def required(self, name: str, because: str) -> str:
        """Return the value; `because` ends the sentence of the refusal."""
        if (value := self.text(name)) is None:
            raise SettingsError(name, f"is required {because}")
        return value

    def number(self, name: str, default: int, *, least: int = 1, most: int) -> int:
        """Return a whole number from `least` to `most`."""
        value = self.text(name) or str(default)
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            reason = f"must be a whole number from {least} to {most}, not {value!r}"
            raise SettingsError(name, reason)
        return int(value)

    def boolean(self, name: str, *, default: bool) -> bool:
        """Return a yes or no."""
        value = self.text(name)
        if value is None:
            return default
        if value.lower() not in _BOOLEANS:
            raise SettingsError(name, f"must be 1 or 0, not {value!r}")
        return _BOOLEANS[value.lower()]

    def host(self, name: str, default: str) -> str:
        """Return an address of this machine to listen at."""
        value = self.text(name) or default
        try:
            return "127.0.0.1" if value == "localhost" else str(ip_address(value.strip("[]")))
        except ValueError:
            reason = f"must be an address of this machine such as 127.0.0.1, not {value!r}"
            raise SettingsError(name, reason) from None

    def networks(self, name: str) -> tuple[str, ...]:
        """Return addresses and networks, as they are written."""
        given = (self.text(name) or "").split()
        for one in given:
            try:
                ip_network(one)
            except ValueError:
                reason = f"must be addresses or networks with blanks between, not {one!r}"
                raise SettingsError(name, reason) from None
        return tuple(given)

    def url(self, name: str, schemes: tuple[str, ...]) -> str | None:
        """Return an address of one of `schemes`, None if there is none."""
        value = self.text(name)
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError as error:
            raise SettingsError(name, f"is not an address: {error}") from None
        if parts.scheme not in schemes or not (parts.netloc or parts.path.strip("/")):
            # The value itself may carry a password, so it is not repeated.
            raise SettingsError(name, f"must begin with {' or '.join(f'{s}://' for s in schemes)}")
        return value

    def origin(self, name: str) -> str | None:
        """Return scheme, host and port of a web address, None if there is none."""
        value = self.url(name, ("http", "https"))
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
            raise SettingsError(name, "must be scheme, host and port only, without a path")
        return f"{parts.scheme}://{parts.netloc}"
