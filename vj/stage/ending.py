"""The end of a show: the light goes down first, and only then the window goes.

The stage's loop asks it for every picture, where somebody sees them.
"""

from __future__ import annotations

import signal
import time

SECONDS = 1.0


class Ending:
    """Told to end, it takes a second, however often it is told."""

    def __init__(self) -> None:
        self._told_at: float | None = None

    def listen(self) -> None:
        """Fade out at SIGTERM instead of leaving at once."""
        signal.signal(signal.SIGTERM, lambda *_: self.tell(time.perf_counter()))

    def tell(self, now: float) -> None:
        """Begin to end at `now` (perf_counter seconds), if it has not begun."""
        if self._told_at is None:
            self._told_at = now

    def light(self, now: float) -> float:
        """How much of the picture's light is left at `now`, 1 to 0."""
        if self._told_at is None:
            return 1.0
        return min(max(1.0 - (now - self._told_at) / SECONDS, 0.0), 1.0)
