"""Taps make a tempo, and the beat stays exact for a long night."""

from __future__ import annotations

import pytest

from vj.stage.tempo import Tempo


def test_taps_give_the_tempo_and_one_bad_tap_does_not_spoil_it() -> None:
    tempo = Tempo()
    answers = [tempo.tap(at) for at in (0.0, 0.5, 1.0, 1.5, 2.2, 2.7)]
    assert answers[0] is None
    assert answers[-1] == pytest.approx(120.0)


def test_a_pause_begins_a_new_count() -> None:
    tempo = Tempo()
    for at in (0.0, 0.5, 1.0):
        tempo.tap(at)
    assert tempo.tap(60.0) is None
    assert tempo.tap(61.0) == pytest.approx(60.0)


def test_a_tap_is_a_beat() -> None:
    tempo = Tempo()
    tempo.tick(1.0, 128.0)
    tempo.tap(1.0)
    assert tempo.beat == 2.0


def test_ten_hours_later_the_beat_still_moves_evenly() -> None:
    tempo = Tempo()
    tempo.beat = 10 * 3600 * 2.0
    steps = []
    for _ in range(100):
        before = tempo.beat
        steps.append(tempo.tick(1 / 60, 120.0) - before)
    assert max(steps) - min(steps) < 1e-9
