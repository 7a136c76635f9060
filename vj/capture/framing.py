"""How a picture comes into the frame: turned upright, mirrored; cut, shown whole or stretched.

Shared by every file in `sources/` whose pictures come from outside; imports no cv2 before they do.
"""

from __future__ import annotations

import numpy as np

from vj.capture.reading import fit, shape_in, to_pixels
from vj.capture.spec import Key, Values
from vj.core.types import Pixels

CUT, STRETCH, WHOLE = "cut", "stretch", "whole"
KEYS = {
    "rotate": Key("turn", 0),
    "mirror": Key("switch", False),
    "fit": Key("word", CUT, words=(CUT, STRETCH, WHOLE)),
}
_FLIPS = {
    # cv2.flip's code for what rotate and mirror are together; quarter turns are transposed before.
    (0, True): 1,
    (90, False): 1,
    (180, False): -1,
    (180, True): 0,
    (270, False): 0,
    (270, True): -1,
}
_SMALL = 64  # px: the longer side at which the backdrop is blurred
_BLUR = 3.0  # px of those
_LIGHT = 0.5  # of the backdrop


class Framing:
    """Makes Pixels of what OpenCV reads, as a scene's `rotate`, `mirror` and `fit` want them."""

    def __init__(self, values: Values, size: tuple[int, int]) -> None:
        """`size`: (height, width) of the frame; `cut` leaves it to whoever wants that size."""
        self._rotate, self._mirror = values.whole("rotate"), bool(values.given("mirror"))
        self._fit, self._size = values.given("fit"), size
        self._turns = bool(self._rotate or self._mirror)
        # What only lies between two steps is written over by the next picture.
        self._read: Pixels | None = None
        self._upright: Pixels | None = None

    def pixels(self, image: object) -> Pixels | None:
        """Turn what OpenCV read into Pixels of its own memory, None when it is no picture."""
        if not self._turns and self._fit == CUT:
            return to_pixels(image)
        pixels = self._read = to_pixels(image, self._read)
        if pixels is None:
            return None
        if self._fit == CUT:
            return turned(pixels, self._rotate, self._mirror)
        if self._turns:
            pixels = turned(pixels, self._rotate, self._mirror, self._upright)
            self._upright = pixels
        return (whole if self._fit == WHOLE else stretched)(pixels, self._size)


def turned(pixels: Pixels, rotate: int, mirror: bool, into: Pixels | None = None) -> Pixels:
    """Rotate a picture by 0, 90, 180 or 270 degrees clockwise, then change left and right.

    `into`: memory for the result, if it happens to have the right shape.
    """
    import cv2

    code = _FLIPS.get((rotate, mirror))
    if rotate in (90, 270):
        pixels = into = np.asarray(cv2.transpose(pixels, into), np.uint8)
    return pixels if code is None else np.asarray(cv2.flip(pixels, code, into), np.uint8)


def stretched(pixels: Pixels, size: tuple[int, int], into: Pixels | None = None) -> Pixels:
    """Bend a picture to (height, width), in new memory or in `into`, which has that size."""
    import cv2

    rows, columns = pixels.shape[:2]
    while rows >= 2 * size[0] and columns >= 2 * size[1]:
        # Halves by area, then what is left between pixels: a fifth of the time of all by area.
        rows, columns = rows // 2, columns // 2
        even = pixels[: 2 * rows, : 2 * columns]
        pixels = np.asarray(cv2.resize(even, (columns, rows), interpolation=cv2.INTER_AREA))
    much = rows >= 2 * size[0] or columns >= 2 * size[1]
    how = cv2.INTER_AREA if much else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size[::-1], into, interpolation=how), np.uint8)


def whole(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Show all of a picture in (height, width), on itself: enlarged to fill, blurred and darker."""
    tall, wide = shape_in(pixels, size)
    if (tall, wide) == size:
        return stretched(pixels, size)
    frame: Pixels = np.empty((*size, 4), np.uint8)
    top, left = (size[0] - tall) // 2, (size[1] - wide) // 2
    middle = frame[top : top + tall, left : left + wide]
    stretched(pixels, (tall, wide), middle)
    small = _backdrop(middle, size)
    if wide < size[1]:
        part = max(small.shape[1] * left // size[1], 1)
        strips = (frame[:, :left], small[:, :part]), (frame[:, left + wide :], small[:, -part:])
    else:
        part = max(small.shape[0] * top // size[0], 1)
        strips = (frame[:top], small[:part]), (frame[top + tall :], small[-part:])
    for strip, of_small in strips:
        if strip.size:
            stretched(of_small, strip.shape[:2], strip)
    return frame


def _backdrop(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """What stands behind a whole picture, small: nobody is there; opaque as the picture is."""
    import cv2

    scale = _SMALL / max(size)
    small = fit(pixels, (max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)))
    opaque = small[..., 3].min() == 255
    blurred = cv2.GaussianBlur(small, (0, 0), _BLUR, borderType=cv2.BORDER_REPLICATE)
    dark = np.asarray(cv2.convertScaleAbs(blurred, alpha=_LIGHT), np.uint8)
    dark[..., 3] = 255 if opaque else 0
    return dark
