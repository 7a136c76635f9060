"""A dancer who moves is measured: how much of her, where, how wide, what moves and what not."""

from __future__ import annotations

import numpy as np
import pytest

from vj.core.gauges import BODY
from vj.core.types import Pixels
from vj.infer.body import Body

MS = 10**6


def _figure(x: int, width: int = 80, light: int = 200, wall: int = 60) -> Pixels:
    """A person of `width` x 200 with her left edge at `x`, in a textured room of 640 x 360."""
    picture = np.full((360, 640, 4), wall, np.uint8)
    picture[:, ::20, :3] += 40
    picture[..., 3] = 0
    picture[100:300, x : x + width] = (light, light, light, 255)
    return picture


def _look(body: Body, picture: Pixels, at_ms: int) -> dict[str, float]:
    return body.look(picture, picture[..., 3], at_ms * MS)


def test_where_she_is_and_how_much_of_her() -> None:
    found = _look(Body(), _figure(320, 80), 1)
    assert set(found) == set(BODY)
    assert found["area"] == pytest.approx(80 * 200 / (640 * 360), rel=0.02)
    assert (found["x"], found["y"]) == pytest.approx((360 / 640, 200 / 360), abs=0.01)
    wide = _look(Body(), _figure(220, 300), 1)
    assert wide["spread"] > 1.3 * found["spread"] > 0.2


def test_motion_is_hers_or_the_rooms() -> None:
    body = Body()
    for step in range(10):
        found = _look(body, _figure(100 + 10 * step), 1 + 33 * step)
    assert found["motion"] > 0.1
    assert found["background"] < 0.01
    body = Body()
    for step in range(10):
        picture = _figure(300)
        picture[:, 20 * step : 20 * step + 60, :3] = 250  # somebody walks by
        picture[100:300, 300:380, :3] = 200
        found = _look(body, picture, 1 + 33 * step)
    assert found["motion"] < 0.02 < 0.04 < found["background"]


def test_light_that_changes_everywhere_is_no_motion() -> None:
    body = Body()
    for step in range(10):
        found = _look(body, _figure(300, light=100 + 9 * step, wall=20 + 9 * step), 1 + 33 * step)
    assert max(found["motion"], found["background"]) < 0.01


def test_motion_does_not_depend_on_how_fast_pictures_come() -> None:
    measured = []
    for gap in (20, 33, 100):
        body = Body()
        for step in range(1000 // gap):
            found = _look(body, _figure(100 + step * gap // 10), 1 + step * gap)
        measured.append(found["motion"])
    assert max(measured) < 1.35 * min(measured)


def test_an_empty_stage_keeps_her_place_and_moves_nothing() -> None:
    body = Body()
    place = _look(body, _figure(480), 1)["x"]
    empty = np.zeros((360, 640, 4), np.uint8)
    found = [_look(body, empty, 34 + 33 * step) for step in range(9)][-1]
    assert (found["area"], found["spread"], found["motion"]) == (0.0, 0.0, 0.0)
    assert found["x"] == place


def test_a_long_pause_is_no_leap() -> None:
    body = Body()
    _look(body, _figure(0), 1)
    assert _look(body, _figure(500), 5000)["motion"] == 0.0
