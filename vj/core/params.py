"""What a knob is: its range, default, curve and words, declared once.

The core table, effects and models declare Params; stage, desk and docs read them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Kind = Literal["float", "int", "switch", "choice"]
Curve = Literal["linear", "exp"]


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter: `low`..`high` in natural units; `smooth` is a settling time in seconds.

    A "switch" is 0 or 1; a "choice" is an index into `choices`; `curve` "exp" gives the low end of
    a fader more room.
    """

    name: str
    kind: Kind
    low: float
    high: float
    default: float
    doc: str
    unit: str = ""
    curve: Curve = "linear"
    label: str = ""
    smooth: float = 0.0
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.low <= self.default <= self.high):
            raise ValueError(f"{self.name}: default {self.default} outside {self.low}..{self.high}")

    def clamp(self, value: float) -> float:
        """Return the nearest allowed value; a value that is not finite gives the default."""
        if not math.isfinite(value):
            return self.default
        value = min(max(value, self.low), self.high)
        if self.kind == "switch":
            return 1.0 if value >= 0.5 else 0.0
        return float(round(value)) if self.kind in ("int", "choice") else value

    def from_norm(self, position: float) -> float:
        """Turn a fader position 0..1 into a natural value."""
        position = min(max(position, 0.0), 1.0) if math.isfinite(position) else 0.0
        bent = position * position if self.curve == "exp" else position
        return self.clamp(self.low + (self.high - self.low) * bent)

    def to_norm(self, value: float) -> float:
        """Turn a natural value into a fader position 0..1."""
        span = self.high - self.low
        position = (self.clamp(value) - self.low) / span if span else 0.0
        return math.sqrt(position) if self.curve == "exp" else position


def switch(name: str, doc: str, default: bool = False) -> Param:
    """Declare an on/off parameter."""
    return Param(name, "switch", 0, 1, float(default), doc)


def choice(name: str, doc: str, choices: tuple[str, ...], default: str = "") -> Param:
    """Declare a parameter that picks one of `choices` by index."""
    index = choices.index(default) if default in choices else 0
    return Param(name, "choice", 0, max(len(choices) - 1, 0), index, doc, choices=choices)
