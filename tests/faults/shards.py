"""The matrix in parts: which points belong together, and what people do to reach them.

Each part has a Loket, people and books of its own, so that parts run side by side.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.factories import Person, Town
from tests.faults import byways
from tests.faults.harness import patiently
from tests.faults.journeys import Journeys

#: What somebody does, again and again.
Way = Callable[[Journeys, Town], Awaitable[object]]


@dataclass(frozen=True)
class Shard:
    """The points whose names begin so, and what people do at the same time to reach them."""

    name: str
    points: tuple[str, ...]
    ways: tuple[Way, ...]

    def has(self, point: str) -> bool:
        """Return whether a point belongs here."""
        return point.startswith(self.points)


def _with_new(journey: Callable[[Journeys, Person], Awaitable[object]]) -> Way:
    """Let a resident go on a journey whom nobody has seen before; being born may take a while."""

    async def way(journeys: Journeys, town: Town) -> None:
        await journey(journeys, await patiently(town.resident))

    return way


_whole, _drafted = _with_new(Journeys.whole), _with_new(Journeys.drafted)
_in_pieces, _withdrawn = _with_new(Journeys.in_pieces), _with_new(Journeys.withdrawn)
_thought_better, _with_a_row_more = (
    _with_new(byways.thought_better),
    _with_new(byways.with_a_row_more),
)


async def _came_and_went(journeys: Journeys, _: Town) -> None:
    await journeys.came_and_went()


SHARDS = (
    Shard(
        "letters",
        (
            *("letters.", "jobs.issue_letter", "review.numbered", "review.letter_enqueued"),
            *("files.", "verify.", "track.by_code"),
        ),
        (byways.signed_at_once, byways.signed_at_once, byways.signed_at_once, byways.looked_up),
    ),
    Shard(
        "forms",
        (
            *("apply.add_row", "apply.keep_new", "apply.send", "apply.withdraw"),
            *("uploads.", "storage.", "moves."),
        ),
        (_withdrawn, _withdrawn, _drafted, _in_pieces, _thought_better, _with_a_row_more),
    ),
    Shard(
        "pieces",
        ("announcing.", "pieces.", "jobs.drop_pieces"),
        (_in_pieces, _in_pieces, _thought_better),
    ),
    Shard(
        "people",
        ("sessions.", "oidc.", "profile.", "pages.", "news."),
        (_came_and_went, byways.came_back, byways.turned_away, _withdrawn),
    ),
    Shard(
        "checks",
        ("checking.", "jobs.check_document"),
        (_drafted, _drafted, _in_pieces),
    ),
    Shard(
        "office",
        (
            *("review.accept_all", "review.decide_document", "review.take_step"),
            *("track.write", "apply.keep_changes"),
        ),
        (byways.corrected, byways.corrected, byways.corrected, _withdrawn, _whole),
    ),
    Shard(
        "sweeping",
        (
            *("sweeping.", "mending.", "jobs.sweep_uploads", "jobs.rescue_stalled"),
            *("anchoring.anchor", "jobs.anchor_trail"),
        ),
        (byways.swept, _drafted, _withdrawn),
    ),
)

#: Why no part of the matrix reaches these points.
ELSEWHERE = {
    "adopting.": "once in the life of a database, before anything is served",
    "anchoring.begin": "once in the life of a database, before anything is served",
    "authority.": "once in the life of a data folder, before anything is served",
    "demo.": "once in the life of a data folder, before anything is served",
    "grants.": "an operator's command, which says whether it is done",
    "offices.": "an operator's command, which says whether it is done",
    "resealing.": "an operator's command, which says whether it is done",
}
