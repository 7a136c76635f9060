"""The keys, written over the picture when the operator asks for them.

The stage window keeps one.
"""

from __future__ import annotations

from typing import Any

import moderngl
import pyglet

from vj.stage.keys import HELP


class Help:
    """The text and its plate; made when it is first shown."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._parts: tuple[Any, ...] = ()
        self.shown = False

    def draw(self, height: int) -> None:
        """Draw it into the top left corner of a window of that height."""
        if not self._parts:
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
            self._parts = (plate, label)
        plate, label = self._parts
        plate.y = height - 12 - plate.height
        label.x, label.y = 24, height - 24
        for part in self._parts:
            part.draw()
        self._context.disable(moderngl.BLEND)
