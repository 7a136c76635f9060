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


def test_skin_loses_its_flecks_and_keeps_its_shape(painted: Pixels) -> None:
    seen = np.full((120, 200, 4), 255, np.uint8)
    light = 90 + 60 * np.linspace(0, 1, 120)  # a cheek, from dark to bright
    grain = np.random.default_rng(0).integers(-14, 15, (30, 50)).repeat(4, 0).repeat(4, 1)
    seen[..., :3] = (light[:, None] + grain)[..., None]
    flecks = seen.copy()
    flecks[..., 0] = np.clip(light[:, None] + painted[..., 0].astype(float) - 150, 0, 255)
    plain = plainness(seen)
    person = np.zeros_like(plain)
    person[:, :25] = 1
    out = calmed(flecks, plain, 0.85, person).astype(float)
    without = calmed(flecks, plain, 0.85).astype(float)
    cheek, wall = (slice(12, 108), slice(12, 80)), (slice(12, 108), slice(124, 190))
    rough = [np.abs(np.diff(x[cheek][..., 0], axis=1)).mean() for x in (flecks, without, out)]
    assert rough[2] < 0.5 * rough[1] <= 0.5 * rough[0]
    rows = out[cheek][..., 0].mean(1)
    assert np.corrcoef(rows, light[12:108])[0, 1] > 0.97, "it is lit as before"
    assert rows.max() - rows.min() > 0.7 * (light[108] - light[12])
    assert np.array_equal(out[wall], without[wall])
