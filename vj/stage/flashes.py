"""Counts flashes of light in a row of small pictures, as WCAG 2.3.1 defines general flashes.

The limiter asks it about every picture before the audience gets it.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

SWING = 0.1  # relative luminance
DARK = 0.8  # the darker of the two has to be below
AREA = 0.25  # of the picture: a projector easily fills the ten degrees the definition is about
_TOGETHER = 1.0 / 6.0  # seconds within which fields belong to one change; half a turn at 3 Hz
_WINDOW = 1.0


class Flashes:
    """Changes of the light over more than a quarter of the picture, in the last second.

    A flash is a change and its opposite.
    Source: W3C, Understanding SC 2.3.1 "Three flashes or below threshold".
    """

    def __init__(self) -> None:
        self._low: NDArray[np.float32] | None = None
        self._high: NDArray[np.float32]
        self._way: NDArray[np.int8]
        self._at: dict[int, NDArray[np.float64]]
        self._changes: dict[int, deque[float]] = {1: deque(), -1: deque()}

    def look(self, light: NDArray[np.float32], now: float) -> None:
        """Take in the picture of the moment `now` (s): relative luminance, (h, w), 0..1."""
        if self._low is None or self._low.shape != light.shape:
            self._low, self._high = light.copy(), light.copy()
            self._way = np.zeros(light.shape, np.int8)
            self._at = {way: np.full(light.shape, -np.inf) for way in (1, -1)}
        np.minimum(self._low, light, out=self._low)
        np.maximum(self._high, light, out=self._high)
        up = (light - self._low >= SWING) & (self._low < DARK) & (self._way <= 0)
        down = (self._high - light >= SWING) & (light < DARK) & (self._way >= 0)
        for way, turned, extreme in ((1, up, self._high), (-1, down, self._low)):
            if turned.any():
                self._way[turned] = way
                extreme[turned] = light[turned]
                self._at[way][turned] = now
                self._note(way, now)

    def changes(self, now: float) -> int:
        """How often the light went up or down in the second before `now`."""
        return sum(len(self._recent(way, now)) for way in (1, -1))

    def count(self, now: float) -> int:
        """Flashes in the second before `now`."""
        return min(len(self._recent(way, now)) for way in (1, -1))

    def _note(self, way: int, now: float) -> None:
        at = self._at[way]
        together = at > now - _TOGETHER
        if together.mean() > AREA:
            at[together] = -np.inf
            self._changes[way].append(now)

    def _recent(self, way: int, now: float) -> deque[float]:
        changes = self._changes[way]
        while changes and changes[0] <= now - _WINDOW:
            changes.popleft()
        return changes
