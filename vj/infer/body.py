"""What the dancer does, in six numbers: how much of her there is, where, how wide, what moves.

Called by the infer process for every picture, right after its matte; small pictures, little time.
"""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.types import Pixels

SIZE = (36, 64)
APART_NS = 100_000_000  # pictures are compared over this time, however fast they come
_LEAST = 0.002  # of the picture; a smaller matte is a speck, and a speck has no centre
_ROWS, _COLUMNS = np.mgrid[0 : SIZE[0], 0 : SIZE[1]].astype(np.float32) + 0.5

Small = NDArray[np.float32]
"""(36, 64) float32, 0..1."""


class Body:
    """The pictures of the last moments, and where the person was last."""

    def __init__(self) -> None:
        self._seen: deque[tuple[int, Small, Small]] = deque(maxlen=16)
        self._centre = (0.5, 0.5)

    def look(self, pixels: Pixels, matte: NDArray[np.uint8], at: int) -> dict[str, float]:
        """Measure a picture (h, w, 4) taken `at` (ns) with its person matte (h, w), 255 = person.

        Returns `BODY` of vj.core.gauges. Motion is the mean change of light 0..1 within a tenth of
        a second, without what changes everywhere at once; spread is the mean distance from the
        centre, in half heights of the picture.
        """
        gray = cv2.cvtColor(_thinned(pixels), cv2.COLOR_RGBA2GRAY)
        light, inside = _small(np.asarray(gray, np.uint8)), _small(_thinned(matte))
        motion, around = self._motion(light, inside, at)
        self._seen.append((at, light, inside))
        whole = float(inside.sum())
        area = whole / inside.size
        spread = 0.0
        if area >= _LEAST:
            x, y = float((inside * _COLUMNS).sum()) / whole, float((inside * _ROWS).sum()) / whole
            self._centre = x / SIZE[1], y / SIZE[0]
            far = np.hypot(_COLUMNS - x, _ROWS - y)
            spread = float((inside * far).sum()) / whole / (SIZE[0] / 2)
        x, y = self._centre
        place = {"area": area, "x": x, "y": y, "spread": spread}
        return {**place, "motion": motion, "background": around}

    def _motion(self, light: Small, inside: Small, at: int) -> tuple[float, float]:
        """How much moves on the person and around it since a tenth of a second ago."""
        if self._seen and not 0 < at - self._seen[-1][0] < 10 * APART_NS:
            self._seen.clear()  # another source, or a long pause: nothing to compare with
        while len(self._seen) > 1 and at - self._seen[1][0] >= APART_NS:
            self._seen.popleft()
        if not self._seen:
            return 0.0, 0.0
        _, before, there = self._seen[0]
        change = light - before
        change = np.abs(change - np.median(change))
        person = np.maximum(inside, there)
        return _mean(change, person), _mean(change, np.float32(1) - person)


def _thinned(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Every third pixel of a picture of 360 rows is enough, and costs the same for larger ones."""
    step = max(picture.shape[0] // (3 * SIZE[0]), 1)
    return np.ascontiguousarray(picture[::step, ::step])


def _small(levels: NDArray[np.uint8]) -> Small:
    shrunk = cv2.resize(levels, SIZE[::-1], interpolation=cv2.INTER_AREA)
    return np.divide(shrunk, 255, dtype=np.float32)


def _mean(change: Small, weight: Small) -> float:
    whole = float(weight.sum())
    return float((change * weight).sum()) / whole if whole >= _LEAST * weight.size else 0.0
