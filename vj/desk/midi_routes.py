"""What a MIDI message means for the current scene: pure mapping from bindings to events.

Used by the MIDI hand; every bound control becomes one Route.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from vj.core.binding import Knob, MidiAddress, parse_midi
from vj.core.params import Param
from vj.core.table import TRIGGERS, Table
from vj.desk.bindings import Travel, travel

Kind = Literal["cc", "cc14", "note", "bend", "program"]
FINE = 32
"""How far above its coarse half the fine half of a pair of controllers lies."""
_MOST_TURN = 16


@dataclass(frozen=True, slots=True)
class Move:
    """A MIDI message with its numbers made comparable: `position` is the control's travel 0..1.

    `channel` is 1..16; `number` the controller, note or program 0..127 (bend: 0).
    """

    kind: Kind
    channel: int
    number: int
    position: float

    @property
    def pressed(self) -> bool:
        """A note that goes down, a program change, a controller in its upper half."""
        return self.position > 0 if self.kind == "note" else self.position >= 0.5

    @property
    def address(self) -> str:
        """The move's place as scenes write it: `cc/1/21`, `bend/1`."""
        place = f"{self.kind}/{self.channel}"
        return place if self.kind in ("bend", "program") else f"{place}/{self.number}"

    @property
    def raw(self) -> int:
        """What the message said: 0..127, or 0..16383 for 14 bits; the number of a program."""
        if self.kind == "program":
            return self.number
        return round(self.position * (16383 if self.kind in ("cc14", "bend") else 127))


@dataclass(frozen=True, slots=True)
class Route:
    """One bound control: its address, the parameter's travel or the trigger it reaches."""

    target: str
    address: MidiAddress
    way: Travel | None
    knob: Knob

    @property
    def param(self) -> Param | None:
        """The parameter with its full range, or None for a trigger."""
        return self.way.param if self.way else None


def build_routes(
    knobs: Mapping[str, Knob], table: Table, controls: Mapping[str, str]
) -> tuple[Route, ...]:
    """Return a route for every knob with a MIDI address, or with the name of one of `controls`."""
    routes = []
    for name, knob in knobs.items():
        midi = knob.midi if "/" in knob.midi else controls.get(knob.midi, "")
        if midi:
            way = None if name in TRIGGERS else travel(table.find(name), knob)
            routes.append(Route(name, parse_midi(midi), way, knob))
    return tuple(routes)


def matches(route: Route, move: Move, device: str) -> bool:
    """Say whether a move on the device called `device` is for this route."""
    address = route.address
    return (
        address.kind == move.kind
        and address.channel in (0, move.channel)
        and (move.kind in ("bend", "program") or address.first <= move.number <= address.last)
        and route.knob.device.lower() in device.lower()
    )


def turned(encoder: str, raw: int) -> int:
    """Return how far an endless knob was turned, in ticks, right is positive; at most 16.

    `raw` 0..127: "twos" counts 1, 2.. to the right and 127, 126.. to the left; "offset" stands at
    64; "sign" counts 1, 2.. to the right and 65, 66.. to the left.
    Source: the three kinds of relative encoders of Helgobox.
    """
    match encoder:
        case "twos":
            ticks = raw if raw < 64 else raw - 128
        case "offset":
            ticks = raw - 64
        case _:
            ticks = raw if raw <= 64 else 64 - raw
    return max(-_MOST_TURN, min(_MOST_TURN, ticks))


class Pairs:
    """Joins controllers n and n + 32 of one device to moves of 14 bits, the coarse half first."""

    def __init__(self) -> None:
        self._coarse: dict[tuple[int, int], tuple[int, bool]] = {}
        self._paired: set[tuple[int, int]] = set()

    def join(self, move: Move) -> Move | None:
        """Return the pair's move, or None while its other half is awaited.

        A controller that never sends a fine half acts by its coarse half alone, and so does one
        whose fine half stays away once.
        """
        raw, fine = round(move.position * 127), move.number - FINE
        if move.kind != "cc" or move.number >= 2 * FINE:
            return None
        if fine >= 0:
            key = (move.channel, fine)
            coarse, _ = self._coarse.get(key, (0, False))
            if key not in self._coarse:
                return None
            self._paired.add(key)
            self._coarse[key] = (coarse, False)
            return Move("cc14", move.channel, fine, (coarse * 128 + raw) / 16383)
        key = (move.channel, move.number)
        waits = self._coarse.get(key, (0, False))[1]
        if waits:
            self._paired.discard(key)
        self._coarse[key] = (raw, key in self._paired)
        return None if key in self._paired else Move("cc14", *key, move.position)


def read_move(data: tuple[int, ...] | list[int]) -> Move | None:
    """Turn the bytes of one complete MIDI message into a Move; None for kinds nobody binds.

    A note-on with velocity 0 is a note-off, whose position is 0.
    """
    if not data:
        return None
    status, channel = data[0] & 0xF0, (data[0] & 0x0F) + 1
    if len(data) == 2 and status == 0xC0:
        return Move("program", channel, data[1], 1.0)
    if len(data) != 3:
        return None
    if status == 0xB0:
        return Move("cc", channel, data[1], data[2] / 127)
    if status == 0x90:
        return Move("note", channel, data[1], data[2] / 127)
    if status == 0x80:
        return Move("note", channel, data[1], 0.0)
    if status == 0xE0:
        return Move("bend", channel, 0, (data[2] * 128 + data[1]) / 16383)
    return None
