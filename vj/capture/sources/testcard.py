"""A test card: colours, grid, circle, sharpness wedges, a moving hand, size and frame number.

Chosen by `source: {kind: testcard}`; keys: `size`, `fps`. The number is also there as blocks.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from vj.capture.counter import stamp
from vj.capture.pace import Clock, Sleep, ticks
from vj.capture.spec import Key, Spec, Values, read_keys
from vj.core.types import Pixels

KEYS = {"size": Key("size"), "fps": Key("number", low=1, high=240)}
_BARS: tuple[tuple[int, int, int], ...] = (
    (235, 235, 235),
    (235, 235, 16),
    (16, 235, 235),
    (16, 235, 16),
    (235, 16, 235),
)
_BARS += ((235, 16, 16), (16, 16, 235), (16, 16, 16))
_INK, _LINE = (14, 16, 26), (62, 70, 96)


def read(spec: Spec) -> Values:
    """Check the spec. Raises: UserError."""
    return read_keys(spec, KEYS)


def frames(
    spec: Spec, clock: Clock = time.perf_counter, sleep: Sleep = time.sleep
) -> Iterator[Pixels]:
    """Yield the card; the hand goes round once in 4 s, matte 0."""
    values = read(spec)
    fps = values.number("fps")
    height, width = values.size("size")
    card = _card(height, width, fps)
    for number in ticks(fps, clock, sleep):
        pixels = card.copy()
        _hand(pixels, number, fps)
        pixels[:, :, 3] = 0  # OpenCV's antialiased lines leave traces there
        stamp(pixels, number)
        yield pixels


def _card(height: int, width: int, fps: float) -> Pixels:
    """Everything that stands still."""
    import cv2

    card = np.zeros((height, width, 4), np.uint8)
    picture: NDArray[np.uint8] = np.empty((height, width, 3), np.uint8)
    picture[:] = _INK
    cell = height / 9.0
    for step in range(-9, 10):
        x, y = round(width / 2 + step * cell), round(height / 2 + step * cell)
        cv2.line(picture, (x, 0), (x, height), _LINE, 1)
        cv2.line(picture, (0, y), (width, y), _LINE, 1)
    left = np.linspace(0, width, len(_BARS) + 1).astype(int)
    for a, b, colour in zip(left[:-1], left[1:], _BARS, strict=True):
        picture[: round(1.4 * cell), a:b] = colour
    ramp = (np.arange(width) * 256 // width).astype(np.uint8)
    picture[round(7.2 * cell) : round(8.0 * cell)] = ramp[None, :, None]
    middle = (round(8 * width), round(8 * height))
    for radius in (2.6, 2.65):
        cv2.circle(picture, middle, round(16 * radius * cell), (240, 240, 240), 1, cv2.LINE_AA, 4)
    for side in (-1, 1):
        for number in range(12):
            step = max(1, round(height / 360)) * (1 + number // 4)
            x = round(width / 2 + side * (3.4 * cell + number * 2 * step))
            cv2.line(picture, (x, round(3.5 * cell)), (x, round(5.5 * cell)), (235, 235, 235), step)
    scale = height / 420.0
    for text, place in ((f"{width} x {height}", 3.35), (f"{fps:g} pictures/s", 6.35)):
        size, _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, scale * 0.8, 1)
        at = ((width - size[0]) // 2, round(place * cell))
        cv2.putText(
            picture, text, at, cv2.FONT_HERSHEY_DUPLEX, scale * 0.8, (240, 240, 240), 1, cv2.LINE_AA
        )
    card[:, :, :3] = picture
    return card


def _hand(pixels: Pixels, number: int, fps: float) -> None:
    import cv2

    height, width = pixels.shape[:2]
    cell, turn = height / 9.0, 2.0 * pi * (number / fps / 4.0)
    middle = (width / 2.0, height / 2.0 + 0.15 * cell)
    tip = (middle[0] + 1.15 * cell * sin(turn), middle[1] - 1.15 * cell * cos(turn))
    a, b = ((round(16 * x), round(16 * y)) for x, y in (middle, tip))
    thick = max(2, round(height / 90))
    cv2.line(pixels, a, b, (255, 190, 60, 0), thick, cv2.LINE_AA, 4)
    cv2.circle(pixels, b, round(16 * 0.22 * cell), (255, 190, 60, 0), -1, cv2.LINE_AA, 4)
    text, scale = f"{number:06d}", height / 420.0 * 0.7
    size, _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, scale, 1)
    at = ((width - size[0]) // 2, round(middle[1] + 2.0 * cell))
    white = (240, 240, 240, 0)
    cv2.putText(pixels, text, at, cv2.FONT_HERSHEY_DUPLEX, scale, white, 1, cv2.LINE_AA)
