"""Counts flashes in a row of small pictures, general and red ones, as WCAG 2.3.1 defines them.

The limiter asks it about every picture before the audience gets it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

SWING = 0.1  # relative luminance
DARK = 0.8  # the darker of the two has to be below
RED_SWING = 20.0 / 320.0  # of R - G - B, linear, where red is saturated
AREA = 0.25  # of any ten degrees of what is seen
FIELD = 1.0 / 3.0  # of the picture's width and height: ten degrees, as 341 x 256 of 1024 x 768
_TOGETHER = 1.0 / 6.0  # seconds within which fields belong to one change; half a turn at 3 Hz
_WINDOW = 1.0
_KEPT = 8  # changes of a kind remembered; more than three in a second is all that is asked


class Flashes:
    """Changes of light, or of saturated red, over more than a quarter of some ten degrees.

    A flash is a change and its opposite. Every place ten degrees wide is counted by itself.
    Source: W3C, "general flash and red flash thresholds" and Understanding SC 2.3.1.
    """

    def __init__(self, swing: float = SWING, dark: float = DARK) -> None:
        self._swing, self._dark = swing, dark
        self._low: NDArray[np.float32] | None = None
        self._high: NDArray[np.float32]
        self._way: NDArray[np.int8]
        self._at: dict[int, NDArray[np.float64]]
        self._changes: dict[int, NDArray[np.float64]] = {}

    def look(self, light: NDArray[np.float32], now: float) -> None:
        """Take in the picture of the moment `now` (s): relative luminance, (h, w), 0..1."""
        if self._low is None or self._low.shape != light.shape:
            self._begin(light)
        assert self._low is not None
        np.minimum(self._low, light, out=self._low)
        np.maximum(self._high, light, out=self._high)
        up = (light - self._low >= self._swing) & (self._low < self._dark) & (self._way <= 0)
        down = (self._high - light >= self._swing) & (light < self._dark) & (self._way >= 0)
        for way, turned, extreme in ((1, up, self._high), (-1, down, self._low)):
            if turned.any():
                self._way[turned] = way
                extreme[turned] = light[turned]
                self._at[way][turned], self._at[-way][turned] = now, -np.inf
                self._note(way, now)

    def changes(self, now: float) -> int:
        """The most times that light went up or down anywhere in the second before `now`."""
        recent = [self._recent(way, now) for way in self._changes]
        return int((recent[0] + recent[1]).max()) if recent else 0

    def count(self, now: float) -> int:
        """The most flashes anywhere in the second before `now`."""
        if not self._changes:
            return 0
        return int(np.minimum(self._recent(1, now), self._recent(-1, now)).max())

    def _begin(self, light: NDArray[np.float32]) -> None:
        self._low, self._high = light.copy(), light.copy()
        self._way = np.zeros(light.shape, np.int8)
        self._at = {way: np.full(light.shape, -np.inf) for way in (1, -1)}
        self._size = [max(round(side * FIELD), 1) for side in light.shape]
        # Views of the same numbers: the fields of every place that is ten degrees wide.
        self._in_place = {way: sliding_window_view(at, self._size) for way, at in self._at.items()}
        places = self._in_place[1].shape[:2]
        self._changes = {way: np.full((_KEPT, *places), -np.inf) for way in (1, -1)}

    def _note(self, way: int, now: float) -> None:
        """Note a change in every place more than a quarter of which changed together.

        What has been counted as changed that way is not counted again: where something moves, other
        parts of a place turn dark meanwhile, and back and forth would be a flash of nothing.
        """
        changes, opposite = self._changes[way], self._changes[-way]
        before, enough = now - _TOGETHER, AREA * math.prod(self._size)
        if np.count_nonzero(self._at[way] > before) <= enough:  # in all of the picture
            return
        since = np.maximum(changes[0], before)[..., None, None]
        inside = np.count_nonzero(self._in_place[way] > since, axis=(2, 3))
        fresh = (inside > enough) & ((changes[0] <= before) | (opposite[0] > changes[0]))
        if fresh.any():
            changes[1:, fresh] = changes[:-1, fresh]
            changes[0, fresh] = now

    def _recent(self, way: int, now: float) -> NDArray[np.int64]:
        recent: NDArray[np.int64] = (self._changes[way] > now - _WINDOW).sum(axis=0)
        return recent
