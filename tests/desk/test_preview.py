"""The preview is the average of the picture, small enough, opaque, and quick to make."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from vj.desk.preview import pack, shrink


@pytest.mark.parametrize("shape", [(360, 640), (720, 1280), (1080, 1920), (100, 2000), (3, 2)])
def test_fits_and_keeps_its_proportions(shape: tuple[int, int]) -> None:
    small = shrink(np.zeros((*shape, 4), np.uint8), 180, 320)
    height, width = small.shape[:2]
    assert 1 <= height <= 180
    assert 1 <= width <= 320
    if min(shape) > 10:
        assert width / height == pytest.approx(shape[1] / shape[0], rel=0.06)
    assert (small[..., 3] == 255).all()


def test_blocks_are_averaged() -> None:
    picture = np.zeros((4, 4, 4), np.uint8)
    picture[:2, :2, 0] = [[0, 100], [200, 100]]
    picture[2:, 2:, 2] = 255
    small = shrink(picture, 2, 2)
    assert small.shape == (2, 2, 4)
    assert small[0, 0].tolist() == [100, 0, 0, 255]
    assert small[1, 1].tolist() == [0, 0, 255, 255]
    assert small[0, 1].tolist() == [0, 0, 0, 255]


def test_large_blocks_of_white_stay_white() -> None:
    assert (shrink(np.full((2160, 3840, 4), 255, np.uint8), 180, 320) == 255).all()


def test_pack_says_how_large_it_is() -> None:
    data = pack(np.full((2, 3, 4), 7, np.uint8), 2**32 + 5, 3)
    assert struct.unpack_from("<HHIB", data) == (3, 2, 5, 3)
    assert data[12:] == bytes([7]) * 24
