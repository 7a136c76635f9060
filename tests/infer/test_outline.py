"""From a coarse matte to an outline: drawn to the picture's edges, soft as asked, nothing leaks."""

from __future__ import annotations

import numpy as np
import pytest

from vj.infer.outline import (
    at_threshold,
    carried,
    coarse_picture,
    coarse_size,
    odds_to_part,
    outlined,
    shaped,
)

SIZE, COARSE = (180, 320), (90, 160)


def halves(edge: int) -> np.ndarray:
    """Two colours of the same brightness, left and right."""
    pixels = np.full((*SIZE, 4), (160, 60, 40, 0), np.uint8)
    pixels[:, edge:] = (40, 105, 110, 0)
    return pixels


def plain() -> np.ndarray:
    return np.full((*SIZE, 4), 100, np.uint8)


def coarse(pixels: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(pixels[::2, ::2])


@pytest.mark.parametrize("wrong_by", [-1, 0, 1])
def test_the_outline_goes_where_the_picture_s_edge_is(wrong_by: int) -> None:
    pixels = halves(150)
    soft = np.zeros(COARSE, np.float32)
    soft[:, 75 + wrong_by :] = 1
    found = outlined(soft, coarse(pixels), pixels, 0.3)
    assert found.shape == SIZE and found.dtype == np.uint8
    assert abs(int((found[90] > 127).argmax()) - 150) <= 1


def test_without_edges_the_outline_stays_where_it_was_found() -> None:
    pixels = plain()
    soft = np.zeros(COARSE, np.float32)
    soft[:, 75:] = 1
    assert abs(int((outlined(soft, coarse(pixels), pixels, 0.3)[90] > 127).argmax()) - 150) <= 1


def test_patterns_far_from_the_outline_do_not_show() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (*SIZE, 4)).astype(np.uint8)
    for level in (0.0, 1.0):
        found = outlined(np.full(COARSE, level, np.float32), coarse(pixels), pixels, 0.5)
        assert set(np.unique(found)) == {round(255 * level)}


def test_feather_goes_from_crisp_to_wide() -> None:
    pixels = plain()
    soft = np.zeros(COARSE, np.float32)
    soft[:, 75:] = 1
    widths = []
    for feather in (0.0, 0.3, 0.6, 1.0):
        row = outlined(soft, coarse(pixels), pixels, feather)[90]
        widths.append(int(np.sum((row > 5) & (row < 250))))
        assert row[0] == 0 and row[-1] == 255
    assert widths == sorted(widths) and widths[0] < 12 and widths[-1] > 25


def test_threshold_becomes_the_middle_and_the_ends_stay() -> None:
    soft = np.array([[0.0, 0.3, 0.5, 0.8, 1.0]], np.float32)
    for threshold, place in ((0.3, 1), (0.5, 2), (0.8, 3)):
        moved = at_threshold(soft, threshold)[0]
        assert moved[place] == pytest.approx(0.5, abs=1e-5)
        assert moved[0] == 0 and moved[4] == pytest.approx(1)
        assert (np.diff(moved) > 0).all()


def test_odds_become_parts_without_overflow() -> None:
    found = odds_to_part(np.array([[-1000.0, 0.0, np.log(3), 1000.0]], np.float32))
    assert found[0] == pytest.approx([0, 0.5, 0.75, 1])


def test_what_moved_is_carried() -> None:
    earlier = np.zeros((20, 30), np.float32)
    earlier[5:10, 5:10] = 1
    flow = np.zeros((20, 30, 2), np.float32)
    flow[..., 0], flow[..., 1] = -4, -2  # the way back: it came from the upper left
    now = carried(earlier, flow)
    assert now[7:12, 9:14].min() == 1 and now.sum() == 25


def test_sizes() -> None:
    assert coarse_size((360, 640, 4)) == (144, 256)
    assert coarse_size((1080, 608)) == (256, 144)
    assert coarse_size((40, 64)) == (40, 64) and coarse_size((1, 4000)) == (1, 256)
    assert coarse_picture(np.zeros((360, 640, 4), np.uint8)).shape == (144, 256, 4)
    stripes = np.zeros((720, 1280, 3), np.uint8)
    stripes[:, ::2] = 200
    assert np.abs(coarse_picture(stripes).astype(int) - 100).max() <= 1
    checker = (np.indices((64, 64)).sum(0) % 2).astype(np.float32)
    assert np.allclose(shaped(checker, (16, 16)), 0.5)
