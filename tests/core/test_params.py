"""Parameters clamp, bend and refuse nonsense; effects declare theirs on uniform lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vj.core.effect_knobs import effect_params
from vj.core.errors import UserError
from vj.core.gig import open_gig
from vj.core.params import Param, choice, switch
from vj.core.table import build_table

CURVED = Param("a.b", "float", -2, 6, 0, "d", curve="exp")


@given(st.floats())
def test_any_number_ends_inside_the_range(value: float) -> None:
    for param in (CURVED, switch("c", "d"), choice("e", "d", ("x", "y", "z"))):
        assert param.low <= param.clamp(value) <= param.high


@given(st.floats(0, 1))
def test_a_fader_position_comes_back(position: float) -> None:
    assert CURVED.to_norm(CURVED.from_norm(position)) == pytest.approx(position, abs=1e-6)


def test_a_switch_has_two_states_and_a_choice_whole_numbers() -> None:
    assert [switch("c", "d").clamp(v) for v in (0.49, 0.5, 7)] == [0, 1, 1]
    assert choice("e", "d", ("x", "y", "z"), "y").clamp(1.6) == 2


def test_knobs_are_read_from_uniform_lines(tmp_path: Path) -> None:
    path = tmp_path / "trails.frag"
    path.write_text(
        "uniform sampler2D picture;\n"
        "uniform float decay; // 0..0.99 = 0.9, smooth 0.2: trail length\n"
        "uniform int count; // 1..8 = 3, unit px: how many\n"
        "uniform bool flip; // 0..1 = 1: other way round\n"
        "uniform float time; // seconds\n"
    )
    decay, count, flip, region = effect_params(path)
    assert region.choices == ("all", "person", "background")
    assert (decay.name, decay.low, decay.high, decay.default) == ("trails.decay", 0, 0.99, 0.9)
    assert (decay.smooth, decay.doc) == (0.2, "trail length")
    assert (count.kind, count.unit, flip.kind, flip.default) == ("int", "px", "switch", 1)


def test_a_knob_of_words_is_a_choice_and_its_default_one_of_them(tmp_path: Path) -> None:
    path = tmp_path / "faces.frag"
    path.write_text("uniform int region; // faces|not-faces|all = not-faces: where\n")
    (region,) = effect_params(path)
    assert (region.name, region.kind, region.doc) == ("faces.region", "choice", "where")
    assert (region.choices, region.default) == (("faces", "not-faces", "all"), 1)
    path.write_text("\nuniform int region; // faces|all = nobody: where\n")
    with pytest.raises(UserError, match=r"faces\.frag:2.*'nobody' is none of faces, all"):
        effect_params(path)


def test_a_knob_whose_default_is_outside_its_range_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.frag"
    path.write_text("\nuniform float x; // 0..1 = 3: too much\n")
    with pytest.raises(UserError, match=r"bad\.frag:2.*outside"):
        effect_params(path)


def test_a_wrong_name_gets_the_nearest_and_an_alias_works() -> None:
    table = build_table(["ink"], [])
    with pytest.raises(UserError, match=r"edges\.cany_low.*Did you mean 'edges\.canny_low'"):
        table.find("edges.cany_low")
    assert table.find("edges.canny_t1").name == "edges.canny_low"


def test_every_parameter_of_the_program_has_words(root: Path) -> None:
    for param in open_gig(root).table:
        assert len(param.doc) > 5, param.name
        assert param.name == param.name.lower()
