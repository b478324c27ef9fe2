"""Named points: the steps at which a process may die, said beside the steps themselves.

In service nobody listens, and a point costs one look at an attribute. The fault harness
(`tests/faults`) listens, and at a point of its choice kills this process or one that it needs.
"""

from collections.abc import Callable

#: What is told each point that is reached, and may keep its caller waiting, or raise.
Listener = Callable[[str], None]


class _Heard:
    by: Listener | None = None


def at(*words: str) -> None:
    """Say that the point named by `words` is reached; nothing happens unless somebody listens."""
    if _Heard.by is not None:
        _Heard.by(".".join(words))


def listen(listener: Listener | None) -> None:
    """Have every point that this process reaches told to `listener`; None: to nobody."""
    _Heard.by = listener
