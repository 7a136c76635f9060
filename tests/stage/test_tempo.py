"""Taps make a tempo, and the beat stays exact for a long night."""

from __future__ import annotations

import pytest

from vj.core.types import Trigger
from vj.stage.tempo import NUDGE, Tempo


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


def _act(tempo: Tempo, action: str, argument: float | None = None, at: int = 0) -> None:
    assert tempo.act(Trigger(action, argument, "me", at), 10.0, 120.0, 4) is None


def test_resync_makes_this_moment_the_first_beat_of_the_nearest_bar() -> None:
    tempo = Tempo()
    for here, bar in ((9.7, 8.0), (10.3, 12.0), (8.0, 8.0)):
        tempo.beat = here
        _act(tempo, "tempo.resync")
        assert (tempo.beat, tempo.in_bar(4)) == (bar, 0.0)
    tempo.beat = 7.1
    tempo.resync(3)
    assert tempo.beat == 6.0


def test_nudges_go_either_way_and_a_button_needs_no_number() -> None:
    """A tablet's button says 1 when it is pressed: that is not a whole beat."""
    tempo = Tempo()
    for action, argument, moved in (
        ("tempo.nudge", None, NUDGE),
        ("tempo.nudge", 1.0, NUDGE),
        ("tempo.nudge", -0.25, -0.25),
        ("tempo.nudge_back", None, -NUDGE),
        ("tempo.nudge_back", 0.5, -0.5),
        ("tempo.nudge", float("nan"), 0.0),
        ("tempo.nudge", 1e9, 16.0),
    ):
        tempo.beat = 100.0
        _act(tempo, action, argument)
        assert tempo.beat == pytest.approx(100.0 + moved), (action, argument)


def test_another_clock_moves_the_beat_as_little_as_possible() -> None:
    tempo = Tempo()
    for here, theirs, there in ((8.1, 0.0, 8.0), (11.9, 0.0, 12.0), (9.0, 3.5, 7.5), (8, 0, 8)):
        tempo.beat = float(here)
        _act(tempo, "tempo.align", float(theirs))
        assert tempo.beat == pytest.approx(there)


def test_what_another_clock_said_a_moment_ago_has_moved_on_since() -> None:
    tempo = Tempo()
    _act(tempo, "tempo.align", 1.0, at=round(9.75e9))
    assert tempo.beat == pytest.approx(1.5)
