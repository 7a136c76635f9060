"""rig.yaml edited while the show runs: outputs follow, mistakes and the rest are told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import moderngl
import numpy as np
import pytest

from vj.core.gig import Gig, open_gig
from vj.core.mapping import CORNERS, Mapping, grid
from vj.core.outputs import Colour
from vj.core.types import Trigger
from vj.stage.map_edit import Editor
from vj.stage.mapper import Mapper
from vj.stage.mappings import Mappings, told_anew

HEAD = "size: 64x48\noutput: 64x48\n"
TWO = HEAD + "outputs:\n  - {display: HDMI-1}\n  - {display: DP-2, mesh: 3x3}\n"


@pytest.fixture
def two(gig: Gig) -> Gig:
    """A rig with two outputs, the second with a mesh."""
    (gig.folder / "rig.yaml").write_text(TWO)
    return open_gig(gig.folder)


def edit(mappings: Mappings, folder: Path, text: str) -> str:
    """Save the file, let it be seen, and return what is said of it."""
    (folder / "rig.yaml").write_text(text)
    for _ in range(2):
        mappings.file.look()
    mappings.follow()
    return mappings.file.trouble


def test_every_part_of_a_mapping_follows_the_file(two: Gig) -> None:
    mappings = Mappings(two)
    first = (
        "  - display: HDMI-1\n    corners: [[0.1, 0], [1, 0], [1, 1], [0, 1]]\n"
        "    part: {width: 0.5}\n    blend: {right: 0.1}\n    colour: {red: 0.5}\n"
        "    mask: [[0, 0], [1, 0], [0, 1]]\n    rotate: 180\n    mirror: on\n"
    )
    second = "  - {display: DP-2, mesh: 4x2}\n"
    assert edit(mappings, two.folder, f"{HEAD}outputs:\n{first}{second}") == ""
    spec = mappings.specs[0]
    assert mappings.now[0].points[0] == (0.1, 0.0)
    assert (spec.part and spec.part.width, spec.blend.right, spec.rotate) == (0.5, 0.1, 180)
    assert (spec.colour, spec.mirror, len(spec.mask)) == (Colour(red=0.5), True, 3)
    assert mappings.now[1] == Mapping(grid(CORNERS, 4, 2), (4, 2))
    # the curtain and a stage that is started anew are told all of it
    told = json.loads(json.dumps(mappings.document()))
    for number, entry in enumerate(told):
        anew = told_anew(entry)
        assert anew and anew[1] == mappings.now[number]
        display = mappings.specs[number].display
        assert anew[0].mapping != anew[1] or anew[1].is_plain
        whole = {"display": display, "corners": mappings.specs[number].corners}
        whole["mesh"] = mappings.specs[number].mesh  # type: ignore[assignment]
        assert anew[0].model_copy(update=whole) == mappings.specs[number]


def test_nothing_more_is_told_while_nothing_was_edited(two: Gig) -> None:
    assert told_anew(Mappings(two).document()[0]) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("  - {display: HDMI-1, colour: {rd: 1}}\n", "red"),
        ("  - {display: HDMI-1, corners: [[0, 0], [1, 1], [1, 0], [0, 1]]}\n", "cross"),
        ("  - {display: HDMI-1, mask: no.png}\n", "no.png"),
        ("  - {display: HDMI-1, blend: {left: 2}}\n", "left"),
        ("  - {display: [}\n", "rig.yaml:4"),
    ],
)
def test_a_mistake_leaves_everything_and_is_told_once(two: Gig, line: str, said: str) -> None:
    mappings = Mappings(two)
    before = mappings.specs, mappings.now
    trouble = edit(mappings, two.folder, f"{HEAD}outputs:\n{line}  - {{display: DP-2}}\n")
    assert said in trouble and "rig.yaml:" in trouble and "\n" not in trouble
    assert (mappings.specs, mappings.now) == before
    assert edit(mappings, two.folder, TWO) == ""


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "outputs:\n  - {display: HDMI-1, rotate: 90}\n",
        HEAD + "outputs:\n  - {display: HDMI-1, rotate: 90}\n  - {display: DP-3}\n",
        HEAD + "display: HDMI-1\n",
    ],
)
def test_other_displays_need_a_new_start(two: Gig, text: str) -> None:
    mappings = Mappings(two)
    before = mappings.specs, mappings.now
    assert "displays" in edit(mappings, two.folder, text)
    assert (mappings.specs, mappings.now) == before


def test_other_keys_are_said_to_wait_while_the_outputs_follow(two: Gig) -> None:
    mappings = Mappings(two)
    text = TWO.replace("DP-2,", "DP-2, rotate: 90,").replace("64x48", "32x24", 1) + "fps: 25\n"
    trouble = edit(mappings, two.folder, text)
    assert "size and fps: taken in when the show is started again" in trouble
    assert mappings.specs[1].rotate == 90
    knobs = TWO + "knobs:\n  blackout: {midi: note/1/1}\n"
    assert edit(mappings, two.folder, knobs) == "", "the desk follows these"


def test_what_a_show_has_changed_for_itself_is_no_news(two: Gig) -> None:
    rig = two.rig.model_copy(update={"osc_port": 0, "flash_limit": False})
    mappings = Mappings(replace(two, rig=rig))
    mappings.file.start(again=True)
    assert edit(mappings, two.folder, TWO.replace("HDMI-1}", "HDMI-1, rotate: 90}")) == ""
    assert mappings.specs[0].rotate == 90


def test_points_a_hand_moved_stay_until_the_file_moves_them(two: Gig) -> None:
    mappings = Mappings(two)
    mappings.handle(Trigger("map.move", "0/2 0.9 0.9"))
    edit(mappings, two.folder, TWO.replace("HDMI-1}", "HDMI-1, colour: {blue: 0}}"))
    assert mappings.now[0].points[2] == (0.9, 0.9)
    assert mappings.specs[0].colour.blue == 0
    moved = "HDMI-1, corners: [[0.2, 0], [1, 0], [1, 1], [0, 1]]}"
    edit(mappings, two.folder, TWO.replace("HDMI-1}", moved))
    assert mappings.now[0].points == ((0.2, 0.0), *CORNERS[1:])


def test_what_a_hand_saved_is_no_news(two: Gig) -> None:
    mappings = Mappings(two)
    mappings.handle(Trigger("map.move", "1/4 0.4 0.6"))
    mappings.save()
    assert mappings.saving
    mappings.saving.join()
    mappings.handle(Trigger("map.move", "1/4 0.3 0.7"))
    for _ in range(2):
        mappings.file.look()
    mappings.follow()
    assert mappings.now[1].points[4] == (0.3, 0.7)
    assert mappings.file.trouble == ""


def test_the_editor_lets_a_point_go_that_is_no_more() -> None:
    editor = Editor()
    editor.follow([Mapping(), Mapping(grid(CORNERS, 4, 4), (4, 4))])
    editor.on, editor.output, editor.point = True, 1, 15
    editor.follow([Mapping(), Mapping()])
    assert (editor.output, editor.point) == (0, 0)
    assert editor.key("LEFT", False, [(48, 64), (48, 64)], 0)


def test_an_output_is_drawn_otherwise_at_once(two: Gig, context: moderngl.Context) -> None:
    mappings = Mappings(two)
    white = context.texture((64, 48), 4, data=b"\xff" * (64 * 48 * 4))
    target = context.framebuffer([context.texture((64, 48), 4)])
    mapper = Mapper(context, mappings.specs[0], two.folder)

    def drawn() -> np.ndarray:
        mapper.draw(white, mappings.now[0], target, (48, 64))
        return np.frombuffer(target.read(components=3), np.uint8).reshape(48, 64, 3)[::-1]

    assert drawn().min() == 255
    edit(mappings, two.folder, TWO.replace("HDMI-1}", "HDMI-1, colour: {red: 0}}"))
    mapper.take(mappings.specs[0])
    assert drawn()[24, 32].tolist() == [0, 255, 255]
    half = "HDMI-1, mask: [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]}"
    edit(mappings, two.folder, TWO.replace("HDMI-1}", half))
    mapper.take(mappings.specs[0])
    assert drawn()[24, 10].min() == 255 and drawn()[24, 50].max() == 0
