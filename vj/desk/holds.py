"""What is held up only while a finger is on it: let go when its page, tablet or network is lost.

Made by the remote for every open page, and for OSC senders; used by one thread at a time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from vj.core.params import Param
from vj.core.types import Event, Set
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


class Holds:
    """Values one hand holds, and what they go back to.

    `value`: where a parameter stands; `send`: the pen that writes to the stage.
    """

    def __init__(self, value: Callable[[str], float], send: Callable[[Event], object]) -> None:
        self._value, self._send = value, send
        self._held: dict[str, _Hold] = {}

    def follow(self, event: Set, hold: bool, now: float, back: float | None = None) -> None:
        """Remember what a hold goes back to, before it is sent; any other move ends the hold.

        `back`: natural units; None is where the parameter stands.
        """
        if not hold:
            self._held.pop(event.param, None)
        elif event.param in self._held:
            self._held[event.param].asked_at = now
        else:
            value = self._value(event.param) if back is None else back
            self._held[event.param] = _Hold(Set(event.param, value, event.hand), now)

    def release(self, name: str) -> Set | None:
        """Forget a hold and return what it goes back to; None when there is none."""
        found = self._held.pop(name, None)
        return found.back if found else None

    def tick(self, now: float) -> None:
        """Let go of what nobody has asked for of late."""
        for name in [n for n, hold in self._held.items() if now - hold.asked_at > LEASE_S]:
            self._send(self._held.pop(name).back)

    @property
    def any(self) -> bool:
        """Whether anything is held."""
        return bool(self._held)

    def lose(self) -> None:
        """Let go of everything: the page is gone."""
        for hold in self._held.values():
            self._send(hold.back)
        self._held.clear()

    async def watch(self) -> None:
        """Tick until cancelled."""
        while True:
            self.tick(time.monotonic())
            await asyncio.sleep(_LOOK_S)
