"""A picture file is shown upright for ever, its transparency as matte."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from vj.capture.reading import SourceLost
from vj.capture.sources.image import frames


def show(path: Path, **spec: object) -> np.ndarray:
    source = frames({"kind": "image", "path": str(path), **spec}, lambda: 0.0, lambda _: None)
    first, second = islice(source, 2)
    assert first is second
    return first


def test_colours_arrive_as_written(tmp_path: Path) -> None:
    image = np.zeros((20, 30, 3), np.uint8)
    image[:, :15] = (10, 20, 200)
    cv2.imwrite(str(tmp_path / "a.png"), image)
    pixels = show(tmp_path / "a.png")
    assert tuple(pixels[0, 0]) == (200, 20, 10, 0)
    assert tuple(show(tmp_path / "a.png", mirror=True)[0, -1]) == (200, 20, 10, 0)


def test_transparency_is_the_matte(tmp_path: Path) -> None:
    image = np.full((20, 30, 4), 255, np.uint8)
    image[:, :10, 3] = 0
    cv2.imwrite(str(tmp_path / "a.png"), image)
    assert show(tmp_path / "a.png")[0, :, 3].tolist() == [0] * 10 + [255] * 20


def test_transparency_of_sixteen_bits_is_the_matte_as_well(tmp_path: Path) -> None:
    """A logo made so stood in a black box."""
    image = np.full((20, 30, 4), 65535, np.uint16)
    image[:, :10, 3] = 0
    image[:, 10:, 2] = 257 * 40
    cv2.imwrite(str(tmp_path / "a.png"), image)
    pixels = show(tmp_path / "a.png")
    assert pixels[0, :, 3].tolist() == [0] * 10 + [255] * 20
    assert tuple(pixels[0, 20]) == (40, 255, 255, 255)


def test_sixteen_bit_and_gray_pictures(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "deep.png"), np.full((8, 8, 3), 65535, np.uint16))
    cv2.imwrite(str(tmp_path / "gray.png"), np.full((8, 8), 77, np.uint8))
    assert tuple(show(tmp_path / "deep.png")[0, 0]) == (255, 255, 255, 0)
    assert tuple(show(tmp_path / "gray.png")[0, 0]) == (77, 77, 77, 0)


def test_what_is_no_picture_is_lost(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"not a picture")
    with pytest.raises(SourceLost, match=r"a\.jpg"):
        show(tmp_path / "a.jpg")
