"""A painting made small comes back as sharp as what was painted; strokes stay as they were."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vj.core.types import Pixels
from vj.infer.ease import LEAST_SIDE, enlarged, least_share, shrunk
from vj.infer.pace import SHARES


def photo(height: int = 360, width: int = 640) -> Pixels:
    """Soft light, hard shapes, a person in alpha."""
    _, columns = np.mgrid[:height, :width]
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., :3] = (60 + 60 * columns / width)[..., None]
    cv2.circle(pixels, (width // 2, height // 2), height // 4, (210, 200, 190, 0), -1)
    cv2.line(pixels, (20, 20), (width - 20, height - 30), (20, 30, 40, 0), 3)
    pixels[..., 3] = np.where(abs(columns - width // 2) < width // 8, 255, 0)
    return pixels


def repaint(pixels: Pixels) -> Pixels:
    """What a network might do pixel by pixel: other colours, dark and bright turned around."""
    out = pixels.copy()
    out[..., 0] = 255 - pixels[..., 0]
    out[..., 1] = pixels[..., 1] // 2 + 40
    return out


def error(a: Pixels, b: Pixels) -> float:
    return float(np.abs(a[..., :3].astype(int) - b[..., :3]).mean())


@pytest.mark.parametrize("share", [0.875, 0.75, 0.5])
def test_edges_come_back_where_the_painting_follows_the_light(share: float) -> None:
    pixels = photo()
    small = shrunk(pixels, share)
    found = enlarged(repaint(small), small, pixels)
    plainly = cv2.resize(repaint(small), (640, 360), interpolation=cv2.INTER_CUBIC)
    assert found.shape == pixels.shape and found.dtype == np.uint8
    np.testing.assert_array_equal(found[..., 3], pixels[..., 3])
    assert error(found, repaint(pixels)) < 0.5 * error(
        np.asarray(plainly, np.uint8), repaint(pixels)
    )


def test_strokes_the_camera_did_not_see_stay_as_painted() -> None:
    pixels = photo()
    small = shrunk(pixels, 0.5)
    noise = np.random.default_rng(1).integers(0, 255, (45, 80, 4), np.uint8)
    strokes = np.asarray(cv2.resize(noise, (320, 180), interpolation=cv2.INTER_CUBIC), np.uint8)
    plain = np.full_like(pixels, 120)
    found = enlarged(strokes, shrunk(plain, 0.5), plain)
    wanted = np.asarray(cv2.resize(strokes, (640, 360), interpolation=cv2.INTER_CUBIC), np.uint8)
    assert error(found, wanted) < 0.5
    assert error(enlarged(strokes, small, pixels), wanted) < 4


def test_noise_of_the_camera_does_not_come_back() -> None:
    pixels = np.full((360, 640, 4), 120, np.uint8)
    noisy = pixels + np.random.default_rng(2).integers(0, 8, pixels.shape, np.uint8)
    small = shrunk(noisy, 0.5)
    found = enlarged(repaint(small), small, noisy)
    assert float(found[..., 1].std()) < 0.6 * float(repaint(noisy)[..., 1].std())


def test_small_pictures_and_whole_ones_stay_as_they_are() -> None:
    tiny = photo(LEAST_SIDE, 200)
    assert shrunk(tiny, 0.875) is tiny
    assert shrunk(photo(), 1.0).shape == (360, 640, 4)
    assert shrunk(photo(LEAST_SIDE * 2, 400), 0.5).shape == (LEAST_SIDE, 200, 4)
    odd = photo(361, 639)
    assert enlarged(shrunk(odd, 0.625), shrunk(odd, 0.625), odd).shape == odd.shape


@pytest.mark.parametrize("height", [128, 144, 160, 216, 240, 256, 360])
def test_the_least_share_is_the_last_that_shrinks(height: int) -> None:
    """384x216 on a slow machine: half of it is too small, so it was painted whole, and slowly."""
    pixels = photo(height, 2 * height)
    shrinks = [share for share in SHARES if shrunk(pixels, share) is not pixels]
    assert least_share((height, 2 * height)) == min(shrinks, default=1.0)
