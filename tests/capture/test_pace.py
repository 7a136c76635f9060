"""Pictures are due on time, and overdue ones are dropped."""

from __future__ import annotations

from itertools import islice

from vj.capture.pace import ticks


class Watch:
    """A clock that only sleeping (or a slow consumer) moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_quick_consumer_gets_every_number_on_time() -> None:
    watch = Watch()
    seen = []
    for number in islice(ticks(25, lambda: watch.now, watch.sleep), 6):
        seen.append((number, round(watch.now - 100.0, 6)))
    assert seen == [(n, n / 25) for n in range(6)]


def test_a_slow_consumer_skips_numbers_and_keeps_the_tempo() -> None:
    watch = Watch()
    seen = []
    for number in islice(ticks(10, lambda: watch.now, watch.sleep), 4):
        seen.append(number)
        assert number / 10 <= watch.now - 100.0 + 1e-9
        watch.now += 0.35
    assert seen == [0, 3, 7, 10]
