"""Steady films: flicker falls, movement and cuts stay clean; measured on noise we know."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vj.core.types import Pixels
from vj.studio.steady import Steady, carry, warp_error

SIZE = (120, 160)


def _scene(seed: int = 1) -> np.ndarray:
    """A large soft texture to look at through a moving window; (h, w, 4) uint8."""
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (30, 40, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(small, (320, 240), interpolation=cv2.INTER_CUBIC), np.uint8)


def _window(scene: np.ndarray, step: int) -> Pixels:
    rgb = scene[40 : 40 + SIZE[0], 40 + 2 * step : 40 + 2 * step + SIZE[1]]
    return np.ascontiguousarray(np.dstack([rgb, np.full(SIZE, step, np.uint8)]))


def _flickering(source: Pixels, rng: np.random.Generator) -> Pixels:
    noise = rng.normal(0, 12, SIZE)[..., None]
    painted = source.copy()
    painted[..., :3] = np.clip(255.0 - source[..., :3] + noise, 0, 255).astype(np.uint8)
    return painted


def _film(count: int = 10) -> tuple[list[Pixels], list[Pixels], list[Pixels]]:
    rng, scene, steady = np.random.default_rng(2), _scene(), Steady()
    sources = [_window(scene, step) for step in range(count)]
    painted = [_flickering(source, rng) for source in sources]
    return sources, painted, [steady.steady(s, p) for s, p in zip(sources, painted, strict=True)]


def _flicker(sources: list[Pixels], results: list[Pixels]) -> float:
    pairs = range(4, len(sources) - 1)
    errors = [warp_error(sources[n], sources[n + 1], results[n], results[n + 1]) for n in pairs]
    return float(np.mean(errors))


def test_flicker_falls_and_the_picture_stays_in_its_place() -> None:
    sources, painted, steadied = _film()
    before, after = _flicker(sources, painted), _flicker(sources, steadied)
    assert before == pytest.approx(12 * 2**0.5, rel=0.25)  # two independent noises
    assert after < 0.5 * before
    clean = 255 - sources[-1][10:-10, 10:-10, :3].astype(int)
    off = [np.abs(p[-1][10:-10, 10:-10, :3] - clean).mean() for p in (painted, steadied)]
    assert off[1] < 0.7 * off[0]  # a trail or a shift would show here
    assert [p[0, 0, 3] for p in steadied] == list(range(10))


def test_a_cut_is_clean() -> None:
    steady, (one, two) = Steady(), (_scene(1), _scene(7))
    first, second = _window(one, 0), _window(two, 0)
    steady.steady(first, first)
    after = steady.steady(second, second)
    leaked = np.abs(after.astype(int) - second)[..., :3].mean()
    assert leaked < 0.06 * np.abs(first.astype(int) - second)[..., :3].mean()


def test_what_does_not_move_and_does_not_change_stays_exactly() -> None:
    steady, still = Steady(), _window(_scene(), 0)
    for _ in range(3):
        assert np.abs(steady.steady(still, still).astype(int) - still).max() <= 1


def test_a_perfect_film_has_next_to_no_warp_error() -> None:
    sources = [_window(_scene(), step) for step in range(6)]
    assert _flicker(sources, sources) < 2.0


def test_carry_reads_from_where_a_place_was() -> None:
    picture = _scene()[: SIZE[0], : SIZE[1]]
    back = np.zeros((*SIZE, 2), np.float32)
    back[...] = (3, -2)
    assert np.array_equal(carry(picture, back)[5:-5, 5:-5], picture[3:-7, 8:-2])
