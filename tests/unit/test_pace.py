"""Who speaks too fast is heard more slowly; who has been silent may say much at once."""

from app.ssr.pace import Pace


def test_so_much_may_be_said_at_once_then_so_much_a_second():
    now = 100.0
    pace = Pace(rate=5, burst=10, now=lambda: now)
    assert [round(pace.wait(), 3) for _ in range(10)] == [0.0] * 10
    assert round(pace.wait(), 3) == 0.2
    assert round(pace.wait(), 3) == 0.4


def test_a_silence_gives_back_what_was_used_and_no_more():
    moment = [100.0]
    pace = Pace(rate=5, burst=10, now=lambda: moment[0])
    for _ in range(30):
        pace.wait()
    assert not pace.is_rested
    moment[0] += 3_600
    assert pace.is_rested
    assert [round(pace.wait(), 3) for _ in range(10)] == [0.0] * 10
    assert pace.wait() > 0
