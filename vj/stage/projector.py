"""One output's window: on a display chosen by name, filling it, parked while it is away.

The stage window keeps one for each output; they share what is on the graphics card.
"""

from __future__ import annotations

import logging
from pathlib import Path

import pyglet

# Both must be set before pyglet.gl is imported: its error checks trip over errors moderngl has
# already dealt with, and its hidden helper window is one window too many on a projector.
pyglet.options["debug_gl"] = False
pyglet.options["shadow_window"] = False

import moderngl  # noqa: E402
import pyglet.window  # noqa: E402

from vj.core.mapping import WHOLE, Mapping  # noqa: E402
from vj.core.outputs import OutputSpec  # noqa: E402
from vj.stage import x11  # noqa: E402
from vj.stage.displays import Display, has_x11  # noqa: E402
from vj.stage.ink import Ink  # noqa: E402
from vj.stage.mapper import Mapper  # noqa: E402
from vj.stage.testcard import draw_card  # noqa: E402

log = logging.getLogger(__name__)

_X11 = has_x11()


class Projector:
    """A window and what draws the picture into it."""

    def __init__(
        self,
        number: int,
        spec: OutputSpec,
        folder: Path,
        display: Display | None,
        shape: tuple[int, int],
        fullscreen: bool,
    ) -> None:
        """`shape`: (height, width) of the show's picture; `display`: None parks it at once."""
        self.number, self.spec = number, spec
        self.on = display or Display(spec.display, 0, 0, shape[1], shape[0])
        self.parked = display is None
        self.fullscreen = fullscreen
        self._card: moderngl.Texture | None = None
        self._foreign: tuple[int, moderngl.Texture] | None = None
        self._open(shape)
        self.context = moderngl.create_context(require=330)
        self.target = self.context.detect_framebuffer()
        self.mapper = Mapper(self.context, spec, folder)
        self.ink = Ink(self.context)

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of what is drawn, in pixels."""
        width, height = self.window.get_framebuffer_size()
        return height, width

    @property
    def place(self) -> tuple[int, int, int, int] | None:
        """x, y, width, height of the display it fills; None while it does not."""
        return self.on.place if self.fullscreen and not self.parked else None

    def take(self, spec: OutputSpec) -> None:
        """Draw otherwise from the next picture on; where it is drawn stays."""
        self.spec = spec
        self.mapper.take(spec)
        if self._card:
            self._card.release()
            self._card = None

    def present(self, picture: moderngl.Texture, mapping: Mapping, card: bool, own: bool) -> None:
        """Draw the show's picture or the test card; `own`: the picture is of this context."""
        if not card and self._card:
            self._card.release()
            self._card = None
        if card:
            self.mapper.draw(self._test_card(), mapping, self.target, self.size, all_of_it=True)
            return
        fit = "cut" if self.fullscreen else "whole"
        seen = picture if own else self._shared(picture)
        self.mapper.draw(seen, mapping, self.target, self.size, fit)

    def fill(self, fullscreen: bool) -> None:
        """Fill the display without a frame, or become a window in its middle."""
        self.fullscreen = fullscreen
        self.window.set_mouse_visible(not fullscreen)
        if not _X11:
            screens = pyglet.display.get_display().get_screens()
            places = {(screen.x, screen.y): screen for screen in screens}
            self.window.set_fullscreen(fullscreen, places.get((self.on.x, self.on.y)))
            if not fullscreen:
                self._centre()
            return
        # Asking an X11 window manager for full screen may land on another display; a window
        # without a frame, as large as the display and in its place, is right everywhere.
        x11.decorate(self.window, frame=not fullscreen)
        if fullscreen:
            self.window.set_location(self.on.x, self.on.y)
            self.window.set_size(self.on.width, self.on.height)
            self.window.activate()
        else:
            self.window.set_size(*self._window_size)
            self._centre()

    def go(self, display: Display | None) -> None:
        """Go to a display, home if it is the one that was away; park without one."""
        if display is None:
            if not self.parked:
                log.warning("display %s is away; output %d waits for it", self.on.name, self.number)
                self.parked = True
                self.window.set_visible(False)
            return
        if self.parked or display != self.on:
            log.info("output %d goes to display %s", self.number, display.name)
            self.parked, self.on = False, display
            self.fill(self.fullscreen)
            self.window.set_visible(True)
            self.fill(self.fullscreen)

    def verify(self) -> None:
        """Is the window where it should be? Window managers move windows by taste."""
        if self.parked or not self.fullscreen:
            return
        place = (*self.window.get_location(), *self.window.get_size())
        if place != self.on.place:
            log.info("output %d is at %s, not %s; moving it", self.number, place, self.on.place)
            self.fill(True)

    def _open(self, shape: tuple[int, int]) -> None:
        config = pyglet.gl.Config(  # type: ignore[abstract]
            double_buffer=True, major_version=3, minor_version=3, depth_size=0, stencil_size=0
        )
        height, width = shape
        zoom = max(1, min(self.on.width * 2 // (3 * width), self.on.height * 2 // (3 * height)))
        self._window_size = (min(width * zoom, self.on.width), min(height * zoom, self.on.height))
        # Born in its final size: the first picture of a window that still grows has a black edge.
        self.window = pyglet.window.Window(
            *(self.on.place[2:] if self.fullscreen else self._window_size),
            caption=f"vj {self.number}" if self.number else "vj",
            resizable=True,
            visible=False,
            # Several windows that wait for their displays would share the rate: one paces.
            vsync=self.number == 0,
            config=config,
        )
        if _X11:
            x11.keep_background(self.window)
        pyglet.app.platform_event_loop.start()
        # In its place before anybody sees it, and again after: window managers place by taste.
        self.fill(self.fullscreen)
        if not self.parked:
            self.window.set_visible(True)
            self.fill(self.fullscreen)

    def _centre(self) -> None:
        width, height = self._window_size
        x = self.on.x + (self.on.width - width) // 2
        self.window.set_location(x, self.on.y + (self.on.height - height) // 2)

    def _test_card(self) -> moderngl.Texture:
        height, width = self.size
        if self.spec.rotate in (90, 270):
            height, width = width, height
        if self._card is None or self._card.size != (width, height):
            if self._card:
                self._card.release()
            part = self.spec.part
            box = (part.x, part.y, part.width, part.height) if part else WHOLE
            geometry = f"{self.on.width}x{self.on.height} at {self.on.x},{self.on.y}"
            self._card = draw_card(
                self.context, self.ink, (height, width), self.on.name, geometry, box
            )
        return self._card

    def _shared(self, picture: moderngl.Texture) -> moderngl.Texture:
        """The show's picture in this window's context: the graphics card keeps it only once."""
        if self._foreign is None or self._foreign[0] != picture.glo:
            shared = self.context.external_texture(picture.glo, picture.size, 4, 0, "f1")
            self._foreign = (picture.glo, shared)
        return self._foreign[1]
