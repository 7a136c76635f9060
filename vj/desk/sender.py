"""The one pen that writes to the stage: every hand's events go through it.

Made by the desk process; OSC, MIDI and remote threads call `send`, feedback asks who moved what.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from vj.core.ring import Ring
from vj.core.types import Event, Set, Trigger
from vj.desk.held import Held
from vj.desk.holds import Holds
from vj.desk.journal import Journal
from vj.desk.mirror import Mirror


class Sender:
    """The single writer end of the event ring, with a memory of the last hand on each parameter.

    `desk`: takes the triggers that are the desk's own affair, and says whether one was; `journal`:
    where hands write down what came in; `held`: what they hold up.
    """

    def __init__(self, ring: Ring) -> None:
        self._ring, self.journal, self.held = ring, Journal(), Held()
        self.desk: Callable[[Trigger], bool] | None = None
        self._lock = threading.Lock()
        self._moved: dict[str, tuple[str, float]] = {}

    def send(self, event: Event) -> bool:
        """Queue an event for the stage's next frame; False when the stage is away and it is lost.

        Never waits longer than another thread needs to write one record.
        """
        if isinstance(event, Trigger) and self.desk is not None and self.desk(event):
            return True
        with self._lock:
            if isinstance(event, Set):
                self._moved[event.param] = (event.hand, time.monotonic())
            return self._ring.send(event)

    def holds(self, mirror: Mirror) -> Holds:
        """Make the holds of one more hand."""
        return Holds(mirror.value, self.send, lambda: mirror.wanted.scene, self.held)

    @property
    def dropped(self) -> int:
        """How many events were lost because nobody drained the ring."""
        return self._ring.dropped

    def moves(self, hand: str, param: str, seconds: float) -> bool:
        """Say whether `hand` moved `param` last, and within the last `seconds`."""
        by, at = self.mover(param)
        return by == hand and time.monotonic() - at < seconds

    def mover(self, param: str) -> tuple[str, float]:
        """Return who moved `param` last and when (time.monotonic), or ("", 0.0)."""
        return self._moved.get(param, ("", 0.0))
