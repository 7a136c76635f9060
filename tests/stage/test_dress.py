"""No scene of the set list compiles anything at the moment it comes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import moderngl
import numpy as np
import pytest

from vj.core.gig import Gig, open_gig
from vj.core.house import House, Options, build_house
from vj.core.types import Trigger
from vj.stage import canvas, fused, variants
from vj.stage.frame import Stage, build_stage, frame, presented

WALL = """
model: passthrough
fade: 0
chain: [mix, tile, halftone]
params: {tile.columns: 3, tile.rows: 2, tile.fx: edges, tile.fx_step: 1, halftone.look: print}
"""

# Whole numbers travel through all filters, and a delay comes in while a path is still the former.
CANON = """
model: passthrough
fade: 1
fade_curve: ease
chain: [mix, dream, tile, vignette, trails]
params: {tile.columns: 3, tile.rows: 3, tile.fx: invert, tile.delay: 1.0, tile.path: snake,
  trails.decay: 0.5, trails.person: 0.7, halftone.region: person}
"""
PRINT = """
model: passthrough
fade: 1
chain: [mix, trails, glow, halftone]
params: {glow.amount: 0.8, halftone.look: print, halftone.region: background}
"""


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A line for every program that effects compile from now on."""
    lines: list[str] = []
    compile_fill = variants.compile_fill

    def counted(context: moderngl.Context, source: str) -> moderngl.Program:
        lines.append(source[:80])
        return compile_fill(context, source)

    for module in (variants, canvas, fused):
        monkeypatch.setattr(module, "compile_fill", counted)
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


COLOUR = """
model: passthrough
fade: 0.5
chain: [mix, grade, trails, mirror, vignette, palette]
params: {grade.exposure: 0.5, trails.decay: 0.5, mirror.amount: 1, vignette.amount: 0.5}
modulate: {palette.amount: {shape: sine, beats: 4, depth: 0.5}}
"""


