"""The clock of everything that moves in beats: tempo tapped by hand, position in float64 beats.

Owned by the stage's Play; modulators and shaders read the position.
"""

from __future__ import annotations

from statistics import median

_FORGET = 2.5  # seconds of silence after which a tap begins a new count
_KEEP = 8


class Tempo:
    """A position in beats that runs with the tempo; a tap is always a beat."""

    def __init__(self) -> None:
        self.beat = 0.0
        self._taps: list[float] = []

    def tick(self, dt: float, bpm: float) -> float:
        """Move on by `dt` seconds at `bpm` and return the position in beats."""
        self.beat += dt * bpm / 60.0
        return self.beat

    def tap(self, now: float) -> float | None:
        """Take a tap at `now` seconds; return the tempo in bpm from the second tap on.

        The position is pulled to the nearest whole beat, so that what moves moves with the hand.
        """
        if self._taps and not 0.0 < now - self._taps[-1] < _FORGET:
            self._taps.clear()
        self._taps = [*self._taps[1 - _KEEP :], now]
        self.beat = float(round(self.beat))
        if len(self._taps) < 2:
            return None
        gaps = [after - before for before, after in zip(self._taps, self._taps[1:], strict=False)]
        return 60.0 / median(gaps)
