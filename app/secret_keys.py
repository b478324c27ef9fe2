"""The secret key of Loket, and those that it had before."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from app.environment import Environment, SettingsError, is_loopback
from app.private_files import new_file

_MIN_BYTES = 32
_CURRENT, _FORMER = "LOKET_SECRET_KEY", "LOKET_FORMER_KEYS"


def current(read: Environment, public_url: str, data_dir: Path) -> bytes:
    """Return the key with which Loket seals from now on.

    Raises:
        SettingsError: it is missing where it must be given, or too short.
    """
    text = read.text(_CURRENT)
    if text is not None:
        return _key(_CURRENT, text)
    if not is_loopback(public_url):
        raise SettingsError(_CURRENT, "is required when LOKET_PUBLIC_URL is not a loopback one")
    return _kept(data_dir)


def former(read: Environment) -> tuple[bytes, ...]:
    """Return the keys with which it sealed before, the latest first; words with blanks between.

    Raises:
        SettingsError: one of them is too short to have been one.
    """
    return tuple(_key(_FORMER, text) for text in (read.text(_FORMER) or "").split())


def _key(name: str, text: str) -> bytes:
    """Return a key: 64 or more hex digits are read as such, other text as it is."""
    if len(text.encode()) < _MIN_BYTES:
        raise SettingsError(name, f"must have at least {_MIN_BYTES} characters")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        return text.encode()
    return key if len(key) >= _MIN_BYTES else text.encode()


def _kept(data_dir: Path) -> bytes:
    """Return the key of this data folder, made at the first call."""
    path = data_dir / "secret.key"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            draft = data_dir / f".secret.{os.getpid()}"
            with os.fdopen(new_file(draft), "w") as file:
                file.write(secrets.token_hex(_MIN_BYTES))
            # A link never replaces: of two processes that start at once, one key stays.
            with suppress(FileExistsError):
                path.hardlink_to(draft)
            draft.unlink()
        return bytes.fromhex(path.read_text())
    except OSError as error:
        raise SettingsError("LOKET_DATA_DIR", f"cannot be used: {error}") from None
    except ValueError:
        raise SettingsError(_CURRENT, f"{path} does not hold a key") from None
