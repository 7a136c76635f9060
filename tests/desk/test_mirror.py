"""The mirror shows where knobs stand, which scene plays and what it binds, whatever happens."""

from __future__ import annotations

import os

import pytest

from tests.desk.hall import Hall
from vj.desk.mirror import title_of


def test_before_the_stage_speaks_everything_stands_at_its_default(make_hall: object) -> None:
    hall: Hall = make_hall()  # type: ignore[operator]
    for param in hall.gig.table:
        assert hall.mirror.value(param.name) == param.default
    assert hall.mirror.wanted.scene == "01_ink"


def test_a_knob_is_where_it_goes_not_where_a_fade_or_modulator_has_it(hall: Hall) -> None:
    hall.house.state.post(
        {
            "values": {"style.strength": 0.31, "matte.feather": 0.2},
            "goals": {"style.strength": 0.9},
            "scene": "01_ink",
        }
    )
    hall.mirror.poll(1.0)
    assert hall.mirror.value("style.strength") == 0.9
    assert hall.mirror.value("matte.feather") == 0.2


def test_knobs_of_the_rig_hold_in_every_scene_and_the_scene_wins(make_hall: object) -> None:
    from vj.core.binding import Knob

    rig = {"style.strength": Knob(midi="cc/9/9"), "panic": Knob(midi="note/1/1")}
    hall: Hall = make_hall(knobs=rig)  # type: ignore[operator]
    hall.play("01_ink")
    assert hall.mirror.bound.knobs["panic"].midi == "note/1/1"
    assert hall.mirror.bound.knobs["style.strength"].midi == "cc/1/21"
    before = hall.mirror.bound.generation
    hall.play("02_neon_night")
    assert hall.mirror.bound.generation == before + 1
    assert hall.mirror.bound.knobs["style.strength"].midi == "cc/1/30"
    assert "edges.canny" not in hall.mirror.bound.knobs


def test_a_scene_broken_before_it_is_played_leaves_the_rigs_knobs(hall: Hall) -> None:
    path = hall.gig.scene_files["02_neon_night"]
    path.write_text("knobs: [")
    hall.play("02_neon_night")
    assert dict(hall.mirror.bound.knobs) == {}
    path.write_text("knobs: {style.strength: {midi: cc/1/31}}\n")
    os.utime(path, ns=(1, 1))
    hall.mirror.poll(1e9)
    assert hall.mirror.bound.knobs["style.strength"].midi == "cc/1/31"


def test_a_scene_added_during_the_show_joins_the_list(hall: Hall) -> None:
    (hall.gig.folder / "scenes" / "03_late_guest.yaml").write_text("fade: 1 s\n")
    scenes = ["01_ink", "02_neon_night", "03_late_guest"]
    hall.house.state.post({"values": {}, "scene": "03_late_guest", "scenes": scenes})
    hall.mirror.poll(1.0)
    assert hall.mirror.wanted.scenes == tuple(scenes)
    assert hall.mirror.titles["03_late_guest"] == "Late guest"
    assert hall.mirror.bound.scene == "03_late_guest"


@pytest.mark.parametrize(
    ("name", "title"),
    [("01_ink_wash", "Ink wash"), ("neon-night", "Neon night"), ("07", "07"), ("", "")],
)
def test_titles_of_files(name: str, title: str) -> None:
    assert title_of(name) == title
