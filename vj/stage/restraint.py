"""How often an action may happen: what comes quicker than hands move is a flood or a fault.

The frame asks before it plays an event. Values are never held back: only their last one counts.
"""

from __future__ import annotations

from vj.core.types import Event, Trigger

# A second, and at most so many at once. What writes a file or changes the scene costs frames.
_WRITES, _CHANGES, _OTHERS = 1.0, 10.0, 120.0
_RATES = {
    **dict.fromkeys(("scene.save", "scene.duplicate", "scene.undo", "rewind.save"), _WRITES),
    **dict.fromkeys(("map.save", "snapshot", "record.toggle"), _WRITES),
    **dict.fromkeys(("scene.next", "scene.previous", "scene.go", "panic"), _CHANGES),
    **dict.fromkeys(("rewind.recall", "rewind.5", "rewind.10", "rewind.20"), _CHANGES),
    **dict.fromkeys(("fullscreen.toggle", "display.next", "display.identify"), _CHANGES),
}
_AT_ONCE = 2.0  # of those that write; a hand that saves twice means it


class Restraint:
    """Counts how often every action has happened of late."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[float, float]] = {}

    def allows(self, event: Event, now: float) -> bool:
        """Say whether an event of the moment `now` (s) may happen."""
        if not isinstance(event, Trigger):
            return True
        rate = _RATES.get(event.action, _OTHERS)
        most = max(rate, _AT_ONCE)
        left, at = self._left.get(event.action, (most, now))
        left = min(most, left + (now - at) * rate)
        allowed = left >= 1.0
        self._left[event.action] = (left - allowed, now)
        return allowed
