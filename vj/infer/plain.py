"""Where a picture is plain: a wall, the sky, a curtain; what has texture or an outline is not.
Shared by what keeps such places calm (vj.infer.calm) and what paints them (vj.infer.texture).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.types import Pixels

COARSE = 4  # it is worked out at 1/4 of the picture's size
PLAIN = 0.03  # deviation of brightness, 0..1, that counts as plain
AROUND = (5, 5)  # coarse pixels that are looked at


def plainness(pixels: Pixels) -> NDArray[np.float32]:
    """How plain each place of (h, w, 4) RGBA is, (h // 4, w // 4), 1 a flat colour, 0 far from it.

    The picture must be at least 4 pixels wide and high.
    """
    size = (pixels.shape[1] // COARSE, pixels.shape[0] // COARSE)
    grey = cv2.resize(
        cv2.cvtColor(pixels, cv2.COLOR_RGBA2GRAY), twice(size), interpolation=cv2.INTER_AREA
    )
    fine = grey.astype(np.float32) * np.float32(1 / 255)
    mean, square = (
        cv2.blur(cv2.resize(x, size, interpolation=cv2.INTER_AREA), AROUND)
        for x in (fine, fine * fine)
    )
    plain = np.exp(np.minimum(mean * mean - square, 0) * np.float32(1 / PLAIN**2))
    return np.asarray(plain, np.float32)


def twice(size: tuple[int, int]) -> tuple[int, int]:
    """Double a size: halving a picture twice is several times faster than once by four."""
    return 2 * size[0], 2 * size[1]
