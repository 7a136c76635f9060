"""The frame number in a picture survives what happens to pictures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vj.capture.counter import read_stamp, stamp


def blank(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 255, (height, width, 4), np.uint8)


@pytest.mark.parametrize("number", [0, 1, 0xABCDEF, 0xFFFFFF])
def test_a_number_is_read_back(number: int) -> None:
    pixels = blank(360, 640)
    stamp(pixels, number)
    assert read_stamp(pixels) == number


def test_it_survives_scaling_and_jpeg() -> None:
    pixels = blank(360, 640)
    stamp(pixels, 123_456)
    small = cv2.resize(pixels[..., :3], (320, 180), interpolation=cv2.INTER_AREA)
    packed = cv2.imdecode(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 60])[1], 1)
    assert read_stamp(np.dstack([packed, packed[..., :1]])) == 123_456


def test_a_picture_without_a_number_has_none() -> None:
    assert read_stamp(blank(360, 640)) is None
    assert read_stamp(np.zeros((90, 160, 4), np.uint8)) is None
