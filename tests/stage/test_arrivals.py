"""What is added while the show runs is found, and everything that was there keeps its number."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import moderngl
import pytest

from tests.stage.pictures import halves, look, plain
from vj.core.effect_knobs import effect_name
from vj.core.gig import Gig, open_gig
from vj.core.house import House, Options, build_house
from vj.core.types import Set, Trigger
from vj.stage.frame import Stage, build_stage, frame
from vj.stage.watch import Watch

SECOND = 1_000_000_000
FLAT = "uniform float red; // 0..1 = 0.5: how red\nvoid main() { color = vec4(red, 0, 0, 1); }"


@pytest.fixture
def stage(context: moderngl.Context, house: House, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A stage whose folders are looked at when the test says so."""
    monkeypatch.setattr(Watch, "start", lambda self: self)
    house.camera.publish(halves(), SECOND)
    house.styled.publish(plain(0, 240, 0), SECOND)
    return build_stage(house, context, 0.0)


def _save(folder: Path, name: str, text: str = "x") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text)
    return path


def _look(stage: Stage) -> None:
    """Two looks at every folder and a frame for what they found; then the scenes again."""
    arrivals, scenes = stage.arrivals, stage.play.cues.watch
    for watches in ((*arrivals.styles, *arrivals.cards, *arrivals.effects, scenes), (scenes,)):
        for watch in (*watches, *watches):
            watch.look()
        frame(stage, stage.now + 1 / 30)


def test_a_style_that_comes_can_be_played_and_moves_no_other(stage: Stage, gig: Gig) -> None:
    param = gig.table.params["style.person"]
    stage.house.events.send(Set("style.person", 3.0))
    _save(gig.folder / "styles", "aaa-first.JPG")
    _look(stage)
    choices = gig.table.params["style.person"].choices
    assert choices == (*param.choices, "aaa-first")
    assert stage.play.styles.goal("person") == param.choices[3]
    stage.house.events.send(Set("style.person", float(len(choices) - 1)))
    frame(stage, stage.now + 1 / 30)
    assert stage.play.styles.goal("person") == "aaa-first"
    found = stage.house.state.read()
    assert found is not None and found[1]["late"]["styles"] == ["aaa-first"]


def test_a_restarted_stage_gives_every_style_its_number_again(
    stage: Stage, context: moderngl.Context, gig: Gig
) -> None:
    """The new process gets the gig as it was opened, and lists nothing anew by itself."""
    opened = pickle.dumps(gig)
    for name in ("zz.png", "aa.png"):
        _save(gig.folder / "styles", name)
        _look(stage)
    stage.house.events.send(Set("style.person", 1e9))
    for _ in range(10):
        frame(stage, stage.now + 0.1)
    before = gig.table.params["style.person"].choices
    assert before[-2:] == ("zz", "aa")
    _save(gig.folder / "styles", "mm.png")  # while nobody looks
    _save(gig.folder / "effects", "flat.frag", FLAT)
    _save(gig.folder / "scenes", "04_red.yaml", "chain: [mix, flat]\n")
    again = build_stage(replace(stage.house, gig=pickle.loads(opened)), context, stage.now)
    assert again.play.params.table is not stage.play.params.table
    assert again.play.params.table.params["style.person"].choices == (*before, "mm")
    assert "flat" in again.chain.effects and again.play.params.goal("flat.red") == 0.5
    assert again.play.styles.goal("person") == "aa" and "04_red" in again.play.cues.scenes
    assert again.play.params.goal("style.person") == len(before) - 1


def test_a_scene_that_waited_for_a_style_and_a_model_comes_in_with_them(
    stage: Stage, gig: Gig
) -> None:
    _save(gig.folder / "scenes", "04_late.yaml", "model: guest\nstyles: petals\nchain: [mix]\n")
    _look(stage)
    assert "04_late" not in stage.play.cues.scenes
    assert "guest" in stage.play.cues.errors["04_late"]
    _save(gig.folder / "checkpoints", "guest.yaml", "model: passthrough\n")
    _look(stage)
    assert "petals" in stage.play.cues.errors["04_late"]
    _save(gig.folder / "styles", "petals.webp")
    _look(stage)
    assert not stage.play.cues.errors
    stage.house.events.send(Trigger("scene.go", "04_late"))
    frame(stage, stage.now + 1 / 30)
    assert stage.play.document()["model"] == "guest"


def test_a_new_effect_can_be_played_and_turned(stage: Stage, gig: Gig) -> None:
    _save(gig.folder / "scenes", "04_red.yaml", "chain: [mix, flat]\nfade: 0\n")
    _look(stage)
    assert "flat" in stage.play.cues.errors["04_red"]
    _save(gig.folder / "effects", "flat.frag", FLAT)
    _look(stage)
    stage.house.events.send(Trigger("scene.go", "04_red"))
    frame(stage, stage.now + 1 / 30)
    assert look(stage.output.texture)[9, 9].tolist() == [128, 0, 0, 255]
    stage.house.events.send(Set("flat.red", 1.0))
    frame(stage, stage.now + 1 / 30)
    assert look(stage.output.texture)[9, 9].tolist() == [255, 0, 0, 255]


@pytest.mark.parametrize("file", ["my glow.frag", "glow.v2.frag"])
def test_an_effect_is_called_the_same_by_scenes_knobs_and_programs(
    context: moderngl.Context, gig: Gig, file: str
) -> None:
    """With a space in its file's name no hand reached its knobs; with a dot it never came on.

    Scenes called it `my_glow`, its knobs were `my glow.red`, and the check found nothing wrong.
    """
    name = effect_name(_save(gig.folder / "effects", file, "// compiled in: red\n" + FLAT))
    text = f"chain: [mix, {name}]\nfade: 0\nparams: {{{name}.red: 1}}\n"
    _save(gig.folder / "scenes", "00_glow.yaml", text)
    gig = open_gig(gig.folder)
    gig.check()
    stage = build_stage(build_house(gig, Options(headless=True)), context, 0.0)
    assert not stage.chain.errors
    for level in (1.0, 0.0):
        stage.house.events.send(Set(f"{name}.red", level))
        frame(stage, stage.now + 1 / 30)
        assert look(stage.output.texture)[9, 9].tolist() == [255 * level, 0, 0, 255]


def test_an_effect_that_does_not_compile_changes_nothing(stage: Stage, gig: Gig) -> None:
    path = _save(gig.folder / "effects", "flat.frag", FLAT)
    _look(stage)
    path.write_text(FLAT.replace("0..1", "0..8") + " broken")
    _look(stage)
    assert gig.table.params["flat.red"].high == 1
    assert "flat.frag" in stage.chain.errors["flat"]
    path.write_text(FLAT.replace("0..1", "0.6..8"))
    _look(stage)
    assert gig.table.params["flat.red"].high == 1  # its default is out of the new range
    path.write_text(FLAT.replace("0..1 = 0.5", "0.6..8 = 2"))
    _look(stage)
    assert gig.table.params["flat.red"].high == 8
    assert stage.play.params.goal("flat.red") == 0.6


def test_the_gig_s_own_effect_keeps_the_program_s_out(stage: Stage, gig: Gig) -> None:
    own = _save(gig.folder / "effects", "grade.frag", FLAT)
    _look(stage)
    assert gig.table.effects["grade"] == own
    program = gig.effect_folders[0] / "grade.frag"
    stage.arrivals.effects[0].found.append((program, program))
    frame(stage, stage.now + 1 / 30)
    assert gig.table.effects["grade"] == own
