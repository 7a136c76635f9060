"""What the stage measured: pictures shown, delays, black and frozen moments.

The frame order feeds it; its document is the stage's heartbeat and the source of `--report`.
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_KEEP = 4096
_RECENT = 2.0  # seconds the momentary rate looks back
_LATE = 1.5  # frame times from which a frame is late


class Delays:
    """The newest few thousand delays in ms."""

    def __init__(self) -> None:
        self._ring: NDArray[np.float64] = np.zeros(_KEEP)
        self._count = 0

    def add(self, ms: float) -> None:
        """Remember one delay."""
        self._ring[self._count % _KEEP] = ms
        self._count += 1

    def summary(self) -> dict[str, float]:
        """Return p50 and p95 in ms and how many were measured; zeros before the first."""
        kept = self._ring[: min(self._count, _KEEP)]
        if not len(kept):
            return {"p50": 0.0, "p95": 0.0, "count": 0}
        p50, p95 = np.percentile(kept, (50, 95))
        return {"p50": round(float(p50), 2), "p95": round(float(p95), 2), "count": self._count}


class Stats:
    """Counts and delays of one life of the stage; all moments are perf_counter_ns.

    Rates and gaps count from the first live camera picture on.
    """

    def __init__(self) -> None:
        self.started_at = time.perf_counter_ns()
        self.first_frame_at = self.last_frame_at = 0
        self.first_styled_at = self._last_styled_at = 0
        self.frames_shown = self.styled_shown = 0
        self.late_frames = self.black_frames = 0
        self.frozen_ms_max = self.period_ms = 0.0
        self.latency, self.dry_latency, self.knob = Delays(), Delays(), Delays()
        self.draw_ms = Delays()
        self._recent: deque[int] = deque()

    def presented(self, at: int, live: bool, period_s: float) -> None:
        """A picture is on screen; `live` once the camera has given one, `period_s`: wanted."""
        if self.last_frame_at and self.first_frame_at:
            gap = (at - self.last_frame_at) / 1e9
            self.frozen_ms_max = max(self.frozen_ms_max, gap * 1e3)
            self.late_frames += gap > _LATE * period_s
        self.period_ms = period_s * 1e3
        if live:
            self.first_frame_at = self.first_frame_at or at
            self.frames_shown += 1
        self.last_frame_at = at
        self._recent.append(at)
        while at - self._recent[0] > _RECENT * 1e9:
            self._recent.popleft()

    def showed(self, at: int, dry: int, styled: int, knobs: Sequence[int]) -> None:
        """What the picture at `at` showed first: captured moments (0 = nothing new), hands."""
        if dry:
            self.dry_latency.add((at - dry) / 1e6)
        if styled:
            self.latency.add((at - styled) / 1e6)
            self.styled_shown += 1
            self.first_styled_at = self.first_styled_at or at
            self._last_styled_at = at
        for moved in knobs:
            self.knob.add((at - moved) / 1e6)

    @property
    def longest_gap(self) -> tuple[int, float]:
        """When the longest pause between two pictures of the last two seconds ended, and its ms."""
        pairs = itertools.pairwise(self._recent)
        at, gap = max(((b, b - a) for a, b in pairs), key=lambda one: one[1], default=(0, 0))
        return at, round(gap / 1e6, 1)

    @property
    def fps(self) -> float:
        """Pictures per second over the last two seconds."""
        if len(self._recent) < 2:
            return 0.0
        return (len(self._recent) - 1) * 1e9 / (self._recent[-1] - self._recent[0])

    def document(self) -> dict[str, object]:
        """The figures as plain numbers; rates are means over this life."""
        return {
            "started_at": self.started_at,
            "beat": time.perf_counter_ns(),
            "fps": round(self.fps, 1),
            "stage_fps": _rate(self.frames_shown, self.first_frame_at, self.last_frame_at),
            "styled_fps": _rate(self.styled_shown, self.first_styled_at, self._last_styled_at),
            "frames_shown": self.frames_shown,
            "styled_shown": self.styled_shown,
            "first_frame_at": self.first_frame_at,
            "last_frame_at": self.last_frame_at,
            "first_styled_at": self.first_styled_at,
            "late_frames": self.late_frames,
            "black_frames": self.black_frames,
            "longest_gap": self.longest_gap,
            "period_ms": round(self.period_ms, 2),
            "frozen_ms_max": round(self.frozen_ms_max, 1),
            "latency_ms": self.latency.summary(),
            "dry_latency_ms": self.dry_latency.summary(),
            "knob_to_screen_ms": self.knob.summary(),
            "draw_ms": self.draw_ms.summary(),
        }


def _rate(count: int, first: int, last: int) -> float:
    return round((count - 1) * 1e9 / (last - first), 2) if last > first else 0.0
