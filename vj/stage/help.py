"""The keys, written over the picture when the operator asks for them.

The stage window keeps one.
"""

from __future__ import annotations

from typing import Any

import moderngl
import pyglet

from vj.stage.keys import HELP

_SIZE = 11.0  # points, of the letters on a display of 1080 lines or fewer
_UNWRAPPED = 10_000  # pixels a line may take


class Help:
    """The text and its plate; made when it is first shown."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._parts: tuple[Any, ...] = ()
        self._height = 0
        self.shown = False

    def draw(self, height: int) -> None:
        """Draw it into the top left corner of a window of that height, no larger than fits."""
        if height != self._height:
            label = _label(_SIZE * max(height / 1080, 1.0))
            room = (height - 48) / label.content_height
            label = _label(label.font_size * room) if room < 1.0 else label
            wide, high = label.content_width + 24, label.content_height + 24
            plate = pyglet.shapes.Rectangle(12, 0, wide, high, color=(0, 0, 0, 170))
            self._parts, self._height = (plate, label), height
        plate, label = self._parts
        plate.y = height - 12 - plate.height
        label.x, label.y = 24, height - 24
        for part in self._parts:
            part.draw()
        self._context.disable(moderngl.BLEND)


def _label(size: float) -> pyglet.text.Label:
    return pyglet.text.Label(
        "\n".join(f"{key:<7}{what}" for key, what in HELP),
        font_name=["DejaVu Sans Mono", "Menlo", "Consolas", "monospace"],
        font_size=size,
        multiline=True,
        width=_UNWRAPPED,
        anchor_y="top",
        color=(255, 255, 255, 255),
    )
