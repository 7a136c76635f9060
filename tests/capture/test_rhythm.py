"""A source is waited for as long as its own pictures have taught."""

from __future__ import annotations

import pytest

from vj.capture.rhythm import LONGEST, SHORTEST, Rhythm


def after(*intervals: float) -> Rhythm:
    rhythm, now = Rhythm(), 0.0
    rhythm.beat(now)
    for interval in intervals:
        now += interval
        rhythm.beat(now)
    return rhythm


def test_a_source_that_is_not_known_yet_is_waited_for() -> None:
    assert Rhythm().patience == after(*[1 / 60] * 5).patience == LONGEST


@pytest.mark.parametrize(
    ("intervals", "patience"),
    [
        ([1 / 60] * 40, SHORTEST),
        ([1 / 30] * 40, SHORTEST),
        ([0.066, 0.13] * 20, 0.26),
        ([1 / 30] * 40 + [0.15], 0.3),
        ([0.4] * 40, 0.8),
        ([0.9] * 40, LONGEST),
    ],
)
def test_patience_is_twice_its_longest_pause(intervals: list[float], patience: float) -> None:
    assert after(*intervals).patience == pytest.approx(patience)


def test_a_stumble_is_forgotten() -> None:
    assert after(0.15, *[1 / 30] * 200).patience == pytest.approx(SHORTEST)


def test_time_away_is_no_rhythm() -> None:
    rhythm = after(*[1 / 30] * 40)
    rhythm.rest()
    rhythm.beat(30.0)
    assert rhythm.patience == pytest.approx(SHORTEST)
