"""Every display's name in large letters, for some seconds: which cable leads where.

The stage window writes over the picture where there is one; other displays get a window each.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import moderngl
import pyglet

from vj.stage import x11
from vj.stage.displays import Display, has_x11
from vj.stage.ink import Ink
from vj.stage.letters import fitting, write_text

_SECONDS = 4.0
_AGAIN = 0.2  # what is drawn while a window is still on its way to the screen may be lost


@dataclass(frozen=True)
class _Sign:
    """A window with nothing but a name."""

    window: Any
    display: Display
    target: moderngl.Framebuffer
    ink: Ink


class Names:
    """Shows names until their time is over."""

    def __init__(self) -> None:
        self._until = 0.0
        self._again_at = 0.0
        self._signs: list[_Sign] = []

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
        """Keep the names up, take them away when it is time; True when another window drew."""
        if not self.shown:
            return False
        if now >= self._until:
            self._until = 0.0
            return self._close()
        if now < self._again_at:
            return False
        self._again_at = now + _AGAIN
        for sign in self._signs:
            self._draw(sign)
        return bool(self._signs)

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
        self._signs.append(_Sign(window, display, context.detect_framebuffer(), Ink(context)))
        self._draw(self._signs[-1])

    def _draw(self, sign: _Sign) -> None:
        size = sign.display.height, sign.display.width
        sign.window.switch_to()
        sign.window.dispatch_events()
        sign.target.clear(0.06, 0.07, 0.1, 1.0)
        self.write(sign.ink, sign.display, size)
        sign.ink.draw(sign.target, size)
        sign.window.flip()

    def _close(self) -> bool:
        closed = bool(self._signs)
        for sign in self._signs:
            sign.window.switch_to()
            sign.ink.release()
            sign.window.close()
        self._signs.clear()
        return closed
