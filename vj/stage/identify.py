"""Every display's name in large letters, for some seconds: which cable leads where.

The stage window writes over the picture where there is one; other displays get a window each.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import moderngl
import pyglet

from vj.stage import x11
from vj.stage.displays import Display, has_x11
from vj.stage.ink import Ink
from vj.stage.letters import fitting, write_text

_SECONDS = 4.0


class Names:
    """Shows names until their time is over."""

    def __init__(self) -> None:
        self._until = 0.0
        self._windows: list[Any] = []

    @property
    def shown(self) -> bool:
        """Whether names are to be seen."""
        return self._until > 0.0

    def show(self, displays: Sequence[Display], busy: Collection[str], now: float) -> None:
        """Show the names from `now` (s) on; `busy`: displays that a picture fills."""
        self._close()
        self._until = now + _SECONDS
        for display in displays:
            if display.name not in busy:
                self._open(display)

    def step(self, now: float) -> bool:
        """Take the names away when it is time; True when windows were closed."""
        if not self.shown or now < self._until:
            return False
        self._until = 0.0
        return self._close()

    def write(
        self, ink: Ink, display: Display, size: tuple[int, int], place: object = True
    ) -> None:
        """Write a display's name over what is drawn there, unless it does not fill it."""
        if not self.shown or not place:
            return
        height, width = size
        tall = fitting(display.name, height * 0.25, width * 0.8)
        write_text(ink, display.name, (width / 2, height * 0.42), tall)
        shape = f"{display.width}x{display.height}"
        write_text(ink, shape, (width / 2, height * 0.42 + tall), tall * 0.4)

    def _open(self, display: Display) -> None:
        window: Any = pyglet.window.Window(
            display.width, display.height, caption="vj name", style="borderless", visible=False,
            vsync=False,
        )  # fmt: skip
        if has_x11():
            x11.unmanage(window)
        window.set_location(display.x, display.y)
        window.set_visible(True)
        window.switch_to()
        context = moderngl.create_context(require=330)
        target, size = context.detect_framebuffer(), (display.height, display.width)
        target.clear(0.06, 0.07, 0.1, 1.0)
        ink = Ink(context)
        self.write(ink, display, size)
        ink.draw(target, size)
        window.flip()
        self._windows.append(window)

    def _close(self) -> bool:
        closed = bool(self._windows)
        for window in self._windows:
            window.close()
        self._windows.clear()
        return closed
