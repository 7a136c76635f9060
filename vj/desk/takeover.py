"""Pick-up: a fader takes hold of a value only when it passes where the value is.

Used by the MIDI hand for absolute controls; pure, one frozen Grip per control.
"""

from __future__ import annotations

from dataclasses import dataclass

NEAR = 4 / 127
"""How close, in travel 0..1, counts as being there: four steps of a seven-bit fader."""


@dataclass(frozen=True, slots=True)
class Grip:
    """What a control did last: its position 0..1 (None = not moved yet), and whether it holds."""

    position: float | None = None
    holds: bool = False


def follow(grip: Grip, position: float, value: float) -> Grip:
    """Return the grip after a move to `position`; the move counts when it `holds`.

    `value`: where the parameter stands now, 0..1 on the same travel. A control takes hold when it
    comes near the value or when the value lies between its last and its new position, so a fast
    move that jumps over the value catches too; it then holds until it is let go.
    Source: behaviour of QLC+ and Ableton "pickup".
    """
    if grip.holds:
        return Grip(position, True)
    near = abs(position - value) <= NEAR
    last = grip.position
    crossed = last is not None and min(last, position) <= value <= max(last, position)
    return Grip(position, near or crossed)


def let_go(grip: Grip) -> Grip:
    """Return the grip after a scene change or another hand's move: it must be picked up anew."""
    return Grip(grip.position, False)


def scaled(last: float, position: float, value: float) -> float:
    """Return where a value goes when its fader moves from `last` to `position`, all 0..1.

    What is left of the fader's way is stretched over what is left of the value's: both reach the
    end together and nothing jumps.
    Source: behaviour of Ableton "value scaling".
    """
    if position > last:
        return value + (1.0 - value) * (position - last) / (1.0 - last)
    if position < last:
        return value * position / last
    return value
