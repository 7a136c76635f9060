"""A wrong name is answered by the right ones, the nearest first, also where there are hundreds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from vj.core.binding import Knob
from vj.core.errors import UserError, nearest, unknown
from vj.core.gig import open_gig
from vj.core.knob_names import check_knob


def test_few_names_are_all_said() -> None:
    said = str(unknown("matte", "motoin", ["none", "motion", "auto"], "a.yaml:3: matte"))
    assert said == (
        "a.yaml:3: matte: unknown matte 'motoin'; allowed: auto, motion, none. "
        "Did you mean 'motion'?"
    )
    assert str(unknown("camera", "x", ())) == "unknown camera 'x'; allowed: none."


def test_of_many_names_the_nearest_are_said_and_where_the_others_are() -> None:
    names = [f"effect.knob_{number:03}" for number in range(300)] + ["trails.decay"]
    said = str(unknown("parameter", "trails.dcay", names))
    assert said == (
        "unknown parameter 'trails.dcay'; allowed: trails.decay and 300 others "
        "(docs/parameters.md). Did you mean 'trails.decay'?"
    )
    said = str(unknown("parameter", "zzzz", names))
    assert "allowed: effect.knob_000, " in said and "296 others (docs/parameters.md)." in said
    assert "Did you mean" not in said


def test_capitals_do_not_matter() -> None:
    assert nearest("TRAILS", ["Trails", "mix"]) == "Trails"
    assert nearest("zzzz", ["mix"]) is None


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("scene.nxt", "scene.next"), ("scne.next", "scene.next"), ("panik", "panic")],
)
def test_a_misspelt_trigger_is_answered_by_the_trigger(
    wrong: str, right: str, tmp_path: Path
) -> None:
    (tmp_path / "scenes").mkdir()
    path = tmp_path / "scenes" / "01.yaml"
    path.write_text(f"knobs: {{{wrong}: {{midi: note/1/60}}}}\n")
    with pytest.raises(UserError, match=f"Did you mean '{right}'") as caught:
        open_gig(tmp_path).scene("01")
    assert len(str(caught.value)) < 350 + len(str(path))
    (tmp_path / "rig.yaml").write_text(path.read_text())
    with pytest.raises(UserError, match=f"Did you mean '{right}'"):
        open_gig(tmp_path)


def test_knobs_move_parameters_their_aliases_and_triggers() -> None:
    table = open_gig(ROOT).table
    for name in ("edges.canny_low", "edges.canny_t1", "scene.next"):
        check_knob(name, Knob(), table)
    with pytest.raises(UserError, match=r"'edges\.cany_low'.*Did you mean 'edges\.canny_low'"):
        check_knob("edges.cany_low", Knob(), table)
