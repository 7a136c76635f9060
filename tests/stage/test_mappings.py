"""Mappings are moved by hands, told to all, saved into the rig and found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from vj.core.gig import Gig, open_gig
from vj.core.house import Options
from vj.core.mapping import CORNERS
from vj.core.types import Trigger
from vj.stage.going_on import go_on
from vj.stage.mappings import Mappings
from vj.stage.play import Play
from vj.stage.rig_file import outputs_of


@pytest.fixture
def two(gig: Gig) -> Gig:
    """A rig with two outputs, the second with a mesh."""
    text = (gig.folder / "rig.yaml").read_text()
    text += "outputs: # ours\n  - display: HDMI-1\n  - {display: DP-2, mesh: 3x3}\n"
    (gig.folder / "rig.yaml").write_text(text)
    return open_gig(gig.folder)


def _move(mappings: Mappings, argument: str) -> str:
    mappings.complaint = ""
    mappings.handle(Trigger("map.move", argument))
    return mappings.complaint


def test_points_move_by_number_and_by_name(two: Gig) -> None:
    mappings = Mappings(two)
    assert _move(mappings, "0/2 0.95 0.9") == ""
    assert mappings.now[0].points[2] == (0.95, 0.9)
    assert _move(mappings, "dp-2/4 0.4 0.6") == ""
    assert mappings.now[1].points[4] == (0.4, 0.6)
    assert mappings.document()[0] == {
        "display": "HDMI-1",
        "points": (*CORNERS[:2], (0.95, 0.9), CORNERS[3]),
        "mesh": None,
    }
    assert mappings.document()[1]["mesh"] == (3, 3)
    mappings.handle(Trigger("map.reset", "DP-2"))
    assert mappings.now[1].is_plain and not mappings.now[0].is_plain
    mappings.handle(Trigger("map.reset"))
    assert mappings.now[0].is_plain


@pytest.mark.parametrize(
    "argument",
    ["", "None", "0/4 0 0", "2/0 0 0", "HDMI/0 1 1", "0/0 nan 0", "0/0 1", "x", "0/-1 0 0"],
)
def test_nonsense_moves_nothing_and_is_told(two: Gig, argument: str) -> None:
    mappings = Mappings(two)
    before = mappings.now
    assert _move(mappings, argument)
    assert mappings.now == before


def test_what_is_saved_is_there_the_next_time(two: Gig) -> None:
    mappings = Mappings(two)
    mappings.save()
    assert mappings.saving is None, "nothing has changed"
    _move(mappings, "0/0 0.05 0.1")
    _move(mappings, "1/8 0.9 0.95")
    mappings.handle(Trigger("map.save"))
    assert mappings.saving
    mappings.saving.join()
    assert mappings.complaint == ""
    text = (two.folder / "rig.yaml").read_text()
    assert "outputs: # ours\n" in text
    assert Mappings(open_gig(two.folder)).now == mappings.now


def test_a_rig_without_outputs_gets_one(gig: Gig) -> None:
    mappings = Mappings(gig)
    _move(mappings, "0/1 0.9 0")
    mappings.save()
    assert mappings.saving
    mappings.saving.join()
    assert open_gig(gig.folder).rig.outputs[0].mapping == mappings.now[0]


def test_a_disk_that_does_not_let_us_is_told(two: Gig, tmp_path: Path) -> None:
    mappings = Mappings(two)
    (two.folder / "rig.yaml").write_text("a: [")
    _move(mappings, "0/0 0.05 0.1")
    mappings.save()
    assert mappings.saving
    mappings.saving.join()
    assert "not saved" in mappings.complaint
    assert (two.folder / "rig.yaml").read_text() == "a: ["


def test_a_stage_that_is_started_again_keeps_what_was_not_saved(two: Gig) -> None:
    play = Play(two, Options())
    play.handle(Trigger("map.move", "0/2 0.95 0.9"), 0.0)
    document = play.document()
    again = Play(two, Options())
    go_on(
        again,
        {**document, "mapping": [{**m, "points": list(m["points"])} for m in document["mapping"]]},
    )  # type: ignore[attr-defined]
    assert again.mappings.now == play.mappings.now
    again.mappings.restore([{"points": [[0, 0]], "mesh": None}])
    again.mappings.restore(None)
    assert again.mappings.now == play.mappings.now


def test_the_rigs_display_is_the_first_outputs(gig: Gig) -> None:
    rig = gig.rig.model_copy(update={"display": "HDMI-9"})
    assert outputs_of(Gig(gig.folder, rig))[0].display == "HDMI-9"
