"""What comes from OpenCV becomes proper Pixels, and fills the rig's size without distortion."""

from __future__ import annotations

import numpy as np
import pytest

from vj.capture.reading import fit, to_pixels


def test_bgr_becomes_rgba_with_an_unknown_matte() -> None:
    image = np.zeros((4, 6, 3), np.uint8)
    image[..., 0] = 200
    pixels = to_pixels(image)
    assert pixels is not None
    assert pixels.shape == (4, 6, 4) and pixels.flags.c_contiguous
    assert tuple(pixels[0, 0]) == (0, 0, 200, 0)


def test_gray_and_transparency() -> None:
    gray = to_pixels(np.full((4, 6), 9, np.uint8))
    assert gray is not None and tuple(gray[0, 0]) == (9, 9, 9, 0)
    clear = np.zeros((4, 6, 4), np.uint8)
    clear[:, :3, 3] = 255
    pixels = to_pixels(clear)
    assert pixels is not None and pixels[0, :, 3].tolist() == [255, 255, 255, 0, 0, 0]


@pytest.mark.parametrize(
    "broken",
    [None, np.zeros((0, 0, 3), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((4, 4, 2))],
)
def test_what_is_no_picture_is_refused(broken: object) -> None:
    assert to_pixels(broken) is None


@pytest.mark.parametrize("shape", [(1080, 1920), (480, 640), (640, 480), (90, 160), (37, 1001)])
def test_fitting_fills_the_size_and_keeps_proportions(shape: tuple[int, int]) -> None:
    height, width = shape
    pixels = np.zeros((height, width, 4), np.uint8)
    y, x = np.mgrid[:height, :width]
    radius = min(height, width) * 0.3
    disc = (y - height / 2 + 0.5) ** 2 + (x - width / 2 + 0.5) ** 2 < radius**2
    pixels[disc] = 255
    fitted = fit(pixels, (360, 640))
    assert fitted.shape == (360, 640, 4) and fitted.flags.c_contiguous
    solid = fitted[..., 3] > 127
    tall, wide = solid.any(axis=1).sum(), solid.any(axis=0).sum()
    if tall < 360 and wide < 640:
        assert abs(int(tall) - int(wide)) <= max(0.04 * wide, 2)
    assert np.array_equal(fitted[..., 0], fitted[..., 3])


def test_a_picture_of_the_right_size_is_not_touched() -> None:
    pixels = np.zeros((36, 64, 4), np.uint8)
    assert fit(pixels, (36, 64)) is pixels
