"""Draws strokes and rings with smooth outlines over a picture: handles, letters, the test card.

Only while somebody sets up; a show draws nothing with it.
"""

from __future__ import annotations

from collections.abc import Sequence

import moderngl
import numpy as np

Colour = tuple[float, float, float, float]
WHITE: Colour = (1.0, 1.0, 1.0, 1.0)
BLACK: Colour = (0.0, 0.0, 0.0, 1.0)

_VERTEX = """
#version 330
in vec4 ends;   // x, y of both ends, in pixels, top row first
in vec2 form;   // half thickness; radius, when it is a ring around the first end
in vec4 paint;
uniform vec2 size;
out vec2 at;
flat out vec4 line;
flat out vec2 shape;
flat out vec4 ink;

void main() {
    float reach = form.x + form.y + 1.0;
    vec2 along = ends.zw - ends.xy;
    along = length(along) > 1e-4 ? normalize(along) : vec2(1.0, 0.0);
    vec2 across = vec2(-along.y, along.x);
    int corner = gl_VertexID % 6;
    float right = corner == 1 || corner == 2 || corner == 4 ? 1.0 : -1.0;
    float down = corner == 2 || corner == 4 || corner == 5 ? 1.0 : -1.0;
    at = (right > 0.0 ? ends.zw : ends.xy) + reach * (along * right + across * down);
    line = ends;
    shape = form;
    ink = paint;
    gl_Position = vec4(2.0 * at.x / size.x - 1.0, 1.0 - 2.0 * at.y / size.y, 0.0, 1.0);
}
"""
_FRAGMENT = """
#version 330
in vec2 at;
flat in vec4 line;
flat in vec2 shape;
flat in vec4 ink;
out vec4 color;

void main() {
    vec2 along = line.zw - line.xy, from = at - line.xy;
    float t = clamp(dot(from, along) / max(dot(along, along), 1e-6), 0.0, 1.0);
    float away = length(from - t * along);
    float inside = shape.x + 0.5 - (shape.y > 0.0 ? abs(away - shape.y) : away);
    color = vec4(ink.rgb, ink.a * clamp(inside, 0.0, 1.0));
}
"""


class Ink:
    """Collects strokes, in pixels from top left, and draws them at once."""

    def __init__(self, context: moderngl.Context) -> None:
        self.context = context
        self._program = context.program(vertex_shader=_VERTEX, fragment_shader=_FRAGMENT)
        self._buffer = context.buffer(reserve=40 * 64, dynamic=True)
        layout = (self._buffer, "4f 2f 4f/i", "ends", "form", "paint")
        self._strokes = context.vertex_array(self._program, [layout])
        self._rows: list[Sequence[float]] = []

    def line(
        self, a: Sequence[float], b: Sequence[float], thick: float, colour: Colour = WHITE
    ) -> None:
        """Draw a line with round ends from `a` to `b`."""
        self._rows.append((*a, *b, thick / 2, 0.0, *colour))

    def dot(self, at: Sequence[float], wide: float, colour: Colour = WHITE) -> None:
        """Draw a filled circle."""
        self.line(at, at, wide, colour)

    def ring(
        self, at: Sequence[float], radius: float, thick: float, colour: Colour = WHITE
    ) -> None:
        """Draw a circle."""
        self._rows.append((*at, *at, thick / 2, radius, *colour))

    def draw(self, target: moderngl.Framebuffer, size: tuple[int, int]) -> None:
        """Draw what was collected, in that order, over a target of `size` (height, width)."""
        if not self._rows:
            return
        data = np.array(self._rows, "f4").tobytes()
        if len(data) > self._buffer.size:
            self._buffer.orphan(2 * len(data))
        self._buffer.write(data)
        target.use()
        self.context.viewport = (0, 0, size[1], size[0])
        size_of = self._program["size"]
        assert isinstance(size_of, moderngl.Uniform)
        size_of.value = (float(size[1]), float(size[0]))
        self.context.enable(moderngl.BLEND)
        self.context.blend_func = moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA
        self._strokes.render(moderngl.TRIANGLES, 6, instances=len(self._rows))
        self.context.disable(moderngl.BLEND)
        self._rows.clear()

    def release(self) -> None:
        """Free what it holds on the graphics card; contexts that share would keep it."""
        for thing in (self._strokes, self._buffer, self._program):
            thing.release()
