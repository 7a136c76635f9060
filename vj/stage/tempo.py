"""The clock of everything that moves in beats: tapped, nudged, aligned; a float64 position.

Owned by the stage's Play; modulators, shaders and waiting cues read the position.
"""

from __future__ import annotations

import math
from statistics import median

from vj.core.types import Trigger

_FORGET = 2.5  # seconds of silence after which a tap begins a new count
_KEEP = 8
NUDGE = 0.05  # beats a nudge without an argument moves: 25 ms at 120
_FAR = 16.0  # beats the longest nudge moves
_ALIGNED = 1e-3  # beats; less than this is the noise of two clocks
ACTIONS = ("tap", "tempo.resync", "tempo.nudge", "tempo.nudge_back", "tempo.align")


class Tempo:
    """A position in beats that runs with the tempo; a tap is always a beat.

    Beat 0 begins a bar, and so does every multiple of the bar's length.
    """

    def __init__(self) -> None:
        self.beat = 0.0
        self._taps: list[float] = []

    def tick(self, dt: float, bpm: float) -> float:
        """Move on by `dt` seconds at `bpm` and return the position in beats."""
        self.beat += dt * bpm / 60.0
        return self.beat

    def act(self, trigger: Trigger, now: float, bpm: float, bar: int) -> float | None:
        """Do one of `ACTIONS` at `now` seconds; `bar`: its length in beats.

        Returns the tempo in bpm when the hand has given one.
        """
        beats = trigger.argument if isinstance(trigger.argument, float | int) else None
        if beats is not None and not math.isfinite(beats):
            return None
        match trigger.action:
            case "tap":
                return self.tap(now)
            case "tempo.resync":
                self.resync(bar)
            case "tempo.nudge" | "tempo.nudge_back":
                # a button says 1 when it is pressed; a whole beat is no nudge
                step = NUDGE if beats is None or beats == 1.0 else min(max(beats, -_FAR), _FAR)
                self.beat += -step if trigger.action == "tempo.nudge_back" else step
            case "tempo.align" if beats is not None:
                since = now - trigger.at / 1e9 if trigger.at else 0.0
                self.align(beats + min(max(since, 0.0), 1.0) * bpm / 60.0, bar)
        return None

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

    def resync(self, bar: int) -> None:
        """This moment is the first beat of a bar of `bar` beats: the nearest one."""
        self.beat = float(round(self.beat / bar) * bar)

    def align(self, beats: float, bar: int) -> None:
        """Stand `beats` after the beginning of a bar, moving as little as that takes."""
        away = (beats - self.beat + bar / 2) % bar - bar / 2
        if abs(away) > _ALIGNED:
            self.beat += away

    def in_bar(self, bar: int) -> float:
        """Where in the bar we are: 0 is its first beat, 3.5 half a beat before the next of four."""
        return self.beat % bar
