"""An order in words becomes a look: styles by name or file, their weights, one per region."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.studio.stylizing import Negative, write_picture
from vj.core.errors import UserError
from vj.core.gig import open_gig
from vj.studio.look import Order, make_look


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


def test_a_style_that_is_no_picture_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    with pytest.raises(UserError, match=r"broken\.png: no picture"):
        _look(styles=[str(broken)])


def test_only_a_network_without_a_look_of_its_own_needs_a_style(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person, background, _ = _look()
    assert person == background != ()
    monkeypatch.setattr("vj.studio.look.load_model", lambda card, device: Negative())
    with pytest.raises(UserError, match="needs a style: --style NAME"):
        _look()
