"""How a source's pictures follow each other, and when silence is more than a pause between two.

Fed by the player. A webcam in the dark takes 66 to 130 ms for a picture, a loaded machine makes
any camera stumble: whoever waits a fixed time either shows a standing picture for too long, or
fades away from a camera that is fine. So a source is waited for as long as it has been worth it.
"""

from __future__ import annotations

from collections import deque

SHORTEST = 0.1  # s a picture may stand, however quick its source is
LONGEST = 1.0  # s; also for a source that is not known yet
_PICTURES = 90
_KNOWN = 12  # intervals after which a source is known
_TIMES = 2.0  # the longest of its intervals: exposure doubles from one picture to the next


class Rhythm:
    """The newest intervals between pictures of one source, in seconds."""

    def __init__(self) -> None:
        self._intervals: deque[float] = deque(maxlen=_PICTURES)
        self._last: float | None = None

    @property
    def patience(self) -> float:
        """How long this source may be silent before it counts as away, in seconds."""
        if len(self._intervals) < _KNOWN:
            return LONGEST
        return min(max(_TIMES * max(self._intervals), SHORTEST), LONGEST)

    def beat(self, now: float) -> None:
        """A picture came at `now` (s)."""
        if self._last is not None:
            self._intervals.append(now - self._last)
        self._last = now

    def rest(self) -> None:
        """The source is known to be away: the time until it is back says nothing of its rhythm."""
        self._last = None
