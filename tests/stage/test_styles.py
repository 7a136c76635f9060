"""Cross-fades of styles: weights add up to one, always, and nothing jumps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vj.stage.styles import StyleMix


def _weights(mix: StyleMix, region: str = "person") -> dict[object, float]:
    return {style: float(str(weight)) for style, weight in mix.document()[region]}


def test_a_fade_is_straight_and_ends() -> None:
    mix = StyleMix()
    mix.aim("person", "ink", 0.0)
    mix.aim("person", "neon", 2.0)
    mix.tick(0.5)
    assert _weights(mix) == pytest.approx({"ink": 0.75, "neon": 0.25})
    assert mix.goal("person") == "neon"
    mix.tick(1.5)
    assert _weights(mix) == {"neon": 1.0}


def test_regions_fade_apart() -> None:
    mix = StyleMix()
    mix.aim("person", "ink", 0.0)
    assert mix.document() == {"person": [["ink", 1.0]], "background": []}


def test_an_interrupted_fade_goes_on_from_its_mix() -> None:
    mix = StyleMix()
    mix.aim("person", "a", 0.0)
    mix.aim("person", "b", 1.0)
    mix.tick(0.5)
    mix.aim("person", "c", 1.0)
    before = _weights(mix)
    mix.tick(0.02)
    after = _weights(mix)
    assert all(abs(after[style] - before[style]) < 0.02 for style in before)
    assert after["c"] == pytest.approx(0.02)


def test_going_back_in_the_middle_returns() -> None:
    mix = StyleMix()
    mix.aim("person", "a", 0.0)
    mix.aim("person", "b", 1.0)
    mix.tick(0.4)
    mix.aim("person", "a", 1.0)
    mix.tick(0.5)
    assert _weights(mix) == pytest.approx({"a": 0.8, "b": 0.2})


steps = st.tuples(st.sampled_from("abcdefg"), st.floats(0, 3), st.floats(0, 1))


@given(st.lists(steps, max_size=30))
def test_however_hands_hurry_weights_add_up_to_one(hands: list[tuple[str, float, float]]) -> None:
    mix = StyleMix()
    mix.aim("person", "a", 0.0)
    for style, seconds, wait in hands:
        mix.aim("person", style, seconds)
        mix.tick(wait)
        weights = _weights(mix)
        assert sum(weights.values()) == pytest.approx(1.0, abs=1e-4)
        assert 1 <= len(weights) <= 4
        assert min(weights.values()) >= 0


def test_a_restart_goes_on_with_the_mix() -> None:
    mix = StyleMix()
    mix.aim("person", "a", 0.0)
    mix.aim("person", "b", 1.0)
    mix.tick(0.7)
    again = StyleMix()
    again.restore(mix.document(), 1.0)
    assert again.document() == mix.document()
    again.tick(1.0)
    assert _weights(again) == {"b": 1.0}
