"""Jobs wait in the lane that is told of them."""

from app.db.queue import LANES
from app.jobs.tasks import jobs


def test_every_job_waits_in_the_lane_that_is_told_of_it():
    assert {name: task.queue for name, task in jobs.tasks.items()} == LANES
