"""Which effects are in the chain, in order, and how far each has come in or gone out.

Owned by the stage's Play; a scene change brings effects in as softly as everything else, and a hand
may put an effect in, take it out or move it while the show runs.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from vj.core.types import Trigger

_BY_HAND = 0.25  # seconds an effect takes to come or go when a hand wants it: a blink, not a jump


class Lineup:
    """Effect names with amounts 0..1; effects that leave stay in their place until they are out.

    The mix of camera and painting is always there, first unless a scene places it elsewhere.
    `written`: the chain as the scene has it, by which effects keep their numbers.
    """

    def __init__(self) -> None:
        self._amounts: dict[str, float] = {"mix": 1.0}
        self._wanted: tuple[str, ...] = ("mix",)
        self.written: tuple[str, ...] = self._wanted
        self._moving: set[str] = set()  # first goes out where it was, then comes in anew
        self._places: dict[str, int] = {}  # where an effect was that a hand took out
        self._seconds = 0.0

    @property
    def order(self) -> tuple[str, ...]:
        """The effects that are wanted, in order."""
        return self._wanted

    def change(self, chain: Sequence[str], seconds: float) -> None:
        """Fade to a new chain in `seconds`; 0 cuts."""
        self._places, self._moving = {}, set()
        self.written = tuple(chain) if "mix" in chain else ("mix", *chain)
        self._want(self.written, seconds)

    def restore(self, order: Sequence[str]) -> None:
        """Stand at once where hands had brought the chain before the stage was restarted."""
        self._want(tuple(order), 0.0)

    def rearrange(self, event: Trigger, effects: Container[str]) -> bool:
        """Move an effect, or take it out or in: by name, or by its number in the scene's chain.

        False when it is none of `effects`.
        """
        name: object = event.argument
        if isinstance(name, (int, float)):
            at = 1 <= name < len(self.written) + 0.5
            name = self.written[round(name) - 1] if at else None
        if not isinstance(name, str) or name not in effects:
            return False
        if event.action == "chain.toggle":
            self.toggle(name)
        else:
            self.move(name, -1 if event.action == "chain.up" else 1)
        return True

    def move(self, name: str, by: int) -> bool:
        """Move an effect `by` places on in the chain; False when it is not in it or at the end."""
        if name not in self._wanted:
            return False
        order = list(self._wanted)
        here = order.index(name)
        there = min(max(here + by, 0), len(order) - 1)
        if here == there:
            return False
        order.insert(there, order.pop(here))
        if name != "mix" and self._amounts.get(name):
            self._moving.add(name)
        self._want(tuple(order), _BY_HAND)
        return True

    def toggle(self, name: str) -> bool:
        """Take an effect out of the chain, or put it in: where it was, or last; not the mix."""
        if name == "mix":
            return False
        order = list(self._wanted)
        if name in order:
            self._places[name] = order.index(name)
            order.remove(name)
        else:
            order.insert(self._places.pop(name, len(order)), name)
        self._moving.discard(name)
        self._want(tuple(order), _BY_HAND)
        return True

    def tick(self, dt: float) -> list[tuple[str, float]]:
        """Move on by `dt` seconds and return (effect, amount 0..1] in drawing order."""
        step = dt / self._seconds if self._seconds > 0 else 1.0
        for name, amount in self._amounts.items():
            comes = name in self._wanted and name not in self._moving
            amount += step if comes else -step
            self._amounts[name] = 1.0 if name == "mix" else min(max(amount, 0.0), 1.0)
        arrived = {name for name in self._moving if not self._amounts[name]}
        if arrived:
            self._moving -= arrived
            self._want(self._wanted, self._seconds)
        self._amounts = {
            name: amount for name, amount in self._amounts.items() if amount or name in self._wanted
        }
        return [(name, amount) for name, amount in self._amounts.items() if amount > 0]

    def _want(self, wanted: tuple[str, ...], seconds: float) -> None:
        """Put the effects in their wanted order; who leaves stays behind who it came after."""
        wanted = tuple(dict.fromkeys(wanted))
        order = [name for name in wanted if name not in self._moving]
        before = list(self._amounts)
        leaving = [name for name in before if name not in order] if seconds > 0 else []
        for name in leaving:
            ahead = [known for known in before[: before.index(name)] if known in order]
            order.insert(order.index(ahead[-1]) + 1 if ahead else 0, name)
        fresh = 0.0 if seconds > 0 else 1.0
        self._amounts = {
            name: 1.0 if name == "mix" or seconds <= 0 else self._amounts.get(name, fresh)
            for name in order
        }
        self._wanted, self._seconds = wanted, seconds
