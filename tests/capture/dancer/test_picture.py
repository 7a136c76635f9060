"""The dancer's picture: deterministic, at any size, smooth in time, with a matte that is true."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vj.capture.dancer.lights import lights
from vj.capture.dancer.picture import Dancer
from vj.capture.dancer.skeleton import J, skeleton

TIMES = [0.0, 2.3, 7.7, 19.6, 41.2]


@pytest.fixture(scope="module")
def dancer() -> Dancer:
    return Dancer(360, 640, seed=0)


@pytest.mark.parametrize(
    "size", [(90, 160), (360, 640), (640, 360), (480, 640), (1080, 1920), (17, 33)]
)
def test_any_size(size: tuple[int, int]) -> None:
    pixels = Dancer(*size).draw(3.0)
    assert pixels.shape == (*size, 4)
    assert pixels.dtype == np.uint8 and pixels.flags.c_contiguous
    assert 0.01 < (pixels[..., 3] > 127).mean() < 0.4


def test_a_moment_is_always_the_same_picture(dancer: Dancer) -> None:
    first = dancer.draw(12.5)
    dancer.draw(90.0)
    assert np.array_equal(first, dancer.draw(12.5))
    assert np.array_equal(first, Dancer(360, 640, seed=0).draw(12.5))
    assert not np.array_equal(first, Dancer(360, 640, seed=1).draw(12.5))


@pytest.mark.parametrize("seconds", TIMES)
def test_the_matte_is_where_the_dancer_is_and_nowhere_else(dancer: Dancer, seconds: float) -> None:
    pixels = dancer.draw(seconds)
    lit = lights(seconds, 0)
    joints = skeleton(np.array([seconds]), 0)[0]
    empty = dancer.backdrop.draw(seconds, lit, dancer._shadow(joints, lit))
    matte = pixels[..., 3]
    changed = np.abs(pixels[..., :3].astype(int) - empty.astype(int)).max(axis=2)
    assert changed[matte == 0].max() == 0
    assert (changed[matte == 255] > 6).mean() > 0.95
    flat = dancer.view.project(joints)
    for joint in (J.WAIST, J.RIBS, J.CROWN, J.KNEE_L, J.KNEE_R, J.ELBOW_L, J.WRIST_R, J.TOE_L):
        x, y = flat[joint, :2]
        assert matte[round(y), round(x)] > 250, joint.name


@pytest.mark.parametrize("seconds", TIMES)
def test_the_matte_has_a_person_s_area_and_a_soft_edge(dancer: Dancer, seconds: float) -> None:
    matte = dancer.draw(seconds)[..., 3]
    solid = matte > 127
    assert 0.035 < solid.mean() < 0.14
    tall = np.flatnonzero(solid.any(axis=1))
    assert 0.55 * 360 < tall[-1] - tall[0] < 0.98 * 360
    edge = ((matte > 0) & (matte < 255)).sum()
    outline = cv2.morphologyEx(solid.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3))).sum()
    assert 0.3 < edge / outline < 1.6
    parts, _, sizes, _ = cv2.connectedComponentsWithStats(solid.astype(np.uint8))
    assert sizes[1:, cv2.CC_STAT_AREA].max() > 0.97 * solid.sum()
    assert parts >= 2


def test_pictures_follow_each_other_smoothly(dancer: Dancer) -> None:
    before = dancer.draw(30.0)
    for number in range(1, 12):
        after = dancer.draw(30.0 + number / 30.0)
        moved = np.abs(after.astype(int) - before.astype(int))
        assert 0.05 < moved[..., :3].mean() < 8.0
        assert (moved[..., 3] > 127).mean() < 0.06
        before = after


def test_the_dancer_stands_out_from_a_stage_that_is_neither_black_nor_white(
    dancer: Dancer,
) -> None:
    for seconds in TIMES:
        pixels = dancer.draw(seconds).astype(float)
        body = pixels[..., 3] > 250
        stage = pixels[..., :3][pixels[..., 3] == 0]
        assert 25 < stage.mean() < 130
        assert np.abs(pixels[..., :3][body].mean(axis=0) - stage.mean(axis=0)).max() > 25
        assert pixels[..., :3][body].std() > 40
