"""What the lights of a controller should show: pure mapping from bindings and values to messages.

Used by the MIDI hand, which sends what differs from what is lit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from vj.core.binding import MidiAddress, parse_midi
from vj.core.controller import Controller, Zone
from vj.desk.midi_routes import Route

Lamp = tuple[str, int, int]
"""A light: "note" or "cc", its channel and its number."""

Colour = tuple[int, int, int]
_STATUS = {"note": 0x90, "cc": 0xB0}
_WHITE, _RED, _GREEN, _BLUE, _AMBER = (
    (255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 80, 255), (255, 150, 0),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stand:
    """How the show stands: values by name, the scene's place in the set list, colours of styles."""

    value: Callable[[str], float]
    scene: int
    scenes: int
    colours: Mapping[str, Colour]


def lit(
    routes: Sequence[Route],
    controller: Controller,
    device: str,
    stand: Stand,
    moving: Collection[str] = (),
) -> dict[Lamp, bytes]:
    """Return the message each light needs; a light that nothing is bound to is not in it.

    `moving`: parameters this very device is moving: their rings and motors are left in peace, which
    an empty message says.
    """
    found: dict[Lamp, bytes] = {}
    for route in routes:
        address = route.address
        if not route.knob.led or route.knob.device.lower() not in device.lower():
            continue
        for number in range(address.first, address.last + 1):
            zone = _zone(controller, address, number)
            look = _look(route, number - address.first, stand) if zone else None
            if zone is not None and look is not None:
                left = zone.value and route.target in moving
                own = _at(zone.at).channel or address.channel or 1
                message = b"" if left else _message(controller, zone, own, number, look)
                found[address.kind, own, number] = message
    return found


@dataclass(frozen=True, slots=True)
class _Look:
    """What a light shows: its colour, whether it is the chosen one, the value's place 0..1."""

    colour: Colour
    chosen: bool
    place: float


def _zone(controller: Controller, address: MidiAddress, number: int) -> Zone | None:
    for zone in controller.lights:
        at = _at(zone.at)
        same = at.channel in (0, address.channel) or address.channel == 0
        if at.kind == address.kind and same and at.first <= number <= at.last:
            return zone
    return None


def _look(route: Route, step: int, stand: Stand) -> _Look | None:
    param, way = route.param, route.way
    spread = route.address.last > route.address.first
    if param is None or way is None:
        return _trigger(route.target, step if spread else -1, stand)
    value = stand.value(param.name)
    if param.kind == "choice" and spread:
        if step >= len(param.choices):
            return None
        colour = stand.colours.get(param.choices[step], _WHITE)
        return _Look(colour, value == step, float(value == step))
    place = way.position(value)
    colour = _GREEN if param.kind == "switch" else _AMBER
    return _Look(_RED if param.name == "blackout" else colour, place > 0.5, place)


def _trigger(target: str, step: int, stand: Stand) -> _Look | None:
    if target == "scene.go" and step >= 0:
        on = step == stand.scene
        return _Look(_BLUE, on, float(on)) if step < stand.scenes else None
    name, _, word = target.partition(".")
    on = word == "toggle" and name in ("blackout", "freeze") and stand.value(name) >= 0.5
    return _Look(_RED if target in ("panic", "blackout.toggle") else _WHITE, on, float(on))


def _message(controller: Controller, zone: Zone, own: int, number: int, look: _Look) -> bytes:
    channel = (zone.chosen if look.chosen else zone.rest) or own
    if zone.value:
        data = round(look.place * 127)
    elif zone.colours and controller.palette and (look.chosen or zone.rest):
        data = nearest(tuple(controller.palette), look.colour)
    else:
        data = zone.on if look.chosen else zone.off
    return bytes((_STATUS[_at(zone.at).kind] | (channel - 1), number, data))


@lru_cache(maxsize=64)
def _at(text: str) -> MidiAddress:
    return parse_midi(text)


@lru_cache(maxsize=512)
def nearest(palette: tuple[str, ...], colour: Colour) -> int:
    """Return the number of the palette's colour that looks most like one; never a black one."""
    return min(_shining(palette), key=lambda found: _far(found[1], colour))[0]


def _shining(palette: Sequence[str]) -> Iterator[tuple[int, Colour]]:
    for number, text in enumerate(palette):
        colour = (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))
        if max(colour) > 40:
            yield number, colour


def _far(one: Colour, other: Colour) -> float:
    """Squared distance, close to what the eye says. Source: Riemersma, "Colour metric"."""
    red = (one[0] + other[0]) / 2
    r, g, b = (a - z for a, z in zip(one, other, strict=True))
    return (2 + red / 256) * r * r + 4 * g * g + (2 + (255 - red) / 256) * b * b
