"""Only a plain JPEG of a sensible size gets as far as the decoder."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vj.capture.framing import Framing
from vj.capture.jpeg import is_plain_jpeg
from vj.capture.sources.phone import decode, read


def packed(height: int, width: int, *flags: int) -> bytes:
    picture = np.full((height, width, 3), (10, 40, 200), np.uint8)
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 90, *flags])[1])


GOOD = packed(48, 64)
FRAMING = Framing(read({"kind": "phone"}), (360, 640))


def test_a_browsers_picture_is_let_through() -> None:
    assert is_plain_jpeg(GOOD)
    pixels = decode(GOOD, FRAMING)
    assert pixels is not None
    assert pixels.shape == (48, 64, 4)
    assert np.allclose(pixels[24, 32], (200, 40, 10, 0), atol=4)


@pytest.mark.parametrize(
    "letter",
    [
        b"",
        b"\xff\xd8",
        GOOD[:100],
        GOOD[:-2],
        b"\x89PNG\r\n\x1a\n" + GOOD,
        packed(48, 64, cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
        packed(8, 64),
        packed(32, 2000),
        GOOD[:-2] + GOOD[2:],
        b"\xff\xd8" + b"\xff\xe0\x00\x01" * 50 + b"\xff\xd9",
        b"\xff\xd8" + b"\xff" * 5000 + b"\xff\xd9",
    ],
)
def test_everything_else_stays_outside(letter: bytes) -> None:
    assert not is_plain_jpeg(letter)
    assert decode(letter, FRAMING) is None


def test_a_size_that_lies_is_stopped_before_memory_is_taken() -> None:
    at = GOOD.index(b"\xff\xc0")
    huge = GOOD[: at + 5] + b"\xff\xff\xff\xff" + GOOD[at + 9 :]
    assert decode(huge, FRAMING) is None


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.integers(2, len(GOOD) - 3), st.integers(0, 255)), max_size=12))
def test_a_damaged_picture_is_a_picture_or_nothing(damage: list[tuple[int, int]]) -> None:
    letter = bytearray(GOOD)
    for place, value in damage:
        letter[place] = value
    pixels = decode(bytes(letter), FRAMING)
    assert pixels is None or (pixels.ndim == 3 and pixels.shape[2] == 4)
