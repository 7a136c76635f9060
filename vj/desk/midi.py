"""The MIDI hand: controllers by name, plugged and unplugged at will, moving what a scene binds.

Made by the desk process; `run` polls the ports each second, messages come in the driver's threads.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import mido

from vj.core.gig import Gig
from vj.core.types import Event, Set, Trigger
from vj.desk.complaints import Complaints
from vj.desk.midi_ports import Backend, NoMidi, Port, open_backend
from vj.desk.midi_routes import Move, Route, build_routes, matches, read_move
from vj.desk.mirror import Mirror
from vj.desk.sender import Sender
from vj.desk.takeover import Grip, follow, let_go

log = logging.getLogger(__name__)

_POLL_S = 1.0
_AGAIN_S = 5.0
_MESSAGE_BYTES = 1024
_THROUGH = "midi through"


@dataclass(slots=True)
class _Device:
    name: str
    port: Port
    parser: mido.Parser = field(default_factory=mido.Parser)


class MidiHand:
    """All controllers together: one lock, one grip per control, notes that are held down."""

    def __init__(
        self,
        gig: Gig,
        mirror: Mirror,
        sender: Sender,
        backend: Callable[[], Backend] = open_backend,
    ) -> None:
        self._gig, self._mirror, self._sender, self._make = gig, mirror, sender, backend
        self._lock = threading.Lock()
        self._devices: dict[str, _Device] = {}
        self._seen: set[str] = set()
        self._generation = self._edition = -1
        self._routes: tuple[Route, ...] = ()
        self._grips: dict[tuple[str, Route], Grip] = {}
        self._held: dict[tuple[str, int, int], list[Set]] = {}
        self._high: set[tuple[str, int, int]] = set()
        self._complaints = Complaints(log)
        self._told = False
        self.error = ""
        self.last = ""

    def status(self) -> dict[str, object]:
        """Which controllers are here, which are missing, and what moved last."""
        here = sorted(self._devices)
        wanted = {name for name in self._gig.rig.midi if not _named(name, here)}
        missing = sorted(wanted | (self._seen - set(here)))
        return {"devices": here, "missing": missing, "last": self.last}

    def run(self, stop: threading.Event) -> None:
        """Look for controllers every second until `stop`, also after MIDI itself has gone away."""
        while not stop.is_set():
            try:
                backend = self._make()
                self._told = False
            except NoMidi as reason:
                self._tell(reason)
                stop.wait(_AGAIN_S)
                continue
            try:
                while not stop.is_set():
                    self.poll(backend)
                    stop.wait(_POLL_S)
                self._unplug_all()
                backend.close()
            except NoMidi as reason:
                self._tell(reason)
                self._unplug_all(dead=True)
            except Exception as error:  # a loop top: start again with a fresh client
                self._complaints.tell("MIDI", error)
                self._unplug_all(dead=True)
            stop.wait(_POLL_S)

    def _tell(self, reason: NoMidi) -> None:
        if not self._told:
            log.info("no MIDI here: %s", reason)
        self._told = True

    def _unplug_all(self, dead: bool = False) -> None:
        for name in list(self._devices):
            self._unplug(name, dead)

    def poll(self, backend: Backend) -> None:
        """Open controllers that came, close those that went."""
        names = [name for name in backend.ports() if self._wanted(name)]
        for name in list(self._devices):
            if name not in names:
                self._unplug(name)
        for name in names:
            if name not in self._devices:
                self._plug(backend, name)

    def _wanted(self, name: str) -> bool:
        if not self._gig.rig.midi:
            return _THROUGH not in name.lower()
        return any(word.lower() in name.lower() for word in self._gig.rig.midi)

    def _plug(self, backend: Backend, name: str) -> None:
        parser = mido.Parser()

        def heard(data: bytes) -> None:
            """Take raw bytes from the driver's thread, which swallows every exception silently."""
            try:
                self.hear(name, parser, data)
            except Exception as error:
                self._complaints.tell("MIDI message dropped", error)

        port = backend.open(name, heard)
        if port is not None:
            self._devices[name] = _Device(name, port, parser)
            self._seen.add(name)
            log.info("MIDI controller %s", name)

    def _unplug(self, name: str, dead: bool = False) -> None:
        """Close a port; knobs keep their values, keys that were held are let go.

        `dead`: the driver has gone as well and must not be spoken to.
        """
        port = self._devices.pop(name).port
        (port.abandon if dead else port.close)()
        log.info("MIDI controller %s is gone", name)
        with self._lock:
            for key in [key for key in self._held if key[0] == name]:
                self._let_up(key)
            self._grips = {key: grip for key, grip in self._grips.items() if key[0] != name}

    def hear(self, device: str, parser: mido.Parser, data: bytes) -> None:
        """Handle raw bytes of a device; they may hold several messages or end in mid-message."""
        if len(data) > _MESSAGE_BYTES:
            return
        parser.feed(data)
        with self._lock:
            self._rebind()
            for message in parser:
                move = read_move(message.bytes())
                if move is not None:
                    self._act(device, move)

    def _rebind(self) -> None:
        bound, table = self._mirror.bound, self._gig.table
        if bound.generation != self._generation or table.edition != self._edition:
            self._edition = table.edition
            self._routes = build_routes(bound.knobs, table)
        if bound.generation != self._generation:
            self._generation = bound.generation
            self._grips = {key: let_go(grip) for key, grip in self._grips.items()}
            self._held.clear()  # the new scene's values stand; old keys let nothing up any more

    def _act(self, device: str, move: Move) -> None:
        self.last = f"{device}: {move.kind}/{move.channel}/{move.number}"
        key = (device, move.channel, move.number)
        was_high = key in self._high
        if move.kind == "cc":
            (self._high.add if move.pressed else self._high.discard)(key)
        if move.kind == "note" and not move.pressed:
            self._let_up(key)
            return
        fresh = move.pressed and not (move.kind == "cc" and was_high)
        found = [route for route in self._routes if matches(route, move, device)]
        for route in found:
            event = self._event(device, route, move, fresh)
            if event is not None:
                self._sender.send(event)
        if not found and move.kind == "program" and move.number < len(self._mirror.wanted.scenes):
            self._sender.send(Trigger("scene.go", float(move.number + 1), _hand(device)))

    def _let_up(self, key: tuple[str, int, int]) -> None:
        for event in self._held.pop(key, ()):
            self._sender.send(event)

    def _event(self, device: str, route: Route, move: Move, fresh: bool) -> Event | None:
        param, way, hand = route.param, route.way, _hand(device)
        if param is None or way is None:
            return self._trigger(route, move, hand) if fresh else None
        if move.kind == "note":
            return self._note(device, route, move, hand)
        if move.kind == "program":
            return Set(param.name, param.clamp(param.low + move.number), hand)
        if param.kind == "switch":
            return Set(param.name, float(move.pressed != way.inverted), hand)
        return self._turn(device, route, move, hand)

    def _trigger(self, route: Route, move: Move, hand: str) -> Trigger:
        """A range of notes on `scene.go` picks the scene, as a program change does."""
        spread = route.address.last > route.address.first
        number = move.number - route.address.first if spread else 0
        if route.target != "scene.go":
            return Trigger(route.target, None, hand)
        number = move.number if move.kind == "program" else number
        return Trigger(route.target, float(number + 1), hand)

    def _note(self, device: str, route: Route, move: Move, hand: str) -> Set | None:
        """A key: the choice it stands for, a switch turned over, a value as long as it is down."""
        param, way = route.param, route.way
        assert param is not None and way is not None
        step, steps = move.number - route.address.first, route.address.last - route.address.first
        if param.kind == "choice" and steps:
            return Set(param.name, float(step), hand) if step < len(param.choices) else None
        if param.kind == "switch":
            return Set(param.name, float(self._mirror.value(param.name) < 0.5), hand)
        if steps:
            return Set(param.name, way.value(step / steps), hand)
        key = (device, move.channel, move.number)
        self._held.setdefault(key, []).append(Set(param.name, way.value(0.0), hand))
        return Set(param.name, way.value(1.0), hand)

    def _turn(self, device: str, route: Route, move: Move, hand: str) -> Set | None:
        """A knob, fader or wheel: it moves the value once it has picked it up."""
        param, way = route.param, route.way
        assert param is not None and way is not None
        if route.jump:
            return Set(param.name, way.value(move.position), hand)
        grip = self._grips.get((device, route), Grip())
        if self._sender.mover(param.name)[0] != hand:
            grip = let_go(grip)
        grip = follow(grip, move.position, way.position(self._mirror.value(param.name)))
        self._grips[device, route] = grip
        return Set(param.name, way.value(move.position), hand) if grip.holds else None


def _hand(device: str) -> str:
    return f"midi:{device}"


def _named(word: str, names: list[str]) -> bool:
    return any(word.lower() in name.lower() for name in names)
