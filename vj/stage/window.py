"""The stage's windows: one for each output, keys and mouse, help, names of displays.

The stage process opens them where there is a display; one thread owns them and their contexts.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

import pyglet

from vj.core.house import House
from vj.core.types import Event, Trigger
from vj.stage import x11
from vj.stage.awake import Awake
from vj.stage.displays import Display, after, assign, choose, has_x11, list_displays
from vj.stage.help import Help
from vj.stage.identify import Names
from vj.stage.keys import trigger
from vj.stage.map_edit import Editor
from vj.stage.mappings import Mappings
from vj.stage.output import Output
from vj.stage.projector import Projector
from vj.stage.rig_file import outputs_of

log = logging.getLogger(__name__)

_LOOK_EVERY = 0.25
_HIGHEST_RATE = 120.0
_X11 = has_x11()


class Window:
    """Windows that present the output picture and turn keys and the mouse into events."""

    def __init__(self, house: House) -> None:
        displays = list_displays()
        specs = outputs_of(house.gig)
        self._wanted = [spec.display for spec in specs]
        self._wanted[0] = house.options.display or self._wanted[0]
        found = assign(displays, self._wanted)
        # A rig made for another hall: the picture is shown somewhere until its display comes.
        self._stands_in = not any(found)
        if self._stands_in:
            names = ", ".join(display.name for display in displays)
            log.warning("no display called %r; there are: %s", self._wanted[0], names)
            found[0] = choose(displays, "")
        if not any(found):
            raise RuntimeError("no display shows anything")
        self._events: list[Event] = []
        self._look_at = 0.0
        self._desktop: tuple[int, ...] = ()
        self.closed = False
        self._card = False
        self.projectors = [
            Projector(number, spec, house.gig.folder, on, house.screen.shape, full)
            for number, (spec, on) in enumerate(zip(specs, found, strict=True))
            for full in [house.gig.rig.fullscreen]
        ]
        for projector in self.projectors:
            self._listen(projector)
        self._first = self.projectors[0]
        self._first.window.switch_to()
        self.context = self._first.context
        self._help = Help(self.context)
        self._names = Names()
        self._editor = Editor()
        self._awake = Awake()

    @property
    def display(self) -> str:
        """The displays' names and what the windows do there."""
        return ", ".join(f"{one.on.name} ({self._state(one)})" for one in self.projectors)

    @property
    def displays(self) -> list[str]:
        """Each output's display by name."""
        return [one.on.name for one in self.projectors]

    @property
    def places(self) -> list[tuple[int, int, int, int] | None]:
        """x, y, width, height of the display each output fills; None while it fills none."""
        return [one.place for one in self.projectors]

    @property
    def rate(self) -> float:
        """How many pictures per second the displays can show."""
        return min(self._first.on.rate or 60.0, _HIGHEST_RATE)

    def events(self) -> list[Event]:
        """Let the system speak, and return what hands asked for since the last call."""
        pyglet.app.platform_event_loop.step(0.0)
        for projector in (*self.projectors[1:], self._first):
            projector.window.switch_to()
            projector.window.dispatch_events()
        now = time.perf_counter()
        if now - self._look_at >= _LOOK_EVERY:
            self._look_at = now
            self._verify()
        if self._names.step(now):
            self._first.window.switch_to()
        events, self._events = self._events, []
        return events

    def act(self, actions: Sequence[Trigger]) -> None:
        """Do what only windows can do: full screen, help, displays, test card, mapping."""
        for action in actions:
            match action.action:
                case "fullscreen.toggle":
                    full = not self._first.fullscreen and action.argument != "off"
                    for projector in self.projectors:
                        projector.fill(full)
                case "help.toggle":
                    self._help.shown = not self._help.shown
                case "testcard.toggle":
                    self._card = not self._card
                case "map.edit":
                    self._events += self._editor.toggle(time.perf_counter_ns())
                    self._show_mouse()
                case "display.next":
                    self._change_places()
                case "display.identify":
                    busy = {one.on.name for one in self.projectors if one.place}
                    self._names.show(list_displays(), busy, time.perf_counter())
                    self._first.window.switch_to()

    def present(self, output: Output, mappings: Mappings) -> None:
        """Draw the output into every window and flip; full screen fills, a window shows all."""
        self._editor.follow(mappings.now)
        for projector in (*self.projectors[1:], self._first):
            if projector.parked:
                continue
            first = projector is self._first
            projector.window.switch_to()
            mapping, spec = mappings.now[projector.number], mappings.specs[projector.number]
            if projector.spec is not spec:
                projector.take(spec)
            projector.present(output.texture, mapping, self._card, own=first)
            self._editor.draw(projector.ink, projector.number, projector.size)
            self._names.write(projector.ink, projector.on, projector.size, projector.place)
            projector.ink.draw(projector.target, projector.size)
            if first and self._help.shown:
                self._help.draw(projector.size[0])
            projector.window.flip()
        self._first.window.switch_to()

    def _state(self, projector: Projector) -> str:
        if projector.parked:
            return "away"
        return "full screen" if projector.fullscreen else "window"

    def _listen(self, projector: Projector) -> None:
        number = projector.number

        def on_key(symbol: int, modifiers: int) -> bool:
            self._on_key(symbol, modifiers)
            # Handled, whatever it was: pyglet's own answer to Esc would close the window.
            return pyglet.event.EVENT_HANDLED

        def on_close() -> bool:
            self.closed = True
            return pyglet.event.EVENT_HANDLED

        def place(x: float, y: float) -> tuple[float, float]:
            width, height = projector.window.get_size()
            return x / width, 1.0 - y / height

        def on_press(x: int, y: int, _button: int, _modifiers: int) -> None:
            self._editor.press(number, place(x, y), projector.size)

        def on_drag(x: int, y: int, _dx: int, _dy: int, _buttons: int, _modifiers: int) -> None:
            self._events += self._editor.drag(number, place(x, y), time.perf_counter_ns())

        projector.window.push_handlers(
            on_key_press=on_key, on_close=on_close, on_mouse_press=on_press, on_mouse_drag=on_drag
        )

    def _on_key(self, symbol: int, modifiers: int) -> None:
        key, at = pyglet.window.key.symbol_string(symbol), time.perf_counter_ns()
        shift = bool(modifiers & pyglet.window.key.MOD_SHIFT)
        sizes = [projector.size for projector in self.projectors]
        asked = self._editor.key(key, shift, sizes, at)
        if asked is not None:
            self._events += asked
            self._show_mouse()
            return
        pressed = trigger(key, at)
        if pressed is not None:
            self._events.append(pressed)

    def _show_mouse(self) -> None:
        for projector in self.projectors:
            projector.window.set_mouse_visible(self._editor.on or not projector.fullscreen)

    def _change_places(self) -> None:
        """Send every output to its next display: two change places, one goes round."""
        displays = list_displays()
        if not displays:
            return
        if len(self.projectors) == 1:
            self._wanted = [after(displays, self._first.on.name).name]
        else:
            self._wanted = [*self._wanted[1:], self._wanted[0]]
        self._settle(displays)

    def _settle(self, displays: Sequence[Display]) -> None:
        """Send every window to its display; one whose display is away waits unseen."""
        found = assign(displays, self._wanted)
        self._stands_in = self._stands_in and not any(found)
        if self._stands_in:
            return
        for projector, display in zip(self.projectors, found, strict=True):
            projector.go(display)
        pacing = next((one for one in self.projectors if not one.parked), None)
        for projector in self.projectors:
            projector.window.switch_to()
            projector.window.set_vsync(projector is pacing)
        self._first.window.switch_to()

    def _verify(self) -> None:
        """Has a display come, gone or moved, and is every window where it should be?"""
        desktop = x11.desktop_mark(self._first.window) if _X11 else ()
        if not _X11 or desktop != self._desktop:
            # Asking X11 for its displays can take long enough to see, so only after a change.
            self._desktop = desktop
            self._settle(list_displays())
        if any(self.places):
            if _X11:
                x11.keep_awake(self._first.window)
            self._awake.keep()
        for projector in self.projectors:
            projector.verify()