def test_a_scene_at_rest_is_drawn_with_the_programs_of_its_runs(
    gig: Gig, context: moderngl.Context, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (gig.folder / "scenes" / "04_colour.yaml").write_text(COLOUR)
    house, stage = _stage(open_gig(gig.folder), context)
    drawn: list[int] = []
    draw = fused.Program.draw

    def counted(program: fused.Program, *arguments: object) -> object:
        drawn.append(len({name.partition(".")[0] for name, *_ in program.told}))
        return draw(program, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(fused.Program, "draw", counted)
    compiled.clear()
    house.events.send(Trigger("scene.go", 4.0))
    most: list[int] = []
    for step in range(60):
        drawn.clear()
        frame(stage, 0.1 + step * 0.03)
        most = max(most, list(drawn))
    assert most == [2, 3], "the palette rests while its modulator is below"
    assert compiled == []


def _more(gig: Gig) -> Gig:
    scenes = gig.folder / "scenes"
    for name, text in (("04_wall", WALL), ("05_canon", CANON), ("06_print", PRINT)):
        (scenes / f"{name}.yaml").write_text(text)
    return open_gig(gig.folder)


def _wait(stage: Stage) -> None:
    """Half a minute of frames, in which jumps are rehearsed."""
    for number in range(900):
        frame(stage, 0.04 + number * 1e-3)


def walk(house: House, stage: Stage) -> None:
    """Go from scene to scene and wait for every fade, in order and across."""
    now = 1.0
    for number in (2, 3, 4, 5, 6, 1, 5, 4, 6, 3, 6, 2, 5, 1):
        house.events.send(Trigger("scene.go", float(number)))
        for _ in range(30):
            now += 0.08
            house.camera.publish(np.full((48, 64, 4), 90, np.uint8), round(now * 1e9))
            house.styled.publish(np.full((48, 64, 4), 9, np.uint8), round(now * 1e9), take=number)
            frame(stage, now)
            presented(stage, round(now * 1e9), 0.08)


def test_no_fade_between_any_two_scenes_compiles_anything(
    gig: Gig, context: moderngl.Context, compiled: list[str]
) -> None:
    house, stage = _stage(_more(gig), context)
    _wait(stage)
    compiled.clear()
    walk(house, stage)
    assert stage.play.cues.errors == {}
    assert stage.chain.errors == {}
    assert compiled == []


def test_the_neighbours_are_ready_at_the_first_frame(
    gig: Gig, context: moderngl.Context, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A show whose start waited for the rehearsal of every jump began a second later."""
    house, stage = _stage(_more(gig), context)
    monkeypatch.setattr(stage.dress, "step", lambda: None)
    compiled.clear()
    for number in (2, 3, 4, 5, 6, 1, 6, 5):
        house.events.send(Trigger("scene.go", float(number)))
        for _ in range(30):
            frame(stage, stage.now + 0.08)
    assert stage.play.cues.scene.name == "05_canon"
    assert compiled == []


def test_the_driver_compiles_nothing_either(gig: Gig, tmp_path: Path) -> None:
    """A software renderer keeps a file for each of its own compilations: they can be counted."""
    there = {
        **os.environ,
        "MESA_SHADER_CACHE_DIR": str(tmp_path / "cache"),
        "MESA_DISK_CACHE_MULTI_FILE": "1",
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]),
    }
    code = f"import test_dress; test_dress.count({str(_more(gig).folder)!r})"
    done = subprocess.run(
        [sys.executable, "-c", code], env=there, capture_output=True, text=True, check=False
    )
    words = done.stdout.split()
    if not words or not int(words[0]):
        pytest.skip(f"no off-screen OpenGL that counts: {done.stdout}{done.stderr[-200:]}")
    assert int(words[0]) > 30
    assert int(words[1]) == 0


def count(folder: str) -> None:
    """Print how many files the driver's cache had before a walk, and how many came with it."""
    from vj.stage.offscreen import Offscreen

    context = Offscreen().context
    house, stage = _stage(open_gig(Path(folder)), context)
    _wait(stage)
    presented(stage, 1, 0.03)
    before = _files(context)
    walk(house, stage)
    assert not stage.chain.errors, stage.chain.errors
    sys.stdout.write(f"{before} {_files(context) - before}")


def _files(context: moderngl.Context) -> int:
    """Count the files of the driver's cache when it has written all of them."""
    context.finish()
    last = -1
    while True:
        found = sum(len(files) for _, _, files in os.walk(os.environ["MESA_SHADER_CACHE_DIR"]))
        if found == last:
            return found
        last = found
        time.sleep(0.5)


def test_a_stage_that_fell_over_does_not_rehearse_first(
    gig: Gig, context: moderngl.Context, compiled: list[str]
) -> None:
    house, _ = _stage(_more(gig), context)
    whole = len(compiled)
    compiled.clear()
    again = build_stage(house, context, 0.0)
    assert len(compiled) < whole - 5
    _wait(again)
    compiled.clear()
    walk(house, again)
    assert compiled == []


def test_a_scene_saved_meanwhile_is_compiled_frame_by_frame_before_it_comes(
    gig: Gig, context: moderngl.Context, compiled: list[str]
) -> None:
    house, stage = _stage(gig, context)
    compiled.clear()
    (gig.folder / "scenes" / "04_wall.yaml").write_text(WALL)
    most = 0
    for step in range(24):
        stage.play.cues.watch.look()  # its own thread may look as well, between two of these
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


@pytest.mark.parametrize("live", [False, True])
def test_a_scene_saved_meanwhile_is_not_fused_where_compiling_is_seen(
    gig: Gig, context: moderngl.Context, monkeypatch: pytest.MonkeyPatch, live: bool
) -> None:
    """A save cost a show without a graphics card a third of a second of standing picture."""
    _, stage = _stage(gig, context)
    stage.chain.fused.live = live
    made: list[int] = []
    compiled = fused.Fused._compiled

    def counted(*arguments: object) -> object:
        made.append(stage.chain.frame)
        return compiled(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(fused.Fused, "_compiled", counted)
    (gig.folder / "scenes" / "04_colour.yaml").write_text(COLOUR)
    for step in range(40):
        stage.play.cues.watch.look()
        frame(stage, 0.1 + step * 0.03)
    assert stage.play.cues.scenes.keys() >= {"04_colour"}
    assert bool(made) == live
