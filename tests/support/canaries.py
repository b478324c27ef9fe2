"""Words that are planted in a running Loket, and where they must not come out."""

import json
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.support.running import Loket

ROOT = Path(__file__).parents[2]
#: Where Loket keeps what it must keep; all else on the disk is a log or a cache.
_KEPT = {"postgres", "seaweedfs", "authority", "identity", "secret.key"}


class Canaries(dict[str, str]):
    """Words that stand nowhere else, by what they were planted as."""

    def plant(self, where: str, shape: str = "kenari{}") -> str:
        self[where] = shape.format(secrets.token_hex(8))
        return self[where]


def secrets_of(loket: Loket) -> Iterator[tuple[str, str]]:
    """Yield every secret that the settings and the data folder hold."""
    for number, secret in enumerate(loket.settings.secrets()):
        yield f"setting {number}", secret
    for path in sorted(loket.data_dir.rglob("*")):
        if path.suffix in {".key", ".secret", ".password"} and path.is_file():
            text = path.read_text(errors="replace").strip()
            key = json.loads(text).get("d") if text.startswith("{") else text
            yield f"file {path.name}", max(str(key).splitlines(), key=len)
    for path in sorted((loket.data_dir / "authority").glob("*.pem")):
        yield f"signing key {path.name}", path.read_text().splitlines()[3]


def found_in(
    loket: Loket, planted: Canaries, since: float, told: Iterable[str]
) -> set[tuple[str, str]]:
    """Return what was planted and found, and where: in answers to others, or on the disk."""
    places = {"an answer to somebody else": "\n".join(told), **dict(_on_disk(loket, since))}
    return {
        (name, place)
        for place, text in places.items()
        for name, word in planted.items()
        if word in text
    }


def _on_disk(loket: Loket, since: float) -> Iterator[tuple[str, str]]:
    """Yield what Loket wrote since, but for its stores."""
    folders = [path for path in loket.data_dir.iterdir() if path.name not in _KEPT]
    folders += [loket.data_dir / "seaweedfs" / "log", ROOT / ".web", ROOT / ".states"]
    yield "the console", loket.said()
    for folder in folders:
        files = [folder] if folder.is_file() else folder.rglob("*")
        for path in files:
            if path.is_file() and path.stat().st_mtime >= since - 1:
                yield str(path), path.read_text(errors="replace")
