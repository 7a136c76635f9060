"""Which effects are in the chain, in order, and how far each has come in or gone out.

Owned by the stage's Play; a scene change brings effects in as softly as everything else.
"""

from __future__ import annotations

from collections.abc import Sequence


class Lineup:
    """Effect names with amounts 0..1; effects that leave stay in their place until they are out.

    The mix of camera and painting is always there, first unless a scene places it elsewhere.
    """

    def __init__(self) -> None:
        self._amounts: dict[str, float] = {"mix": 1.0}
        self._wanted: tuple[str, ...] = ("mix",)
        self._seconds = 0.0

    def change(self, chain: Sequence[str], seconds: float) -> None:
        """Fade to a new chain in `seconds`; 0 cuts."""
        wanted = tuple(chain) if "mix" in chain else ("mix", *chain)
        order = list(dict.fromkeys(wanted))
        leaving = [name for name in self._amounts if name not in order] if seconds > 0 else []
        before = list(self._amounts)
        for name in leaving:
            ahead = [known for known in before[: before.index(name)] if known in order]
            order.insert(order.index(ahead[-1]) + 1 if ahead else 0, name)
        fresh = 0.0 if seconds > 0 else 1.0
        self._amounts = {
            name: 1.0 if name == "mix" or seconds <= 0 else self._amounts.get(name, fresh)
            for name in order
        }
        self._wanted, self._seconds = wanted, seconds

    def tick(self, dt: float) -> list[tuple[str, float]]:
        """Move on by `dt` seconds and return (effect, amount 0..1] in drawing order."""
        step = dt / self._seconds if self._seconds > 0 else 1.0
        for name, amount in self._amounts.items():
            amount += step if name in self._wanted else -step
            self._amounts[name] = min(max(amount, 0.0), 1.0)
        self._amounts = {
            name: amount for name, amount in self._amounts.items() if amount or name in self._wanted
        }
        return [(name, amount) for name, amount in self._amounts.items() if amount > 0]
