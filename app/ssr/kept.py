"""Pages that every stranger sees alike: rendered once, then answered from memory.

Such a page holds nothing of who asks, not even a nonce: its one script is allowed by its hash.
So its bytes stay the same, and a browser that has them is told so with a 304.
"""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Final

from starlette.types import Scope

from app.ssr.answer import Answer, accepted_encoding, header
from app.ssr.options import SharedVersion

#: More than the public pages of a large catalogue in two languages and two encodings.
_MOST_PAGES: Final = 1_000
_REVALIDATED: Final = b"no-cache"
_OF_NO_BODY: Final = frozenset({b"content-type", b"content-encoding"})

#: Host, scheme, path, encoding.
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class _Kept:
    route: str
    version: str
    etag: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class KeptPages:
    """The shared pages of one process.

    Attributes:
        script: the loader's hash, as a content security policy names it.
        version_of: asked with a route; see `Options.shared`.
    """

    script: str
    version_of: SharedVersion
    _pages: dict[Key, _Kept] = field(default_factory=dict)

    def find(self, scope: Scope) -> Answer | None:
        """Return the answer to a stranger who asks for a page that is kept and still true."""
        key = _key(scope)
        kept = self._pages.get(key) if key else None
        if kept is None or kept.version != self.version_of(kept.route):
            return None
        if header(scope, b"if-none-match") == kept.etag:
            headers = [pair for pair in kept.answer.headers if pair[0] not in _OF_NO_BODY]
            return Answer(304, b"", headers)
        return kept.answer

    def version(self, scope: Scope, route: str) -> str:
        """Return the version under which an answer may be kept; "" if it may not be."""
        return self.version_of(route) if _key(scope) else ""

    def keep(self, scope: Scope, route: str, version: str, answer: Answer) -> Answer:
        """Keep an answer, and return it as it is to be sent."""
        key = _key(scope)
        if key is None:
            return answer
        etag = f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
        headers = [pair for pair in answer.headers if pair[0] != b"cache-control"]
        headers += [(b"cache-control", _REVALIDATED), (b"etag", etag.encode())]
        answer = replace(answer, headers=headers)
        while len(self._pages) >= _MOST_PAGES:
            del self._pages[next(iter(self._pages))]
        self._pages[key] = _Kept(route, version, etag, answer)
        return answer


def _key(scope: Scope) -> Key | None:
    """Return under what the page is kept; None if the request says anything about who asks."""
    said = any(name in (b"cookie", b"authorization") for name, _ in scope["headers"])
    if said or scope["query_string"] or scope["method"] not in ("GET", "HEAD"):
        return None
    where = header(scope, b"host"), scope.get("scheme", "http"), scope["path"]
    return *where, accepted_encoding(scope)
