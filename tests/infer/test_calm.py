"""Waves on a wall are smoothed away; outlines, texture and the matte stay as they were painted."""

from __future__ import annotations

import numpy as np
import pytest

from vj.core.types import Pixels
from vj.infer.calm import calmed
from vj.infer.plain import plainness


@pytest.fixture
def seen() -> Pixels:
    """A grey wall on the left, a fence of narrow boards on the right."""
    pixels = np.full((120, 200, 4), 255, np.uint8)
    pixels[..., :3] = 120
    pixels[:, 120:, :3] = np.where(np.arange(80) // 3 % 2, 230, 30)[None, :, None]
    pixels[40:80, :, 3] = 90
    return pixels


@pytest.fixture
def painted(seen: Pixels) -> Pixels:
    """What a network made of it: red waves everywhere."""
    rows, columns = np.mgrid[:120, :200]
    pixels = seen.copy()
    pixels[..., 0] = 150 + 60 * np.sin(rows / 3) * np.sin(columns / 3)
    return pixels


def test_a_wall_keeps_its_colour_and_loses_its_waves(seen: Pixels, painted: Pixels) -> None:
    out = calmed(painted, plainness(seen), 1.0)
    wall = (slice(15, 105), slice(15, 100))
    assert float(painted[wall][..., 0].std()) > 25
    assert float(out[wall][..., 0].std()) < 6
    assert abs(float(out[wall][..., 0].mean()) - 150) < 3


def test_texture_and_matte_stay(seen: Pixels, painted: Pixels) -> None:
    out = calmed(painted, plainness(seen), 1.0)
    assert int(np.abs(out[:, 140:].astype(int) - painted[:, 140:]).max()) <= 2
    assert np.array_equal(out[..., 3], painted[..., 3])


def test_half_is_between_and_nothing_is_nothing(seen: Pixels, painted: Pixels) -> None:
    assert calmed(painted, plainness(seen), 0.0) is painted
    whole, half = (calmed(painted, plainness(seen), amount).astype(float) for amount in (1.0, 0.5))
    assert np.abs(half - (whole + painted) / 2).max() <= 2


def test_colours_do_not_flow_over_an_outline() -> None:
    seen = np.full((80, 160, 4), 255, np.uint8)
    seen[:, :80, :3], seen[:, 80:, :3] = 60, 190
    painted = seen.copy()
    painted[:, :80, 2], painted[:, 80:, 2] = 0, 255
    out = calmed(painted, plainness(seen), 1.0).astype(int)
    assert np.abs(out[:, :60] - painted[:, :60]).max() <= 2
    assert np.abs(out[:, 76:84] - painted[:, 76:84]).max() <= 40


@pytest.mark.parametrize("size", [(4, 4), (5, 50), (37, 61)])
def test_any_size(size: tuple[int, int]) -> None:
    pixels = np.full((*size, 4), 99, np.uint8)
    assert np.array_equal(calmed(pixels, plainness(pixels), 0.7), pixels)
