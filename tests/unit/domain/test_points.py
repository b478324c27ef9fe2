"""Named points: nothing in service, everything told when somebody listens."""

import timeit
from collections.abc import Callable, Iterator

import pytest

from app.domain.points import at, listen

_TIMES = 100_000


@pytest.fixture(autouse=True)
def _nobody_listens_afterwards() -> Iterator[None]:
    yield
    listen(None)


def test_whoever_listens_is_told_each_point_by_its_whole_name():
    told: list[str] = []
    listen(told.append)
    at("letters.signed")
    at("apply.send", "committed")
    assert told == ["letters.signed", "apply.send.committed"]


def test_a_listener_may_raise_at_a_point():
    def refuse(point: str) -> None:
        raise RuntimeError(point)

    listen(refuse)
    with pytest.raises(RuntimeError, match=r"letters\.signed"):
        at("letters.signed")


def test_a_point_that_nobody_hears_costs_no_more_than_a_few_empty_calls():
    def nothing(*_: str) -> None:
        return

    def seconds_of(call: Callable[..., None]) -> float:
        return min(timeit.repeat(lambda: call("apply.send", "commit"), number=_TIMES, repeat=7))

    assert seconds_of(at) < 4 * seconds_of(nothing)
