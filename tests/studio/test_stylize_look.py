"""An order in words becomes a look: styles by name or file, their weights, one per region."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.studio.stylizing import WALLS, write_picture
from vj.core.errors import UserError
from vj.core.gig import open_gig
from vj.infer.styles import OWN
from vj.studio.look import Brush, Order, make_look


def _look(**words: object) -> tuple[object, object, str]:
    look = make_look(open_gig(ROOT), Order(model="passthrough", **words))  # type: ignore[arg-type]
    return look.person, look.background, look.matte


def test_weights_become_shares(tmp_path: Path) -> None:
    mine = str(write_picture(tmp_path / "my=own.png"))
    person, background, matte = _look(styles=["ink-wash=3", mine])
    assert person == background == (("ink-wash", 0.75), (mine, 0.25))
    assert matte == "none"
    assert _look(styles=[f"{mine}=2"])[0] == ((mine, 1.0),)


def test_regions_have_their_own_styles_or_the_common_ones() -> None:
    both = _look(person=["ink-wash"], background=["marbling"])
    assert both == ((("ink-wash", 1.0),), (("marbling", 1.0),), "auto")
    assert _look(styles=["marbling"], person=["ink-wash"]) == both
    assert _look(person=["ink-wash"]) == ((("ink-wash", 1.0),), (), "auto")
    assert _look(person=["ink-wash"], matte="motion")[2] == "motion"


def test_looks_that_paint_differently_have_different_facts(tmp_path: Path) -> None:
    """An interrupted film must not go on with another style of the same name."""
    gig = open_gig(ROOT)
    mine = write_picture(tmp_path / "mine.png")
    order = Order(model="passthrough", styles=[str(mine)])
    first = make_look(gig, order).facts
    assert make_look(gig, order).facts == first
    mine.write_bytes(mine.read_bytes() + b" ")
    assert make_look(gig, order).facts != first


def test_the_size_of_the_strokes_reaches_the_shelf_and_is_checked() -> None:
    gig, order = open_gig(ROOT), Order(model="passthrough", styles=["ink-wash"])
    plain, large = (make_look(gig, replace(order, style_size=size)) for size in (1.0, 2.0))
    assert (plain.shelf.zoom, large.shelf.zoom) == (1.0, 2.0) and plain.facts != large.facts
    with pytest.raises(UserError, match="--style-size 9"):
        make_look(gig, replace(order, style_size=9.0))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"options": {"foo": 1}}, r"^--set: unknown option 'foo'; allowed: .*style_size"),
        ({"options": {"style_sise": 200}}, "Did you mean 'style_size'"),
        ({"model": "matte"}, r"^--model: unknown model 'matte'; allowed: (?!.*matte)"),
        ({"styles": ["inkwash"]}, r"^--style: unknown style 'inkwash'.*Did you mean 'ink-wash'"),
    ],
)
def test_words_that_mean_nothing_are_refused(words: dict[str, Any], says: str) -> None:
    """`--set foo=1` was taken and changed nothing; a network that finds people painted."""
    order = Order(**{"model": "passthrough", "styles": ["ink-wash"], **words})
    with pytest.raises(UserError, match=says):
        make_look(open_gig(ROOT), order)
    make_look(open_gig(ROOT), replace(order, model="brush", styles=["ink-wash"], options={}))


def test_an_option_that_the_network_reads_is_taken() -> None:
    order = Order(model="passthrough", styles=["ink-wash"], options={"style_size": 200})
    assert make_look(open_gig(ROOT), order).facts["options"] == {"style_size": 200}


def test_a_style_that_is_no_picture_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    with pytest.raises(UserError, match=r"broken\.png: no picture"):
        _look(styles=[str(broken)])


def test_only_a_network_without_a_look_of_its_own_needs_a_style() -> None:
    """It borrowed the first style there was, which films that were begun then waited for."""
    person, background, _ = _look()
    assert person == background == ((OWN, 1.0),)
    gig = open_gig(ROOT)
    look = make_look(gig, Order(model="edges-oil"))
    assert look.facts["styles"] == {}
    seen = np.random.default_rng(1).integers(0, 255, (64, 96, 4), dtype=np.uint8)
    painted = Brush(look).paint(seen, seen)
    assert painted.shape == seen.shape
    assert np.abs(painted[..., :3].astype(int) - seen[..., :3]).mean() > 10
    with pytest.raises(UserError, match="needs a style: --style NAME"):
        make_look(gig, Order(model="brush"))


def test_parameters_of_the_matte_are_set_like_options_and_reach_it() -> None:
    options = {"matte.feather": 0.8, "matte.hard": "on", "matte.every": 3}
    order = Order(model="passthrough", styles=["ink-wash"], matte="motion", options=options)
    look = make_look(open_gig(ROOT), order)
    assert look.values == {**WALLS, "matte.feather": 0.8, "matte.hard": 1.0, "matte.every": 3.0}
    plain = make_look(open_gig(ROOT), replace(order, options={}))
    assert plain.values == WALLS and plain.facts != look.facts
    seen = []

    class Noted:
        def matte(self, pixels: Any, values: Any) -> Any:
            seen.append(values)
            return pixels[..., 3]

    Brush(replace(look, new_matte=Noted)).look_at(np.zeros((40, 64, 4), np.uint8))
    assert seen == [look.values]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"matte.feather": 2}, r"--set matte\.feather=2: allowed: 0 to 1"),
        ({"matte.hard": "maybe"}, r"--set matte\.hard=maybe: allowed: on, off"),
        ({"style.calm": -1}, r"--set style\.calm=-1: allowed: 0 to 1"),
        ({"style.textur_person": 1}, r"'style\.textur_person'.*'style\.texture_person'"),
        ({"matte.fether": 1}, r"'matte\.fether'.*'matte\.feather'"),
    ],
)
def test_a_wrong_parameter_of_the_matte_is_said(options: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        make_look(open_gig(ROOT), Order(model="passthrough", options=options))


def test_a_matte_without_weights_is_said() -> None:
    with pytest.raises(UserError, match="vj models pull extremec3"):
        make_look(open_gig(ROOT), Order(model="passthrough", matte="extremec3"))
