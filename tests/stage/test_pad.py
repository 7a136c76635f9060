"""The style pad: a place between four styles is their mixture, in the network's own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vj.core.gig import Gig, open_gig
from vj.core.house import Options
from vj.core.table import PAD_KNOBS, build_table
from vj.core.types import Set, Trigger
from vj.stage.going_on import go_on
from vj.stage.pad import Pad
from vj.stage.play import Play
from vj.stage.values import Params


@pytest.fixture
def play(gig: Gig) -> Play:
    play = Play(gig, Options())
    styles = gig.table.params["style.person"].choices
    for knob, style in zip(
        PAD_KNOBS, ("marbling", "neon-grid", "gold-leaf", "ink-wash"), strict=True
    ):
        play.handle(Set(knob, styles.index(style)), 0.0)
    play.advance(0.0, 2.0)
    play.advance(0.0, 2.0)
    return play


def _styles(play: Play, region: str = "person") -> dict[str, float]:
    styles = play.document()["styles"]
    assert isinstance(styles, dict)
    return {str(name): float(weight) for name, weight in styles[region]}


def _at(play: Play, x: float, y: float) -> dict[str, float]:
    for name, value in (("x", x), ("y", y)):
        play.handle(Set(f"style.pad_{name}", value), 0.0)
    play.advance(0.0, 3.0)
    return _styles(play)


def test_the_pad_paints_only_the_regions_that_are_on_it(play: Play) -> None:
    before = play.document()["styles"]
    assert _at(play, 0.2, 0.2) == {"ink-wash": 1.0}
    assert play.document()["styles"] == before
    play.handle(Set("style.pad_person", 1.0), 0.0)
    play.advance(0.0, 5.0)
    assert len(_styles(play)) == 4
    assert _styles(play, "background") == {"marbling": 1.0}


def test_corners_are_one_style_and_the_middle_all_four(play: Play) -> None:
    play.handle(Set("style.pad_person", 1.0), 0.0)
    assert _at(play, 0, 1) == {"marbling": 1.0}
    assert _at(play, 1, 1) == {"neon-grid": 1.0}
    assert _at(play, 0, 0) == {"gold-leaf": 1.0}
    assert _at(play, 1, 0) == {"ink-wash": 1.0}
    assert set(_at(play, 0.5, 0.5).values()) == {0.25}
    assert _at(play, 0.25, 1) == pytest.approx({"marbling": 0.75, "neon-grid": 0.25})


def test_going_onto_the_pad_is_a_fade(play: Play) -> None:
    play.handle(Set("style.fade", 1.0), 0.0)
    _at(play, 0, 1)
    play.handle(Set("style.pad_person", 1.0), 0.0)
    play.advance(0.0, 0.25)
    assert _styles(play) == pytest.approx({"ink-wash": 0.75, "marbling": 0.25})


def test_a_style_chosen_by_hand_leaves_the_pad(play: Play, gig: Gig) -> None:
    """Who presses a style's button wants to see that style, not a pad that covers it."""
    play.handle(Set("style.pad_person", 1.0), 0.0)
    _at(play, 0, 1)
    styles = gig.table.params["style.person"].choices
    play.handle(Set("style.person", styles.index("gold-leaf")), 0.0)
    play.advance(0.0, 5.0)
    assert _styles(play) == {"gold-leaf": 1.0}
    assert play.params.goal("style.pad_person") == 0.0


def test_a_scene_names_corners_and_another_leaves_them(play: Play, gig: Gig) -> None:
    path = gig.folder / "scenes" / "04_pad.yaml"
    path.write_text(
        "model: passthrough\nfade: 0\nparams: {style.pad_person: on, style.pad_x: 1}\n"
        "corners: {top_right: gold-leaf, bottom_right: gold-leaf}\n"
    )
    play = Play(open_gig(gig.folder), Options(scene="04_pad"))
    play.advance(0.0, 5.0)
    play.advance(0.0, 5.0)
    assert _styles(play) == {"gold-leaf": 1.0}
    knob = play.params.goal("style.pad_top_right")
    play.handle(Trigger("scene.go", "03_plain"), 0.0)
    play.advance(0.0, 5.0)
    assert play.params.goal("style.pad_top_right") == knob
    assert play.params.goal("style.pad_person") == 0.0


def test_a_restarted_stage_is_back_on_the_pad_at_once(play: Play, gig: Gig) -> None:
    play.handle(Set("style.pad_person", 1.0), 0.0)
    _at(play, 0.25, 1)
    before = play.document()
    again = Play(gig, Options())
    go_on(again, before)
    again.advance(0.0, 0.01)
    assert _styles(again) == pytest.approx(_styles(play))
    again.handle(Set("style.pad_person", 0.0), 0.0)
    again.advance(0.0, 5.0)
    assert _styles(again) == {"ink-wash": 1.0}


unit = st.floats(0, 1)
TABLE = build_table("abcdefghij", [])
UNDER: list[list[object]] = [["j", 0.7], ["k", 0.2]]  # a tenth is the picture itself


@given(unit, unit, unit, st.lists(st.tuples(st.sampled_from(PAD_KNOBS), unit, unit), max_size=12))
def test_however_hands_hurry_the_mixture_keeps_its_sum(
    x: float, y: float, wait: float, hands: list[tuple[str, float, float]]
) -> None:
    params, pad = Params(TABLE), Pad()
    pad.tick(0.0, params)
    params.set("style.pad_person", 1.0)
    pad.tick(wait, params)
    for knob, value, seconds in hands:
        params.set(knob, TABLE.params[knob].from_norm(value))
        pad.tick(seconds, params)
        share = pad.document()["person"]
        weights = [float(str(w)) for _, w in pad.mixed({"person": UNDER}, x, y)["person"]]
        assert sum(weights) == pytest.approx(0.9 + 0.1 * share, abs=1e-3)
        assert 1 <= len(weights) <= 6
        assert min(weights) > 0
