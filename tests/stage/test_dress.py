"""No scene of the set list compiles anything at the moment it comes."""

from __future__ import annotations

import moderngl
import numpy as np
import pytest

from vj.core.gig import Gig
from vj.core.house import House, Options, build_house
from vj.core.types import Trigger
from vj.stage import variants
from vj.stage.frame import Stage, build_stage, frame

WALL = """
model: passthrough
fade: 0
chain: [mix, tile, halftone]
params: {tile.columns: 3, tile.rows: 2, tile.fx: edges, tile.fx_step: 1, halftone.look: print}
"""


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A line for every program that effects compile from now on."""
    lines: list[str] = []
    compile_fill = variants.compile_fill

    def counted(context: moderngl.Context, source: str) -> moderngl.Program:
        lines.append(source[:80])
        return compile_fill(context, source)

    monkeypatch.setattr(variants, "compile_fill", counted)
    return lines


def _stage(gig: Gig, context: moderngl.Context) -> tuple[House, Stage]:
    house = build_house(gig, Options(headless=True))
    stage = build_stage(house, context, 0.0)
    house.camera.publish(np.full((48, 64, 4), 90, np.uint8), 1)
    frame(stage, 0.03)
    return house, stage


def test_a_walk_through_the_set_list_compiles_nothing(
    gig: Gig, context: moderngl.Context, compiled: list[str]
) -> None:
    (gig.folder / "scenes" / "04_wall.yaml").write_text(WALL)
    house, stage = _stage(gig, context)
    assert compiled
    compiled.clear()
    for number in (2, 3, 4, 1):
        house.events.send(Trigger("scene.go", float(number)))
        for step in range(4):
            frame(stage, number + step * 0.03)
    assert stage.chain.errors == {}
    assert compiled == []


def test_a_scene_saved_meanwhile_is_compiled_frame_by_frame_before_it_comes(
    gig: Gig, context: moderngl.Context, compiled: list[str]
) -> None:
    house, stage = _stage(gig, context)
    compiled.clear()
    (gig.folder / "scenes" / "04_wall.yaml").write_text(WALL)
    for _ in range(2):
        stage.play.cues.watch.look()
    most = 0
    for step in range(12):
        before = len(compiled)
        frame(stage, 0.1 + step * 0.03)
        most = max(most, len(compiled) - before)
    assert most == 1
    assert len(compiled) >= 6
    compiled.clear()
    house.events.send(Trigger("scene.go", 4.0))
    for step in range(3):
        frame(stage, 1.0 + step * 0.03)
    assert compiled == []
