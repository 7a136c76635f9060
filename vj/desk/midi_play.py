"""What controls do to the show: buttons, faders and endless knobs become events.

Used by the MIDI hand, which holds its lock and hands over one move after the other.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vj.core.table import HANDS_ONLY
from vj.core.types import Event, Set, Trigger
from vj.desk.held import Back
from vj.desk.midi_routes import Move, Route, matches, turned
from vj.desk.mirror import Mirror
from vj.desk.sender import Sender
from vj.desk.takeover import Grip, follow, let_go, scaled

_COUNTED = ("scene.go", "chain.up", "chain.down", "chain.toggle")
"""Triggers whose range of notes counts: scenes, or effects of the scene's chain."""

_STEPS = 128
_STEPS_PER_CHOICE = 3
_ECHO_S = 1.0

Control = tuple[str, str, int, int]
"""A control that can be held: device, kind, channel, number."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a control has put a value: the shown one comes later, and rounded."""

    position: float
    at: float


class MidiPlay:
    """Grips of faders, keys that are held down, places endless knobs have turned to."""

    def __init__(self, mirror: Mirror, sender: Sender) -> None:
        self._mirror, self._sender = mirror, sender
        self._grips: dict[tuple[str, Route], Grip] = {}
        self._places: dict[tuple[str, Route], _Place] = {}
        self._held: dict[Control, dict[str, Set]] = {}  # by parameter: pads may never let go
        self._high: set[Control] = set()

    def new_scene(self) -> None:
        """Let every fader be picked up anew; old keys let up only what no scene sets."""
        self._grips = {key: let_go(grip) for key, grip in self._grips.items()}
        self._places.clear()
        live = {
            key: {param: back for param, back in backs.items() if param in HANDS_ONLY}
            for key, backs in self._held.items()
        }
        self._held = {key: backs for key, backs in live.items() if backs}
        self._tell_held()

    def lose(self, device: str) -> Iterator[Event]:
        """Forget a device; return what its held keys let go."""
        for key in [key for key in self._held if key[0] == device]:
            yield from self._held.pop(key).values()
        self._tell_held()
        self._grips = {key: grip for key, grip in self._grips.items() if key[0] != device}
        self._high = {key for key in self._high if key[0] != device}

    def ghosts(self) -> dict[str, dict[str, object]]:
        """Return where picked-up faders stand by their parameters, and whether they hold them.

        A fader whose value another hand has moved since does not hold it any more.
        """
        found: dict[str, dict[str, object]] = {}
        for (device, route), grip in self._grips.items():
            if grip.position is None or route.knob.takeover == "scale":
                continue
            caught = grip.holds and self._sender.mover(route.target)[0] == hand_of(device)
            at = round(grip.position, 3)
            found[route.target] = {"at": at, "caught": caught, "device": device}
        return found

    def act(self, device: str, move: Move, routes: Sequence[Route]) -> Iterator[Event]:
        """Return what a move asks for."""
        key = (device, move.kind, move.channel, move.number)
        fresh = move.pressed and (move.kind in ("note", "program") or key not in self._high)
        if move.kind in ("cc", "cc14"):
            (self._high.add if move.pressed else self._high.discard)(key)
        if not move.pressed and key in self._held:
            yield from self._held.pop(key).values()
            self._tell_held()
        if move.kind == "note" and not move.pressed:
            return
        found = [route for route in routes if matches(route, move, device)]
        for route in found:
            event = self._event(key, route, move, fresh)
            if event is not None:
                yield event
        if not found and move.kind == "program" and move.number < len(self._mirror.wanted.scenes):
            yield Trigger("scene.go", float(move.number + 1), hand_of(device))

    def _event(self, key: Control, route: Route, move: Move, fresh: bool) -> Event | None:
        param, way, hand = route.param, route.way, hand_of(key[0])
        if param is None or way is None:
            return _trigger(route, move, hand) if fresh else None
        if move.kind == "note" or (route.knob.press and move.kind == "cc"):
            return self._button(key, route, move, hand) if fresh else None
        if move.kind == "program":
            return Set(param.name, param.clamp(param.low + move.number), hand)
        if route.knob.encoder and move.kind == "cc":
            return self._endless(key[0], route, move, hand)
        if param.kind == "switch":
            return Set(param.name, float(move.pressed != way.inverted), hand)
        return self._fader(key[0], route, move, hand)

    def _button(self, key: Control, route: Route, move: Move, hand: str) -> Set | None:
        """A key: the choice it stands for, a switch turned over, a value as long as it is down."""
        param, way, press = route.param, route.way, route.knob.press
        assert param is not None and way is not None
        step, steps = move.number - route.address.first, route.address.last - route.address.first
        if param.kind == "choice" and steps:
            return Set(param.name, float(step), hand) if step < len(param.choices) else None
        if press == "velocity":
            return Set(param.name, way.value(move.position), hand)
        if steps and not press:
            if param.kind == "switch":
                return self._turn_over(route, hand)
            return Set(param.name, way.value(step / steps), hand)
        if press == "toggle" or (param.kind == "switch" and not press):
            return self._turn_over(route, hand)
        if press != "set":
            self._held.setdefault(key, {})[param.name] = Set(param.name, way.value(0.0), hand)
            self._tell_held()
        return Set(param.name, way.value(1.0), hand)

    def _tell_held(self) -> None:
        scene = self._mirror.wanted.scene
        backs = [Back(back, scene) for sets in self._held.values() for back in sets.values()]
        self._sender.held.tell(self, backs)

    def _turn_over(self, route: Route, hand: str) -> Set:
        param, way = route.param, route.way
        assert param is not None and way is not None
        value = self._mirror.value(param.name)
        if param.kind == "switch":
            return Set(param.name, float(value < 0.5), hand)
        return Set(param.name, way.value(float(way.position(value) < 0.5)), hand)

    def _endless(self, device: str, route: Route, move: Move, hand: str) -> Set | None:
        param, way = route.param, route.way
        assert param is not None and way is not None
        choices = len(param.choices) * _STEPS_PER_CHOICE
        ticks = turned(route.knob.encoder, round(move.position * 127))
        step = ticks / (route.knob.steps or choices or _STEPS)
        return self._put(device, route, self._place(device, route) + step, hand) if ticks else None

    def _fader(self, device: str, route: Route, move: Move, hand: str) -> Set | None:
        """A knob, fader or wheel: it moves the value once it has picked it up."""
        param, way, key = route.param, route.way, (device, route)
        assert param is not None and way is not None
        if route.knob.takeover == "jump":
            return Set(param.name, way.value(move.position), hand)
        grip = self._grips.get(key, Grip())
        if route.knob.takeover == "scale":
            self._grips[key] = Grip(move.position)
            if grip.position is None:
                return None
            place = scaled(grip.position, move.position, self._place(device, route))
            return self._put(device, route, place, hand)
        if self._sender.mover(param.name)[0] != hand:
            grip = let_go(grip)
        value = way.position(self._mirror.value(param.name))
        self._grips[key] = now = follow(grip, move.position, value)
        return Set(param.name, way.value(move.position), hand) if now.holds else None

    def _place(self, device: str, route: Route) -> float:
        """Where the value is on the control's way, by our own account while we are moving it."""
        param, way, place = route.param, route.way, self._places.get((device, route))
        assert param is not None and way is not None
        value = self._mirror.value(param.name)
        if place is not None:
            by, _ = self._sender.mover(param.name)
            ours = by == hand_of(device) and time.monotonic() - place.at < _ECHO_S
            if ours or way.value(place.position) == value:
                return place.position
        return way.position(value)

    def _put(self, device: str, route: Route, position: float, hand: str) -> Set:
        param, way = route.param, route.way
        assert param is not None and way is not None
        position = min(max(position, 0.0), 1.0)
        self._places[device, route] = _Place(position, time.monotonic())
        return Set(param.name, way.value(position), hand)


def _trigger(route: Route, move: Move, hand: str) -> Trigger:
    """A range of notes on `scene.go` picks the scene, as a program change does; so for effects."""
    spread = route.address.last > route.address.first
    number = move.number - route.address.first if spread else 0
    if route.target not in _COUNTED:
        return Trigger(route.target, None, hand)
    number = move.number if move.kind == "program" else number
    return Trigger(route.target, float(number + 1), hand)


def hand_of(device: str) -> str:
    """Return the name a device signs its events with."""
    return f"midi:{device}"
