"""Networks that paint from drawings get drawings of files, too, as the live chain makes them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.conftest import ROOT
from tests.studio.stylizing import (
    WALLS,
    Negative,
    negative_look,
    picture,
    pictures_of,
    write_film,
    write_picture,
)
from vj.core.errors import UserError
from vj.core.gig import open_gig
from vj.infer.edges import EdgeChain, Settings
from vj.studio import reel
from vj.studio.inputs import Job
from vj.studio.look import Brush, Order, make_look
from vj.studio.stylize import paint_film, paint_picture, read_picture

LINES = {"edges.enabled": 1.0, "edges.canny_low": 80.0, "edges.canny_high": 200.0}
TRAIL = {"edges.accum_w1": 0.9, "edges.accum_w2": 1.0}


def _seen() -> np.ndarray:
    return np.dstack([picture((96, 128)), np.full((96, 128), 77, np.uint8)])


@pytest.mark.parametrize("card", ["edges-ink", "edges-neon", "edges-oil"])
def test_what_paints_drawings_is_shown_one(card: str) -> None:
    """The networks of drawings were shown the photo itself and made coloured mud of it."""
    look = make_look(open_gig(ROOT), Order(model=card))
    wanted = EdgeChain().run(_seen(), Settings(canny_low=80, canny_high=200))
    assert look.values == {**WALLS, **LINES} and look.facts["values"] == look.values
    assert np.array_equal(Brush(look).draw(_seen()), wanted) and wanted[..., :3].any()
    assert not look.remembers


def test_the_chain_is_set_knob_by_knob_or_left_out() -> None:
    gig, ink = open_gig(ROOT), Order(model="edges-ink")
    pen = {"edges.canny": "off", "edges.adaptive_thresh": "on", "edges.canny_t1": 5}
    look = make_look(gig, replace(ink, options=pen))
    set_here = {"edges.canny": 0.0, "edges.adaptive_thresh": 1.0, "edges.canny_low": 5.0}
    assert look.values == {**WALLS, **LINES, **set_here}
    drawn_already = make_look(gig, replace(ink, options={"edges.enabled": "off"}))
    assert Brush(drawn_already).draw(_seen()).tolist() == _seen().tolist()
    other = Order(model="passthrough", options={"edges.enabled": "on"})
    assert make_look(gig, other).values == {**WALLS, **LINES}
    assert not make_look(gig, replace(other, options={})).draws


@pytest.mark.parametrize("knob", [*TRAIL, "edges.frame_diff", "edges.pre_time_lerp"])
def test_a_chain_with_a_memory_is_known_for_it(knob: str) -> None:
    options: dict[str, Any] = {**TRAIL, knob: 0.5} if knob in TRAIL else {knob: 1}
    look = make_look(open_gig(ROOT), Order(model="edges-ink", options=options))
    assert look.remembers


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"edges.canny_lo": 9}, r"'edges\.canny_lo'.*'edges\.canny_low'"),
        ({"edges.canny_low": 256}, r"--set edges\.canny_low=256: allowed: 0 to 255"),
        ({"edges.invert": "maybe"}, r"--set edges\.invert=maybe: allowed: on, off"),
        ({"edges.freeze": "on"}, r"--set edges\.freeze: only on stage$"),
        ({"edges.flip_h": "on"}, r"--set edges\.flip_h: only on stage; for files --mirror$"),
        (
            {"edges.enabled": "off", "edges.canny_low": 9},
            r"--set edges\.canny_low: nothing is drawn without edges\.enabled=on",
        ),
    ],
)
def test_a_wrong_knob_of_the_chain_is_said(options: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError, match=says):
        make_look(open_gig(ROOT), Order(model="edges-ink", options=options))


def test_a_drawing_gets_the_colours_of_its_picture_back(tmp_path: Path) -> None:
    source = write_picture(tmp_path / "in.png", picture() // 4 + np.uint8(90))
    look = negative_look(source, preserve_color=True, values={**WALLS, **LINES})
    paint_picture(Job(source, tmp_path / "out.png"), look)
    before, after = (
        cv2.cvtColor(read_picture(path)[0], cv2.COLOR_RGB2YCrCb).astype(int)
        for path in (source, tmp_path / "out.png")
    )
    gray = after[..., 0] > 150  # what was black in the drawing is white, and has no colour
    assert gray.mean() > 0.5 and np.abs(after[..., 1:] - before[..., 1:]).mean() < 12


@pytest.mark.parametrize("knobs", [{}, TRAIL, {"edges.pre_time_lerp": 0.8}])
def test_an_interrupted_film_of_drawings_goes_on_and_ends_the_same(
    tmp_path: Path, knobs: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reel, "MOST_PICTURES", 3)
    style, film = write_picture(tmp_path / "s.png"), write_film(tmp_path / "in.mp4")
    whole, target = tmp_path / "whole.mp4", tmp_path / "out.mp4"

    def paint(target: Path, model: Negative) -> list[np.ndarray]:
        look = negative_look(style, model, values={**WALLS, **LINES, **knobs})
        paint_film(Job(film, target), look, lambda line: None)
        return pictures_of(target)[1]

    in_one_go = paint(whole, Negative())
    with pytest.raises(KeyboardInterrupt):
        paint(target, Negative(interrupt_at=9))
    again = Negative()
    assert np.array_equal(paint(target, again), in_one_go) and again.pictures == 6
    light = [(255 - painted).astype(int).mean() for painted in in_one_go]
    assert light[0] > 1 and (not knobs or light[-1] != pytest.approx(light[0], rel=0.2))
