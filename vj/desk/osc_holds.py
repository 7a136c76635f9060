"""What OSC senders hold: for UDP has no end of a connection, they say it again while it lasts.

Made by the OSC hand; heard from its thread and OSCQuery's, ticked by the desk's main loop.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from vj.core.types import Event, Set
from vj.desk.addresses import Hold
from vj.desk.held import Back
from vj.desk.holds import Holds
from vj.desk.osc_ear import Ear
from vj.desk.sender import Sender


class OscHolds:
    """Holds by hand; whoever says `.../hold` promises to say it again within the lease.

    Values set on any other address are never taken back.
    """

    def __init__(self, ear: Ear, sender: Sender, scene: Callable[[], str]) -> None:
        self._ear, self._sender, self._scene = ear, sender, scene
        self._hands: dict[str, Holds] = {}
        self._lock = threading.Lock()

    def hear(self, meaning: Event | Hold) -> Event | None:
        """Return what a meaning does to the show now; None for a hold that only goes on."""
        with self._lock:
            if isinstance(meaning, Hold):
                return self._hold(meaning)
            holds = self._hands.get(meaning.hand)
            if holds is not None and isinstance(meaning, Set):
                holds.release(meaning.param)
            return meaning

    def tick(self, now: float) -> None:
        """Let go of what was not said again; `now` is time.monotonic()."""
        with self._lock:
            for hand, holds in list(self._hands.items()):
                holds.tick(now)
                if not holds.any:
                    del self._hands[hand]

    def _hold(self, hold: Hold) -> Set | None:
        event = hold.event
        holds = self._hands.get(event.hand)
        if not hold.down:
            back = holds.release(event.param) if holds else None
            if back is not None:
                self._ear.reach(back)
            return back
        if holds is None:
            holds = self._hands[event.hand] = self._new()
        if not holds.follow(event, True, time.monotonic()):
            return None
        self._ear.reach(event)
        return event

    def take_over(self, backs: Iterable[Back], now: float) -> None:
        """Let go, in a lease, of what the desk before this one held, unless it is said again."""
        with self._lock:
            for back in backs:
                holds = self._hands.setdefault(back.event.hand, self._new())
                holds.take_over(back, now)

    def _new(self) -> Holds:
        return Holds(self._ear.base, self._lost, self._scene, self._sender.held)

    def _lost(self, back: Event) -> None:
        if isinstance(back, Set):
            self._ear.reach(back)
        self._sender.send(back)
