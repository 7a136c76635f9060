"""What moves by itself: waves, steps and envelopes in time, followers behind what was measured."""

from __future__ import annotations

import pytest

from vj.core.modulator import Modulator
from vj.stage.motion import Motion, Sensed, envelope, wave


def _made(**words: object) -> Modulator:
    return Modulator.model_validate(words)


def _motion(**words: object) -> Motion:
    return Motion(_made(**words), 1.0, 1.0, 0.0)


@pytest.mark.parametrize("shape", ["sine", "triangle", "saw", "square", "random"])
def test_waves_stay_within_their_range_for_a_year(shape: str) -> None:
    modulator = Modulator.model_validate({"shape": shape, "seconds": 3.7, "phase": 0.3})
    for start in (0.0, 8 * 3600.0, 3.2e7):
        seen = [wave(modulator, start + step * 0.01, 0.0) for step in range(1000)]
        assert all(-1.0 <= value <= 1.0 for value in seen)
        assert max(seen) - min(seen) > 0.5


def test_steps_stand_still_and_glide_when_asked() -> None:
    stairs = _made(steps=[0.0, 1.0, 0.5, 0.5], beats=4)
    assert [wave(stairs, 0.0, beat) for beat in (0.0, 0.99, 1.0, 2.5, 3.0, 4.0)] == [
        -1.0, -1.0, 1.0, 0.0, 0.0, -1.0,
    ]  # fmt: skip
    gliding = _made(steps=[0.0, 1.0], beats=2, glide=0.5)
    assert wave(gliding, 0.0, 0.5) == -1.0
    assert wave(gliding, 0.0, 0.75) == pytest.approx(0.0)
    assert wave(gliding, 0.0, 1.999) == pytest.approx(-1.0, abs=0.01)


def test_steps_and_envelopes_go_one_way_and_waves_both() -> None:
    for words, low, high in (
        ({"shape": "sine", "beats": 4}, -0.25, 0.25),
        ({"shape": "sine", "beats": 4, "polarity": "unipolar"}, 0.0, 0.5),
        ({"steps": [0, 1], "beats": 4}, 0.0, 0.5),
        ({"steps": [0, 1], "beats": 4, "polarity": "bipolar"}, -0.25, 0.25),
        ({"steps": [0, 1], "beats": 4, "depth": -0.5}, -0.5, 0.0),
    ):
        motion = _motion(**{"depth": 0.5, **words})
        seen = [motion.step(0.0, beat / 8, 0.01, Sensed()) for beat in range(32)]
        assert (min(seen), max(seen)) == pytest.approx((low, high)), words


def test_an_envelope_rises_falls_stays_and_lets_go() -> None:
    shape = _made(
        shape="envelope", attack="100 ms", decay="200 ms", sustain=0.5, hold="1 s", release="400 ms"
    )
    levels = [envelope(shape, since, 0.0) for since in (0.0, 0.05, 0.1, 0.2, 0.3, 1.3, 1.5, 2.0)]
    assert levels == pytest.approx([0.0, 0.5, 1.0, 0.75, 0.5, 0.5, 0.25, 0.0])
    assert envelope(shape, 0.05, 0.6) == pytest.approx(0.8)


def test_an_envelope_begins_with_every_beat() -> None:
    motion = _motion(shape="envelope", beats=1, attack=0, decay="200 ms", depth=1.0)
    levels = [motion.step(0.0, beat / 60, 1 / 120, Sensed()) for beat in range(1, 180)]
    assert max(levels[:58]) == 0.0  # before the first beat there is nothing to hear
    assert [round(levels[at - 1], 2) for at in (60, 72, 84, 119, 120)] == [1.0, 0.5, 0.0, 0.0, 1.0]


def test_an_envelope_begins_when_the_sound_strikes_from_where_it_is() -> None:
    motion = _motion(shape="envelope", gate="audio.onset", attack="100 ms", decay="1 s", depth=1.0)
    assert motion.step(0.0, 0.0, 0.01, Sensed(onsets=7)) == 0.0
    motion.step(0.0, 0.0, 0.01, Sensed(onsets=8))
    assert motion.step(0.0, 0.0, 0.1, Sensed(onsets=8)) == pytest.approx(1.0)
    halfway = motion.step(0.0, 0.0, 0.5, Sensed(onsets=8))
    assert halfway == pytest.approx(0.5)
    assert motion.step(0.0, 0.0, 0.01, Sensed(onsets=9)) == pytest.approx(halfway, abs=0.02)


def test_a_follower_rises_fast_and_falls_slowly() -> None:
    motion = _motion(follow="audio.bass", depth=1.0, attack="20 ms", release="500 ms")
    loud, silent = Sensed({"audio.bass": 1.0}), Sensed({"audio.bass": 0.0})
    assert motion.step(0.0, 0.0, 0.02, loud) == pytest.approx(0.95, abs=0.01)
    assert motion.step(0.0, 0.0, 0.02, silent) > 0.8
    assert motion.step(0.0, 0.0, 0.5, silent) < 0.06


def test_a_follower_lays_a_range_onto_its_way_and_can_go_backwards() -> None:
    for ends, value, level in (
        ((0.2, 0.6), 0.4, 0.5), ((0.2, 0.6), 0.1, 0.0), ((0.2, 0.6), 0.9, 1.0),
        ((1, 0), 0.25, 0.75),
    ):  # fmt: skip
        motion = _motion(follow="body.x", depth=1.0, attack=0, release=0, range=list(ends))
        assert motion.step(0.0, 0.0, 0.1, Sensed({"body.x": value})) == pytest.approx(level)


def test_what_nobody_measures_moves_nothing() -> None:
    motion = _motion(follow="body.motion", depth=1.0)
    assert motion.step(0.0, 0.0, 0.1, Sensed()) == 0.0
