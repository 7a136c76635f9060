"""Every parameter may travel in its own time and along its own curve."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from vj.core.gig import Gig
from vj.core.scene import Scene, parse_scene
from vj.stage.fades import bent, manner_of, plain
from vj.stage.styles import StyleMix
from vj.stage.values import Params


def _scene(gig: Gig, text: str) -> Scene:
    return parse_scene(text.encode(), Path("01_x.yaml"), gig.table, gig.choices)


@pytest.mark.parametrize("curve", ["linear", "ease", "exp"])
def test_a_curve_begins_and_ends_where_it_should_and_never_turns_back(curve: str) -> None:
    way = [bent(n / 100, curve) for n in range(101)]  # type: ignore[arg-type]
    assert way[0] == 0.0
    assert way[-1] == 1.0
    assert all(before < after for before, after in itertools.pairwise(way))


def test_the_curves_differ_as_their_names_say() -> None:
    assert bent(0.25, "linear") == 0.25
    assert bent(0.25, "ease") == pytest.approx(0.156, abs=0.001)
    assert bent(0.5, "exp") == pytest.approx(0.119, abs=0.001)
    assert bent(0.0, "cut") == 1.0


def test_the_more_exact_name_wins(gig: Gig) -> None:
    text = """
fade: 4 s
fade_curve: ease
fades:
  trails: 8 s
  trails.decay: {curve: exp}
  mix.person: {seconds: 2, curve: linear}
  grade.hue: cut
  styles: {seconds: 1, curve: exp}
"""
    manner = manner_of(_scene(gig, text), gig.table)
    assert manner.of("grade.exposure") == (4.0, "ease")
    assert manner.of("trails.zoom") == (8.0, "ease")
    assert manner.of("trails.decay") == (8.0, "exp")
    assert manner.of("mix.person") == (2.0, "linear")
    assert manner.of("grade.hue") == (0.0, "cut")
    assert manner.styles == (1.0, "exp")


def test_something_may_fade_while_everything_else_cuts(gig: Gig) -> None:
    text = "fade: 4 s\nfade_curve: cut\nfades: {grade.hue: 8 s, dream: ease}\n"
    manner = manner_of(_scene(gig, text), gig.table)
    assert manner.seconds == 0.0
    assert manner.of("mix.person") == (0.0, "cut")
    assert manner.of("grade.hue") == (8.0, "linear")
    assert manner.of("dream.person") == (4.0, "ease")


def test_parameters_travel_as_their_scene_says(gig: Gig) -> None:
    text = "fade: 2 s\nfades: {trails.decay: 4 s, mix.person: ease, grade.exposure: cut}\n"
    params = Params(gig.table)
    params.fade_to(
        {"grade.exposure": 0.0, "trails.decay": 0.1, "mix.person": 1.0, "dream.person": 0.0}, 0.0
    )
    manner = manner_of(_scene(gig, text), gig.table)
    params.fade_to(
        {"grade.exposure": 1.0, "trails.decay": 0.9, "mix.person": 0.0, "dream.person": 0.8}, manner
    )
    shown = params.tick(0.5, 0.5, 0.0)
    assert shown["grade.exposure"] == 1.0
    assert shown["trails.decay"] == pytest.approx(0.2)
    assert shown["mix.person"] == pytest.approx(1.0 - 0.15625)
    assert shown["dream.person"] == pytest.approx(0.2)
    for step in range(1, 8):
        shown = params.tick(0.5 + step * 0.5, 0.5, 0.0)
    assert (shown["trails.decay"], shown["mix.person"], shown["dream.person"]) == (0.9, 0.0, 0.8)


def test_styles_morph_along_a_curve() -> None:
    mix = StyleMix()
    mix.aim("person", "ink", 0.0)
    mix.aim("person", "neon", 4.0, "ease")
    mix.tick(1.0)
    assert dict(mix.document()["person"]) == pytest.approx({"ink": 0.84375, "neon": 0.15625})  # type: ignore[arg-type]
    mix.tick(3.0)
    assert mix.document()["person"] == [["neon", 1.0]]


def test_a_plain_fade_is_the_same_for_everything() -> None:
    assert plain(3.0).of("anything") == (3.0, "linear")
    assert plain(3.0).styles == (3.0, "linear")
