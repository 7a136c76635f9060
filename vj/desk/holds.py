"""What is held up only while a finger is on it: let go when its page, tablet or network is lost.

Made by the remote for every open page, and for OSC senders; used by one thread at a time.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from vj.core.params import Param
from vj.core.table import HANDS_ONLY
from vj.core.types import Event, Set
from vj.desk.held import Back, Held
from vj.desk.remote_gate import number_in, read_object

LEASE_S = 0.7
"""How long a hold lasts after it was last asked for; pages ask again several times a second."""

_LOOK_S = 0.05


def is_hold(text: str) -> bool:
    """Say whether a page's message holds its value: `{"set": name, "value": 1, "hold": true}`."""
    return '"hold"' in text and (read_object(text) or {}).get("hold") is True


def back_in(text: str, param: Param) -> float | None:
    """Return what a hold's `"back"` says it goes back to, in natural units; None without one."""
    found = number_in((read_object(text) or {}).get("back"))
    return None if found is None else param.clamp(found)


@dataclass(slots=True)
class _Hold:
    back: Set
    asked_at: float
    value: float
    scene: str


class Holds:
    """Values one hand holds, and what they go back to.

    A new scene has values of its own: what it may set is held no longer and goes back to nothing.
    `value`: where a parameter stands; `send`: the pen that writes to the stage; `scene`: the name
    of the one that plays; `held`: is told what is held.
    """

    def __init__(
        self,
        value: Callable[[str], float],
        send: Callable[[Event], object],
        scene: Callable[[], str],
        held: Held | None = None,
    ) -> None:
        self._value, self._send, self._scene, self._told = value, send, scene, held or Held()
        self._held: dict[str, _Hold] = {}

    def follow(self, event: Set, hold: bool, now: float, back: float | None = None) -> bool:
        """Remember what a hold goes back to, before it is sent; any other move ends the hold.

        `back`: natural units; None is where the parameter stands. Returns whether the event is to
        be sent: what only goes on is not, so that it takes nothing from another hand.
        """
        if not hold:
            self._forget(event.param)
            return True
        found = self._held.get(event.param)
        if found is None:
            back = self._value(event.param) if back is None else back
            goes_back = Set(event.param, back, event.hand)
            self._remember(_Hold(goes_back, now, event.value, self._scene()))
            return True
        found.asked_at = now
        moved, found.value = found.value != event.value, event.value
        return moved and self._lasts(found)

    def release(self, name: str) -> Set | None:
        """Forget a hold and return what it goes back to; None when there is none."""
        found = self._forget(name)
        return found.back if found and self._lasts(found) else None

    def take_over(self, back: Back, now: float) -> None:
        """Hold on for a lease what the desk before this one held."""
        self._remember(_Hold(back.event, now, math.nan, back.scene))

    def _remember(self, hold: _Hold) -> None:
        self._held[hold.back.param] = hold
        self._tell()

    def _forget(self, name: str) -> _Hold | None:
        found = self._held.pop(name, None)
        self._tell()
        return found

    def _tell(self) -> None:
        self._told.tell(self, [Back(hold.back, hold.scene) for hold in self._held.values()])

    def _lasts(self, hold: _Hold) -> bool:
        return hold.back.param in HANDS_ONLY or hold.scene == self._scene()

    def tick(self, now: float) -> None:
        """Let go of what nobody has asked for of late."""
        for name in [n for n, hold in self._held.items() if now - hold.asked_at > LEASE_S]:
            self._let_go(name)

    @property
    def any(self) -> bool:
        """Whether anything is held."""
        return bool(self._held)

    def lose(self) -> None:
        """Let go of everything: the page is gone."""
        for name in list(self._held):
            self._let_go(name)

    def _let_go(self, name: str) -> None:
        back = self.release(name)
        if back is not None:
            self._send(back)

    async def watch(self) -> None:
        """Tick until cancelled."""
        while True:
            self.tick(time.monotonic())
            await asyncio.sleep(_LOOK_S)
