"""The stage's benchmark really draws, and its census sees what grows."""

from __future__ import annotations

import moderngl

from vj.core.gig import Gig
from vj.stage.stage_bench import _census, bench_stage


def test_it_measures_everything(gig: Gig) -> None:
    figures = bench_stage(gig, rounds=1, changes=20)
    assert figures["plain copy / copy"] == 1.0
    for chain in ("colour", "scene"):
        assert figures[f"{chain} chain + mapping / copy"] > 0
    assert figures["python_ms"] > figures["in_driver_ms"] > 0
    assert figures["scene_changes"] == 20
    assert len(figures["objects_by_fifths"]) == 5
    assert figures["gl_objects_by_fifths"][-1] > 0


def test_the_census_counts_what_is_not_released(context: moderngl.Context) -> None:
    before = _census()
    leak = [context.texture((4, 4), 4) for _ in range(5)]
    assert _census()["gl_objects"] - before["gl_objects"] == 5
    for texture in leak:
        texture.release()
