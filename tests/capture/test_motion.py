"""Movement is found where there is some, doubted where there is none to find."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vj.capture.motion import LONGEST, Motion, gain, trust
from vj.core.types import Pixels

SECOND = 1_000_000_000
SIZE = (180, 320)


def scene(right: int = 0, seed: int = 3) -> Pixels:
    """A picture of soft blotches, moved to the right by some pixels."""
    small = np.random.default_rng(seed).integers(0, 256, (24, 40, 3)).astype(np.uint8)
    wide = cv2.resize(small, (SIZE[1] + 80, SIZE[0]), interpolation=cv2.INTER_CUBIC)
    part = wide[:, 40 - right : 40 - right + SIZE[1]]
    return np.ascontiguousarray(np.dstack([part, np.zeros(SIZE, np.uint8)]), np.uint8)


def test_a_pan_is_found_and_trusted() -> None:
    motion = Motion()
    motion.see(scene(), SECOND)
    assert motion.field() is None
    origin = motion.painted(scene(), SECOND)
    assert origin is not None and np.array_equal(origin[..., :3], scene()[..., :3])
    for step in range(1, 5):
        motion.see(scene(4 * step), SECOND + step)
        found = motion.field()
        assert found is not None and found[1:] == (SECOND + step, SECOND)
        inner = found[0][10:-10, 20:-20]
        assert np.median(inner[..., 0]) * SIZE[1] == pytest.approx(-4 * step, abs=0.3)
        assert np.abs(np.median(inner[..., 1])) * SIZE[0] < 0.3
        assert inner[..., 2].mean() > 0.95


def test_a_cut_is_not_carried_and_a_light_that_goes_on_is() -> None:
    motion = Motion()
    motion.see(scene(), SECOND)
    motion.painted(scene(), SECOND)
    motion.see(scene(seed=99), SECOND + 1)
    cut = motion.field()
    assert cut is not None and cut[0][..., 2].max() == 0.0
    lit = scene()
    lit[..., :3] = np.clip(lit[..., :3].astype(int) + 60, 0, 255)
    motion.see(lit, SECOND + 2)
    light = motion.field()
    assert light is not None and light[0][..., 2].mean() > 0.9


def test_noise_on_a_plain_wall_is_no_cut() -> None:
    random = np.random.default_rng(5)
    one, other = (random.normal(128, 2, (90, 160)).clip(0, 255).astype(np.uint8) for _ in "ab")
    assert trust(one, other).mean() > 0.8


def test_what_is_not_remembered_is_not_carried() -> None:
    motion = Motion()
    motion.see(scene(), SECOND)
    motion.see(scene(2), SECOND + round((LONGEST + 0.1) * 1e9))
    assert motion.painted(scene(), SECOND) is None
    assert motion.field() is None
    motion.forget()
    assert motion.field() is None


def test_pictures_too_small_to_seek_movement_in_are_left_alone() -> None:
    motion = Motion()
    motion.see(np.zeros((20, 30, 4), np.uint8), SECOND)
    assert motion.painted(np.zeros((20, 30, 4), np.uint8), SECOND) is None


def test_another_size_begins_afresh() -> None:
    motion = Motion()
    motion.see(scene(), SECOND)
    motion.painted(scene(), SECOND)
    motion.see(np.zeros((240, 320, 4), np.uint8), SECOND + 1)
    assert motion.field() is None


def test_the_gain_follows_the_painting() -> None:
    picture = scene()
    gray = cv2.cvtColor(cv2.resize(picture, (160, 90)), cv2.COLOR_RGBA2GRAY)
    same, negative, plain = picture, 255 - picture, np.full_like(picture, 77)
    assert np.median(gain(gray, same)) > 0.7
    assert np.median(gain(gray, negative)) < -0.7
    assert np.abs(gain(gray, plain)).max() < 1e-3
