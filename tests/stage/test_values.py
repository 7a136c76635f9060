"""Knobs clamp, fade exactly, settle softly and swing around their place."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import pytest

from vj.core.gig import Gig
from vj.core.modulator import Modulator
from vj.stage.values import Params


@pytest.fixture
def params(gig: Gig) -> Params:
    return Params(gig.table)


def test_a_hand_is_clamped_and_nonsense_ignored(params: Params) -> None:
    assert params.set("edges.canny_low", 999.0)
    assert params.goal("edges.canny_low") == 255
    assert not params.set("edges.canny_low", math.nan)
    assert not params.set("no.such", 1.0)
    assert params.goal("edges.canny_low") == 255


def test_a_knob_shows_in_the_very_next_frame(params: Params) -> None:
    params.set("edges.accum_w1", 0.75)
    assert params.tick(0.0, 1 / 60, 0.0)["edges.accum_w1"] == 0.75
    before = params.shown["mix.person"]
    params.set("mix.person", 0.0)
    assert params.tick(0.1, 1 / 60, 0.0)["mix.person"] < before


@pytest.mark.parametrize("fps", [7, 30, 120])
def test_fades_are_straight_and_end_on_the_value(params: Params, fps: int) -> None:
    params.set("edges.canny_low", 100)
    params.fade_to({"edges.canny_low": 200, "style.fade": 10.6, "edges.invert": 1}, 2.0)
    for step in range(1, 2 * fps + 1):
        shown = params.tick(step / fps, 1 / fps, 0.0)
        part = step / fps / 2.0
        assert shown["edges.canny_low"] == pytest.approx(100 + 100 * part, abs=0.51)
        assert shown["style.fade"] == pytest.approx(0.6 + 10 * part, abs=1e-6)
        if abs(part - 0.5) > 1e-6:
            assert shown["edges.invert"] == (part > 0.5)
    assert shown["edges.canny_low"] == 200
    assert shown["style.fade"] == 10.6
    assert not params.moving()


def test_a_hand_stops_the_fade_of_its_knob_only(params: Params) -> None:
    params.fade_to({"edges.accum_w1": 1.0, "edges.accum_w2": 1.0}, 1.0)
    params.tick(0.5, 0.5, 0.0)
    params.set("edges.accum_w1", 0.2)
    shown = params.tick(1.0, 0.5, 0.0)
    assert (shown["edges.accum_w1"], shown["edges.accum_w2"]) == (0.2, 1.0)


def test_smoothing_does_not_depend_on_the_frame_rate(gig: Gig) -> None:
    reached = []
    for fps in (30, 60, 120):
        params = Params(gig.table)
        params.set("mix.person", 0.0)
        for step in range(fps // 10):
            params.tick(step / fps, 1 / fps, 0.0)
        reached.append(params.shown["mix.person"])
    assert max(reached) - min(reached) < 1e-9
    assert 0.0 < reached[0] < 0.3


def test_a_modulator_swings_around_the_knob_and_leaves_it_where_it_is(params: Params) -> None:
    params.set("edges.accum_w1", 0.5)
    params.modulate({"edges.accum_w1": Modulator(shape="sine", beats=4, depth=0.4)}, 0.0)
    seen = [params.tick(0.0, 0.0, beat / 8)["edges.accum_w1"] for beat in range(32)]
    assert max(seen) == pytest.approx(0.7)
    assert min(seen) == pytest.approx(0.3)
    assert params.goal("edges.accum_w1") == 0.5
    params.modulate({}, 1.0)
    for _ in range(20):
        params.tick(0.0, 0.1, 1.0)
    assert params.shown["edges.accum_w1"] == 0.5


def test_modulators_come_in_softly(params: Params) -> None:
    params.set("edges.accum_w1", 0.5)
    params.modulate({"edges.accum_w1": Modulator(shape="square", seconds=100, depth=1.0)}, 1.0)
    values = [params.tick(1.0, 0.1, 0.0)["edges.accum_w1"] for _ in range(10)]
    assert all(0 < b - a < 0.06 for a, b in pairwise(values))
    assert values[-1] == pytest.approx(1.0)


def test_a_restart_goes_on_from_where_it_was(gig: Gig) -> None:
    params = Params(gig.table)
    params.set("grade.exposure", -1.0)
    params.tick(0.0, 5.0, 0.0)
    params.fade_to({"edges.canny_low": 200}, 10.0)
    params.tick(0.0, 5.0, 0.0)
    again = Params(gig.table)
    again.restore(params.shown, params.moving())
    assert again.goal("grade.exposure") == -1.0
    assert again.goal("edges.canny_low") == 200
    assert again.tick(0.0, 0.0, 0.0)["grade.exposure"] == -1.0


def test_a_parameter_the_table_learns_starts_at_its_default(params: Params, tmp_path: Path) -> None:
    path = tmp_path / "glow.frag"
    path.write_text("uniform float size; // 0..1 = 0.25: how large\n")
    params.set("mix.person", 0.3)
    params.table.learn_effect(path)
    params.grow()
    assert params.tick(0.0, 0.1, 0.0)["glow.size"] == 0.25
    assert params.goal("mix.person") == 0.3
    params.set("glow.size", 1.0)
    path.write_text("uniform float size; // 0..0.5 = 0.25: how large\n")
    params.table.learn_effect(path)
    params.grow()
    assert params.goal("glow.size") == 0.5
