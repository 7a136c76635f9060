"""What the current scene and the rig bind to hands, and the way a control travels.

Read by OSC, MIDI and remote; the mirror reads it anew when the scene or its file changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from vj.core.binding import Knob, parse_midi
from vj.core.params import Param


@dataclass(frozen=True, slots=True)
class Bound:
    """The knobs that count now; `generation` grows whenever controls must be picked up anew."""

    scene: str = ""
    knobs: Mapping[str, Knob] = field(default_factory=dict)
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Travel:
    """A control's way through a parameter: its own range and curve, perhaps upside down."""

    param: Param
    inverted: bool = False

    def value(self, position: float) -> float:
        """Turn a control's position 0..1 into a natural value."""
        return self.param.from_norm(1.0 - position if self.inverted else position)

    def position(self, value: float) -> float:
        """Turn a natural value into the position 0..1 where the control would stand."""
        found = self.param.to_norm(value)
        return 1.0 - found if self.inverted else found


def travel(param: Param, knob: Knob | None = None) -> Travel:
    """Narrow a parameter to a knob's range and curve; a range from high to low turns it round."""
    if knob is None:
        return Travel(param)
    low, high = (param.clamp(edge) for edge in knob.range or (param.low, param.high))
    inverted = low > high
    low, high = min(low, high), max(low, high)
    default = min(max(param.default, low), high)
    curve = knob.curve or param.curve
    return Travel(replace(param, low=low, high=high, default=default, curve=curve), inverted)


def springs_back(param: Param, knob: Knob) -> bool:
    """Say whether a knob holds its high end only while it is down: by its word, or as pads do."""
    if knob.press or param.kind not in ("float", "int") or not knob.midi.startswith("note/"):
        return knob.press == "momentary"
    address = parse_midi(knob.midi)
    return address.first == address.last
