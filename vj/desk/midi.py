"""The MIDI hand: controllers by name, plugged and unplugged at will, moving what a scene binds.

Made by the desk process; `run` polls the ports, messages come through an inbox of their own.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import mido

from vj.core.controller import Controller
from vj.core.gig import Gig
from vj.core.types import Event
from vj.desk.complaints import Complaints
from vj.desk.midi_clock import Clock
from vj.desk.midi_inbox import Inbox
from vj.desk.midi_learn import Learner
from vj.desk.midi_leds import GENERIC, Leds, profile_of, read_controllers
from vj.desk.midi_lights import Stand, lit
from vj.desk.midi_play import MidiPlay, hand_of
from vj.desk.midi_ports import Backend, NoMidi, Port, open_backend
from vj.desk.midi_routes import Move, Pairs, Route, build_routes, matches, read_move
from vj.desk.mirror import Mirror
from vj.desk.sender import Sender
from vj.desk.style_colours import StyleColours

log = logging.getLogger(__name__)

_POLL_S = 0.3  # what a lost controller holds is let go within a second, driver and all
_TICK_S = 1 / 30
_AGAIN_S = 5.0
_STUCK_S = 10.0
_SETTLED = 100  # looks, half a minute, before standing still counts: or a desk would never settle
_MESSAGE_BYTES = 1024
_ECHO_S = 0.3
_CLOCK = ("clock", "start", "continue", "stop")
_THROUGH = "midi through"


@dataclass(slots=True)
class _Device:
    name: str
    port: Port | None = None
    parser: mido.Parser = field(default_factory=mido.Parser)
    pairs: Pairs = field(default_factory=Pairs)
    profile: Controller | None = None
    leds: Leds | None = None
    clock: Clock = field(default_factory=Clock)


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
        self._routes: dict[str, tuple[Route, ...]] = {}
        self._colours = StyleColours(gig)
        self._play = MidiPlay(mirror, sender)
        self.learner = Learner(gig, mirror)
        self._complaints = Complaints(log)
        self._inbox: Inbox[_Device] = Inbox(self._take)
        self._told = False
        self._looks, self._looked_at = 0, 0.0
        self.error = ""
        self.last = ""

    def status(self) -> dict[str, object]:
        """Which controllers are here, which are missing, and what moved last."""
        here = sorted(self._devices)
        wanted = {name for name in self._gig.rig.midi if not _named(name, here)}
        missing = sorted(wanted | (self._seen - set(here)))
        learn = self.learner.status()
        return {"devices": here, "missing": missing, "last": self.last, "learn": learn}

    def ghosts(self) -> dict[str, dict[str, object]]:
        """Where faders stand: parameter -> {at: 0..1, caught, device}; only those that moved."""
        with self._lock:
            return self._play.ghosts()

    def stuck(self, now: float) -> bool:
        """Say whether a driver has held the hand up at `now` (monotonic), after it had worked."""
        return self._looks >= _SETTLED and now - self._looked_at > _STUCK_S

    def run(self, stop: threading.Event) -> None:
        """Look for controllers three times a second until `stop`, also after MIDI has gone away."""
        threading.Thread(target=self._inbox.run, args=(stop,), name="midi-in", daemon=True).start()
        while not stop.is_set():
            try:
                backend = self._found()
                if backend is None:  # who wants to learn is answered all the same
                    self._tick_until(time.monotonic() + _AGAIN_S, stop)
                    continue
                while not stop.is_set():
                    self.poll(backend)
                    self._looks, self._looked_at = self._looks + 1, time.monotonic()
                    self._tick_until(time.monotonic() + _POLL_S, stop)
                self._unplug_all()
                backend.close()
            except NoMidi as reason:
                self._tell(reason)
                self._unplug_all(dead=True)
            except Exception as error:  # a loop top: start again with a fresh client
                self._complaints.tell("MIDI", error)
                self._unplug_all(dead=True)
            self._looks = 0
            stop.wait(_POLL_S)

    def _found(self) -> Backend | None:
        try:
            backend = self._make()
        except NoMidi as reason:
            self._tell(reason)
            return None
        self._told = False
        return backend

    def _tick_until(self, end: float, stop: threading.Event) -> None:
        while time.monotonic() < end and not stop.is_set():
            self.tick()
            stop.wait(_TICK_S)

    def tick(self) -> None:
        """Write what was learned, light what has changed; called many times a second."""
        self.learner.tick(list(self._devices))
        lamps = [device for device in self._devices.values() if device.leds is not None]
        if lamps:
            self._shine(lamps)

    def _shine(self, devices: list[_Device]) -> None:
        wanted, table = self._mirror.wanted, self._gig.table
        self._colours.follow(table.params["style.person"].choices)
        scene = wanted.scenes.index(wanted.scene) if wanted.scene in wanted.scenes else -1
        stand = Stand(self._mirror.value, scene, len(wanted.scenes), self._colours.found)
        for device in devices:
            with self._lock:
                self._rebind()
                routes = self._routes_of(device)
            if device.leds is not None:
                hand = hand_of(device.name)
                moving = {r.target for r in routes if self._sender.moves(hand, r.target, _ECHO_S)}
                device.leds.show(lit(routes, device.leds.controller, device.name, stand, moving))

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
        return _named_by(self._gig.rig.midi, name)

    def _plug(self, backend: Backend, name: str) -> None:
        device = _Device(name)
        device.port = backend.open(name, partial(self._inbox.put, device))
        if device.port is not None:
            self._devices[name] = device
            self._dress(backend, device)
            self._seen.add(name)
            log.info("MIDI controller %s", name)

    def _dress(self, backend: Backend, device: _Device) -> None:
        """Find out what kind of controller it is, and open its lights."""
        controllers, wrong = read_controllers(self._gig)
        for text in wrong:
            log.warning("controller profile left out: %s", text)
        device.profile = profile_of(device.name, controllers)
        shown = device.profile
        if shown is None and _named_by(self._gig.rig.leds, device.name):
            shown = controllers.get(GENERIC)
        port = backend.open_out(device.name) if shown and shown.lights else None
        if port is not None and shown is not None:
            device.leds = Leds(port, shown)

    def _unplug(self, name: str, dead: bool = False) -> None:
        """Close a port; knobs keep their values, keys that were held are let go.

        `dead`: the driver has gone as well and must not be spoken to.
        """
        device = self._devices.pop(name)
        with self._lock:  # first of all: a dead port may take long to close
            for event in self._play.lose(name):
                self._sender.send(event)
        port, leds = device.port, device.leds
        if leds is not None:
            (leds.abandon if dead else leds.close)()
        if port is not None:
            (port.abandon if dead else port.close)()
        log.info("MIDI controller %s is gone", name)

    def _take(self, device: _Device, data: bytes) -> None:
        try:
            self.hear(device, data)
        except Exception as error:  # whatever a controller sends, the next message is heard
            self._complaints.tell("MIDI message dropped", error)

    def hear(self, device: _Device, data: bytes) -> None:
        """Handle raw bytes of a device; they may hold several messages or end in mid-message."""
        if len(data) > _MESSAGE_BYTES:
            return
        device.parser.feed(data)
        with self._lock:
            self._rebind()
            for message in device.parser:
                if message.type in _CLOCK:
                    self._follow(device, message.type)
                    continue
                move = read_move(message.bytes())
                if move is not None:
                    self._act(device, move)

    def _follow(self, device: _Device, kind: str) -> None:
        word = self._gig.rig.clock.lower()
        if word and word in device.name.lower():
            for event in device.clock.hear(kind, time.monotonic(), hand_of(device.name)):
                self._sender.send(event)

    def _rebind(self) -> None:
        bound, table = self._mirror.bound, self._gig.table
        if bound.generation != self._generation or table.edition != self._edition:
            self._edition = table.edition
            self._routes.clear()
        if bound.generation != self._generation:
            self._generation = bound.generation
            self._play.new_scene()

    def _note(self, device: _Device, move: Move, events: Sequence[Event], why: str = "") -> None:
        """Write down what a move was and what became of it."""
        bound = [one for one in self._routes_of(device) if matches(one, move, device.name)]
        if not events and not why:
            why = f"waits until it passes {bound[0].target}" if bound else "bound to nothing here"
            why = "a release" if move.kind == "note" and not move.pressed else why
        self._sender.journal.note(hand_of(device.name), move.address, (move.raw,), events, why)

    def _routes_of(self, device: _Device) -> tuple[Route, ...]:
        if device.name not in self._routes:
            controls = device.profile.controls if device.profile else {}
            knobs = self._mirror.bound.knobs
            self._routes[device.name] = build_routes(knobs, self._gig.table, controls)
        return self._routes[device.name]

    def _act(self, device: _Device, move: Move) -> None:
        self.last = f"{device.name}: {move.kind}/{move.channel}/{move.number}"
        pair = device.pairs.join(move)
        if self.learner.armed:
            self.learner.hear(device.name, move)
            if move.kind != "note" or move.pressed:  # a key that is held may still be let go
                self._note(device, move, (), "being learned")
                return
        events = []
        for found in (move, pair):
            if found is not None:
                for event in self._play.act(device.name, found, self._routes_of(device)):
                    self._sender.send(event)
                    events.append(event)
        self._note(device, move, events)
        if device.leds is not None and move.position == 0.0:
            device.leds.forget(move.kind, move.number)


def _named(word: str, names: list[str]) -> bool:
    return any(word.lower() in name.lower() for name in names)


def _named_by(words: list[str], name: str) -> bool:
    return any(word.lower() in name.lower() for word in words)
