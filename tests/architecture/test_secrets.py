"""Nothing that is committed holds a secret, or says on whose machine it was written."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.architecture.sources import ROOT, tracked

_SECRETS = {
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "a key of a cloud": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token of a forge": r"\b(?:ghp|gho|ghs|github_pat|glpat)[_-][0-9A-Za-z_]{20,}",
    # Hosts that nobody can own are examples.
    "a password in an address": r"\b[a-z][a-z0-9+]*://[^\s/:@{}<>\"'$]+:[^\s/@{}<>\"'$]{4,}@"
    r"(?!localhost|127\.|[\w.-]+\.(?:example|internal|invalid|test)\b)[\w-]+\.",
}
_MACHINE = {
    "somebody's home": r"(?<![\w.])/(?:home|Users)/[a-z][\w-]*/|(?<![\w.])/root/",
    "a working folder": r"(?<![\w.$}])/(?:work|workspace|builds)/[\w-]+",
    "a package index": r"(?:--|[\"' ])(?:extra-)?index-url\b|\bPIP_INDEX_URL\b|\bUV_INDEX",
}
#: Where pinned packages may come from; locks that name another host work for one network only.
_REGISTRIES = {"registry.npmjs.org", "pypi.org", "files.pythonhosted.org", "github.com"}
_LOCKS = (".lock", "package.json", "bun.lock")
_NAMED = re.compile(r"https?://[^\s\"')>,]+")


def _texts() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        if path == Path(__file__):
            continue
        try:
            yield path.relative_to(ROOT), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or the like


@pytest.mark.parametrize("kind", [*_SECRETS, *_MACHINE])
def test_nothing_that_is_committed_holds(kind: str):
    pattern = re.compile({**_SECRETS, **_MACHINE}[kind])
    found = [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}"
        for path, text in _texts()
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_locks_name_public_registries_only():
    found = {
        f"{path}: {host}"
        for path, text in _texts()
        if path.name.endswith(_LOCKS)
        for address in _NAMED.findall(text)
        if (host := urlsplit(address).hostname) not in _REGISTRIES
    }
    assert found == set()


def test_what_is_made_is_not_committed():
    made = re.compile(r"(?:^|/)(?:\.web|\.loket|\.states|__pycache__|node_modules)/|\.pyc$|\.env$")
    assert [path for path, _ in _texts() if made.search(str(path))] == []
