"""What the database counts, as figures: each declared once, with all its labels from the start."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from app.db.figures import Counted, Queued
from app.db.queue import JOBS
from app.domain.workflow import Status


def in_figures(counted: Counted | None, now: datetime) -> Iterator[Metric]:
    """Yield the figures; of a database that is away, only that it is."""
    yield _gauge("database_up", "Whether the database answered", counted is not None)
    if counted is None:
        return
    yield from _of_cases(counted, now)
    yield from _of_letters(counted, now)
    yield from _of_jobs(counted.queue)
    if counted.swept:
        yield _gauge(
            "files_missing",
            "Files that rows name and the store lacks: last sweep",
            counted.swept.missing,
        )
        yield _gauge("sweep_age_seconds", "Since the last sweep", _age(counted.swept.at, now))
    if counted.anchor:
        told = "Things of the trail that do not hold: as last looked at"
        yield _gauge("trail_broken", told, counted.anchor.broken)
        age = _age(counted.anchor.at, now)
        yield _gauge("anchor_age_seconds", "Since something was last anchored", age)


def _of_cases(counted: Counted, now: datetime) -> Iterator[Metric]:
    cases = dict.fromkeys((status.value for status in Status), 0) | dict(counted.cases)
    ended = {status.value: cases[status.value] for status in Status if status.is_final}
    yield _gauges("cases", "Cases by status", "status", cases)
    oldest = {one.status: _age(one.oldest, now) for one in counted.waits}
    median = {one.status: _age(one.median, now) for one in counted.waits}
    still = {name: 0.0 for name in cases if name not in ended}
    yield _gauges(
        "case_oldest_seconds",
        "How long the case has its status that has it longest",
        "status",
        still | oldest,
    )
    yield _gauges(
        "case_median_seconds", "How long the middle case has its status", "status", still | median
    )
    yield CounterMetricFamily("loket_journeys_begun", "Drafts begun", sum(cases.values()))
    yield CounterMetricFamily("loket_journeys_sent", "Cases sent to an office", counted.sent)
    journeys = CounterMetricFamily("loket_journeys_ended", "Cases that ended", labels=["status"])
    for name, value in ended.items():
        journeys.add_metric([name], value)
    yield journeys


def _of_letters(counted: Counted, now: datetime) -> Iterator[Metric]:
    letters = counted.letters
    yield CounterMetricFamily("loket_letters_issued", "Letters signed and stored", letters.issued)
    yield _gauge("letters_waiting", "Letters with a number that are not made yet", letters.waiting)
    age = _age(letters.oldest, now) if letters.oldest else 0
    yield _gauge("letter_oldest_seconds", "How long the first of them waits", age)
    yield _gauge("uploads_under_way", "Uploads in pieces that have not ended", counted.uploads)


def _of_jobs(queue: Sequence[Queued]) -> Iterator[Metric]:
    def named(figure: str) -> dict[str, float]:
        none = dict.fromkeys(JOBS, 0.0)
        return none | {one.job: one.value for one in queue if one.figure == figure}

    yield _gauges("jobs_waiting", "Jobs that wait", "job", named("todo"))
    yield _gauges("jobs_running", "Jobs at which a worker is", "job", named("doing"))
    yield _gauges("jobs_given_up", "Jobs that are not tried again", "job", named("failed"))
    yield _gauges("job_oldest_seconds", "How long the first job waits", "job", named("oldest"))
    yield _gauges(
        "job_failures_last_hour", "Runs that failed in the last hour", "job", named("failures")
    )
    alive = sum(one.value for one in queue if one.figure == "workers")
    yield _gauge("workers", "Workers that gave a sign of life in the last 40 s", alive)


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"loket_{name}", told, value)


def _gauges(name: str, told: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"loket_{name}", told, labels=[label])
    for word, value in values.items():
        family.add_metric([word], value)
    return family


def _age(since: datetime, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0)
