"""A few measured numbers in anonymous shared memory: one writer, many readers, no lock.

What the sound and the dancer are doing right now: desk and infer write, the stage reads each frame.
"""

from __future__ import annotations

import math
import multiprocessing
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

AUDIO = ("level", "bass", "mid", "high", "onset")
"""Of the sound, each 0..1; `onset` is 1 when something strikes and falls within a fifth of a
second."""

BODY = ("area", "x", "y", "spread", "motion", "background")
"""Of the dancer, as fractions of the picture: how much of it is person, where the centre is (0, 0 =
top left), how far it reaches out, how much moves on the person and around it."""

FOLLOWED = (*(f"audio.{name}" for name in AUDIO), *(f"body.{name}" for name in BODY))
"""What a modulator may follow."""

_AT, _COUNT, _FIRST = range(3)


@dataclass(frozen=True, slots=True)
class Reading:
    """Values by name, when they were measured (perf_counter_ns, 0 = never) and what was counted."""

    values: Mapping[str, float]
    at: int = 0
    count: int = 0


class Gauges:
    """One number per name, a moment and a counter; each is written and read whole."""

    def __init__(self, memory: Any, names: tuple[str, ...]) -> None:
        self._memory, self.names = memory, names
        self._map()

    @classmethod
    def create(cls, names: tuple[str, ...]) -> Gauges:
        """Make gauges that stand at 0."""
        spawn = multiprocessing.get_context("spawn")
        return cls(spawn.RawArray("d", _FIRST + len(names)), names)

    def _map(self) -> None:
        self._row = np.frombuffer(self._memory, np.float64)

    def __getstate__(self) -> dict[str, Any]:
        return {"parts": (self._memory, self.names)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._memory, self.names = state["parts"]
        self._map()

    def publish(self, values: Mapping[str, float], at: int = 0, count: int = 0) -> None:
        """Write all values, measured at `at` (perf_counter_ns; now when 0)."""
        self._row[_FIRST:] = [values.get(name, 0.0) for name in self.names]
        self._row[_COUNT] = count
        self._row[_AT] = at or time.perf_counter_ns()

    def read(self) -> Reading:
        """Return what stands there; values that are not finite count as 0."""
        # In Python: for so few, numpy takes six times as long (20 and 3 microseconds).
        row = [value if math.isfinite(value) else 0.0 for value in self._row.tolist()]
        return Reading(
            dict(zip(self.names, row[_FIRST:], strict=True)), int(row[_AT]), int(row[_COUNT])
        )
