"""How fast one side may speak: so much at once, then so much a second, and never refused."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pace:
    """Says how long whoever speaks next is to wait.

    Attributes:
        rate: words a second, in the long run.
        burst: words that may come at once after a silence.
    """

    rate: float
    burst: int
    now: Callable[[], float] = time.monotonic
    _free_at: float = field(default=0.0)

    def wait(self) -> float:
        """Count one word; return the seconds after which it is its turn."""
        now = self.now()
        self._free_at = max(self._free_at, now - self.burst / self.rate) + 1 / self.rate
        return max(0.0, self._free_at - now)

    @property
    def is_rested(self) -> bool:
        """Whether as much may come at once as ever."""
        return self._free_at <= self.now() - self.burst / self.rate
