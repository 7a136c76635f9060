"""Fills a polygon with soft edges: the masks that are drawn as points.

Used by the stage when an output's mask is made.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_LINES = 4  # rows looked at within one pixel


def coverage(points: Sequence[tuple[float, float]], size: tuple[int, int]) -> NDArray[np.uint8]:
    """How much of each pixel lies inside: (height, width) uint8, 255 = whole.

    `points`: (x, y), 0..1 over the picture, y down; where the outline crosses itself, every
    second area is outside.
    """
    height, width = size
    at = np.asarray(points, float) * (width, height)
    ends = np.roll(at, -1, 0)
    sums = np.zeros((height, width + 1))
    edges = np.arange(width + 1)
    for line in range(height * _LINES):
        y = (line + 0.5) / _LINES
        crosses = (at[:, 1] <= y) != (ends[:, 1] <= y)
        a, b = at[crosses], ends[crosses]
        crossings = np.sort(a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0]))
        for left, right in zip(crossings[::2], crossings[1::2], strict=True):
            # what of 0..edge lies between left and right; differences are the pixels' shares
            sums[line // _LINES] += np.clip(edges, left, right) - left
    shares = np.diff(sums, axis=1) / _LINES
    return np.round(np.clip(shares, 0.0, 1.0) * 255.0).astype(np.uint8)
