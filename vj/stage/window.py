"""The stage window: full screen on a display chosen by name, keys, help.

The stage process opens it where there is a display; one thread owns it and its context.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any

import pyglet

# Both must be set before pyglet.gl is imported: its error checks trip over errors moderngl has
# already dealt with, and its hidden helper window is one window too many on a projector.
pyglet.options["debug_gl"] = False
pyglet.options["shadow_window"] = False

import moderngl  # noqa: E402
import pyglet.window  # noqa: E402

from vj.core.house import House  # noqa: E402
from vj.core.types import Event, Trigger  # noqa: E402
from vj.stage import x11  # noqa: E402
from vj.stage.displays import Display, after, choose, has_x11, list_displays  # noqa: E402
from vj.stage.keys import HELP, trigger  # noqa: E402
from vj.stage.output import Output  # noqa: E402

log = logging.getLogger(__name__)

_LOOK_EVERY = 0.25
_HIGHEST_RATE = 120.0
_X11 = has_x11()


class Window:
    """A pyglet window that presents the output picture and turns keys into events."""

    def __init__(self, house: House) -> None:
        self._wanted = house.options.display or house.gig.rig.display
        displays = list_displays()
        found = choose(displays, self._wanted)
        if found is None:
            names = ", ".join(display.name for display in displays)
            log.warning("no display called %r; there are: %s", self._wanted, names)
            found = choose(displays, "")
        if found is None:
            raise RuntimeError("no display shows anything")
        self._on: Display = found
        self._fullscreen = False
        self._events: list[Event] = []
        self._help: tuple[Any, ...] = ()
        self._help_shown = False
        self._look_at = 0.0
        self._desktop: tuple[int, ...] = ()
        self.closed = False
        self._open(house.screen.shape, house.gig.rig.fullscreen)
        self.context = moderngl.create_context(require=330)
        self._target = self.context.detect_framebuffer()

    @property
    def display(self) -> str:
        """The display's name and what the window does there."""
        return f"{self._on.name} ({'full screen' if self._fullscreen else 'window'})"

    @property
    def place(self) -> tuple[int, int, int, int] | None:
        """x, y, width, height of the display it fills; None while it is a mere window."""
        return self._on.place if self._fullscreen else None

    @property
    def rate(self) -> float:
        """How many pictures per second the display can show."""
        return min(self._on.rate or 60.0, _HIGHEST_RATE)

    def events(self) -> list[Event]:
        """Let the system speak, and return what keys were pressed since the last call."""
        pyglet.app.platform_event_loop.step(0.0)
        self._window.switch_to()
        self._window.dispatch_events()
        now = time.perf_counter()
        if now - self._look_at >= _LOOK_EVERY:
            self._look_at = now
            self._verify()
        events, self._events = self._events, []
        return events

    def act(self, actions: Sequence[Trigger]) -> None:
        """Do what only a window can do: full screen, help, another display."""
        for action in actions:
            if action.action == "fullscreen.toggle":
                self._fill(not self._fullscreen and action.argument != "off")
            elif action.action == "help.toggle":
                self._help_shown = not self._help_shown
            elif action.action == "display.next":
                self._on = after(list_displays(), self._on.name)
                self._wanted = self._on.name
                self._fill(self._fullscreen)

    def present(self, output: Output) -> None:
        """Draw the output into the window and flip; full screen fills, a window shows all."""
        width, height = self._window.get_framebuffer_size()
        output.show(self._target, width, height, cover=self._fullscreen)
        if self._help_shown:
            self._draw_help(height)
        self._window.flip()

    def _open(self, shape: tuple[int, int], fullscreen: bool) -> None:
        config = pyglet.gl.Config(  # type: ignore[abstract]
            double_buffer=True, major_version=3, minor_version=3, depth_size=0, stencil_size=0
        )
        height, width = shape
        zoom = max(1, min(self._on.width * 2 // (3 * width), self._on.height * 2 // (3 * height)))
        self._window_size = (min(width * zoom, self._on.width), min(height * zoom, self._on.height))
        # Born in its final size: the first picture of a window that still grows has a black edge.
        self._window = pyglet.window.Window(
            *(self._on.place[2:] if fullscreen else self._window_size),
            caption="vj",
            resizable=True,
            visible=False,
            vsync=True,
            config=config,
        )
        if _X11:
            x11.keep_background(self._window)
        self._window.push_handlers(on_key_press=self._on_key, on_close=self._on_close)
        pyglet.app.platform_event_loop.start()
        # In its place before anybody sees it, and again after: window managers place by taste.
        self._fill(fullscreen)
        self._window.set_visible(True)
        self._fill(fullscreen)

    def _fill(self, fullscreen: bool) -> None:
        """Fill the display without a frame, or become a window in its middle."""
        self._fullscreen = fullscreen
        self._window.set_mouse_visible(not fullscreen)
        if not _X11:
            screens = pyglet.display.get_display().get_screens()
            places = {(screen.x, screen.y): screen for screen in screens}
            self._window.set_fullscreen(fullscreen, places.get((self._on.x, self._on.y)))
            if not fullscreen:
                self._centre()
            return
        # Asking an X11 window manager for full screen may land on another display; a window
        # without a frame, as large as the display and in its place, is right everywhere.
        x11.decorate(self._window, frame=not fullscreen)
        if fullscreen:
            self._window.set_location(self._on.x, self._on.y)
            self._window.set_size(self._on.width, self._on.height)
            self._window.activate()
        else:
            self._window.set_size(*self._window_size)
            self._centre()

    def _centre(self) -> None:
        width, height = self._window_size
        x = self._on.x + (self._on.width - width) // 2
        self._window.set_location(x, self._on.y + (self._on.height - height) // 2)

    def _verify(self) -> None:
        """Is the window where it should be, and has its display come back or moved?"""
        desktop = x11.desktop_mark(self._window) if _X11 else ()
        if not _X11 or desktop != self._desktop:
            # Asking X11 for its displays can take long enough to see, so only after a change.
            self._desktop = desktop
            found = choose(list_displays(), self._wanted)
            if found is not None and found != self._on:
                self._on = found
                self._fill(self._fullscreen)
        if _X11 and self._fullscreen:
            x11.keep_awake(self._window)
        place = (*self._window.get_location(), *self._window.get_size())
        if self._fullscreen and place != self._on.place:
            log.info("the window is at %s, not %s; moving it", place, self._on.place)
            self._fill(True)

    def _on_key(self, symbol: int, _modifiers: int) -> bool:
        pressed = trigger(pyglet.window.key.symbol_string(symbol), time.perf_counter_ns())
        if pressed is not None:
            self._events.append(pressed)
        # Handled, whatever it was: pyglet's own answer to Esc would close the window.
        return pyglet.event.EVENT_HANDLED

    def _on_close(self) -> bool:
        self.closed = True
        return pyglet.event.EVENT_HANDLED

    def _draw_help(self, height: int) -> None:
        if not self._help:
            text = "\n".join(f"{key:<7}{what}" for key, what in HELP)
            label = pyglet.text.Label(
                text,
                font_name=["DejaVu Sans Mono", "Menlo", "Consolas", "monospace"],
                font_size=11,
                multiline=True,
                width=560,
                anchor_y="top",
                color=(255, 255, 255, 255),
            )
            plate = pyglet.shapes.Rectangle(
                12, 0, 584, label.content_height + 24, color=(0, 0, 0, 170)
            )
            self._help = (plate, label)
        plate, label = self._help
        plate.y = height - 12 - plate.height
        label.x, label.y = 24, height - 24
        for part in self._help:
            part.draw()
        self.context.disable(moderngl.BLEND)
