"""The last minute of the show, ten times a second: what was good can be had again.

Owned by the stage's Play; memory is taken once and then overwritten round and round.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from vj.stage.look import Backdrop, Look

SECONDS = 60.0
RATE = 10.0
FADE = 0.4  # seconds a recalled look takes to come: quick, yet not a jump
DEFAULT = 10.0  # seconds that a rewind without a number goes back
ACTIONS = ("rewind.recall", "rewind.5", "rewind.10", "rewind.20")

_ROWS = int(SECONDS * RATE) + 1
_SPARE = 64  # knobs that may come while the show runs before the memory has to grow


class Rewind:
    """A ring of looks; backdrops that do not change are kept once."""

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()
        self._values = np.zeros((0, 0))
        self._at = np.full(_ROWS, -np.inf)
        self._backdrops: list[Backdrop | None] = [None] * _ROWS
        self._newest = -1
        self._due = -np.inf

    def is_due(self, now: float) -> bool:
        """Say whether a look is to be remembered at `now` seconds."""
        return bool(now >= self._due - 1e-6 or now < self._due - 1.0)  # or the clock went back

    def remember(self, now: float, knobs: Mapping[str, float], backdrop: Backdrop) -> None:
        """Remember where every knob stands; knobs may be added, in order, and never leave."""
        if len(knobs) > self._values.shape[1]:
            self._grow(len(knobs) + _SPARE)
        if len(knobs) != len(self._names):
            self._names = tuple(knobs)
        before = self._backdrops[self._newest]
        self._newest = (self._newest + 1) % _ROWS
        row = self._values[self._newest]
        row[: len(knobs)] = np.fromiter(knobs.values(), np.float64, len(knobs))
        row[len(knobs) :] = np.nan
        self._at[self._newest] = now
        self._backdrops[self._newest] = before if before == backdrop else backdrop
        self._due = now + 1.0 / RATE

    def ago(self, now: float, seconds: float) -> Look | None:
        """Return the look of `seconds` ago, or the oldest there is; None before the first."""
        ages = now - self._at
        ages[ages < 0] = np.inf  # of a clock that went back
        there = np.isfinite(ages)
        if not there.any():
            return None
        index = int(np.argmin(np.where(there, np.abs(ages - seconds), np.inf)))
        backdrop = self._backdrops[index]
        assert backdrop is not None
        row = self._values[index]
        values = {n: float(v) for n, v in zip(self._names, row, strict=False) if np.isfinite(v)}
        return Look(backdrop, values)

    def _grow(self, width: int) -> None:
        values = np.full((_ROWS, width), np.nan)
        values[: len(self._values), : self._values.shape[1]] = self._values
        self._values = values


def seconds_of(action: str, argument: str | float | None) -> float:
    """How far an action goes back: by its name, by its argument of 1 to 60, else 10 seconds."""
    last = action.rpartition(".")[2]
    if last.isdigit():
        return float(last)
    try:
        asked = float(argument) if argument is not None else 0.0
    except ValueError:
        asked = 0.0
    # A button says 1 when it is pressed; nobody means one second by it.
    return min(asked, SECONDS) if 1.0 < asked < np.inf else DEFAULT
