"""What modulators can follow: the sound and the dancer, smoothed, the dancer fitted to her ranges.

Owned by the stage's Play; the frame hands it what desk and infer have measured.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from vj.core.gauges import AUDIO, BODY, Reading
from vj.stage.motion import Sensed

CALIBRATION_S = 8.0
_SMOOTH_S = 0.1  # bridges the gaps between painted pictures
_STALE_NS = 1_000_000_000
_SETTLE = 3.0
_PLACES = frozenset({"x", "y"})  # stay where they were when nobody is there
# What counts as 0 and 1 before anybody has calibrated.
_RANGES: Mapping[str, tuple[float, float]] = {
    "area": (0.0, 0.4),
    "x": (0.0, 1.0),
    "y": (0.0, 1.0),
    "spread": (0.1, 0.6),
    "motion": (0.01, 0.12),
    "background": (0.01, 0.08),
}
_NARROWEST = 0.02  # a range seen that is smaller says that nothing happened


class Senses:
    """Values 0..1 by name (`audio.bass`, `body.area`), and what counts as 0 and 1 of the body."""

    def __init__(self) -> None:
        self.now = Sensed()
        self._ranges = dict(_RANGES)
        self._body = dict.fromkeys(BODY, 0.0)
        self._body_at = 0
        self._seen: list[list[float]] = []
        self._left = 0.0

    def calibrate(self) -> None:
        """Watch the dancer for some seconds and lay what was seen onto 0..1; again: enough seen."""
        if self._left > 0.0:
            self._end()
        else:
            self._left, self._seen = CALIBRATION_S, []

    def take(self, audio: Reading, body: Reading, at: int, dt: float) -> None:
        """Take over what was measured; `at`: this moment (perf_counter_ns), `dt`: since the last.

        What is measured no more goes down to 0, a place stays.
        """
        values = {}
        heard = at - audio.at < _STALE_NS
        for name in AUDIO:
            values[f"audio.{name}"] = min(max(audio.values[name], 0.0), 1.0) if heard else 0.0
        seen = at - body.at < _STALE_NS
        if self._left > 0.0:
            self._watch(body, seen, dt)
        part = -math.expm1(-_SETTLE * dt / _SMOOTH_S)
        for name in BODY:
            low, high = self._ranges[name]
            wanted = min(max((body.values[name] - low) / (high - low), 0.0), 1.0)
            if not seen:
                wanted = self._body[name] if name in _PLACES else 0.0
            self._body[name] += (wanted - self._body[name]) * part
            values[f"body.{name}"] = self._body[name]
        self.now = Sensed(values, audio.count)

    def document(self) -> dict[str, object]:
        """The dancer's values and ranges as published, and the seconds a calibration has left."""
        return {
            "values": {name: round(value, 3) for name, value in self._body.items()},
            "ranges": self._ranges,
            "calibrating": round(self._left, 1),
        }

    def restore(self, document: Mapping[str, Any]) -> None:
        """Go on with the ranges of an earlier life of the stage; nonsense is left out."""
        for name, ends in document.get("ranges", {}).items():
            low, high = (float(end) for end in ends)
            if name in _RANGES and high - low >= _NARROWEST:
                self._ranges[name] = low, high

    def _watch(self, body: Reading, seen: bool, dt: float) -> None:
        if seen and body.at != self._body_at:
            self._body_at = body.at
            self._seen.append([body.values[name] for name in BODY])
        self._left -= dt
        if self._left <= 0.0:
            self._end()

    def _end(self) -> None:
        """Take the ranges seen, without the rarest twentieth at either end."""
        self._left = 0.0
        if len(self._seen) < 2:
            return
        lows, highs = np.percentile(np.array(self._seen), (5, 95), axis=0).tolist()
        for name, low, high in zip(BODY, lows, highs, strict=True):
            if high - low >= _NARROWEST:
                self._ranges[name] = low, high
        self._seen = []
