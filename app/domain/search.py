"""Finding a thing by a few words, forgiving about spelling."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import TypeVar

Thing = TypeVar("Thing")

#: More words than this in one search are noise, not a wish.
_MOST_WORDS = 8
_ALIKE = 0.75


def words(text: str) -> list[str]:
    """Return the words of `text` in lower case, without accents or marks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))


def best_matches(
    text: str, things: Sequence[Thing], shown_as: Callable[[Thing], Sequence[str]]
) -> tuple[Thing, ...]:
    """Return the `things` that `text` may mean, best first; all when it holds no word.

    Words that fit no thing are passed over as long as another one does ("bikin surat
    miskin"), but the things that miss the fewest words are the only ones returned.

    Args:
        text: what was typed; words past the eighth are left out.
        things: what to search, in the order kept among equals.
        shown_as: a thing's searchable texts, the most telling first.
    """
    asked = words(text)[:_MOST_WORDS]
    if not asked:
        return tuple(things)
    texts = [[words(part) for part in shown_as(thing)] for thing in things]
    known = sorted({word for parts in texts for part in parts for word in part})
    asked = [_spelt(word, known) for word in asked]
    ranks = [_rank(asked, parts) for parts in texts]
    least = min((missing for missing, _ in ranks), default=len(asked))
    found = [(rank, at) for at, rank in enumerate(ranks) if rank[0] == least < len(asked)]
    return tuple(things[at] for _, at in sorted(found))


def _spelt(word: str, known: Sequence[str]) -> str:
    """Return `word`, or the known word it is nearly spelt like when none begins with it."""
    if any(other.startswith(word) for other in known):
        return word
    return next(iter(get_close_matches(word, known, 1, _ALIKE)), word)


def _rank(asked: Sequence[str], parts: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Return how many asked words are missing, and how far down the others were found."""
    depths = [
        next((at for at, part in enumerate(parts) if any(w.startswith(word) for w in part)), None)
        for word in asked
    ]
    return depths.count(None), sum(depth for depth in depths if depth is not None)
