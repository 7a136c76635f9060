"""The pictures that came to an effect in the last seconds, small, side by side in one texture.

The chain keeps one for every effect that looks back; the header's `ago` reads it in the shader.
"""

from __future__ import annotations

import itertools
import math

import moderngl

from vj.stage.effect import HistorySpec
from vj.stage.fill import SHADERS, compile_fill, write

RATE = 30  # pictures per second, whatever the display's own rate: a delay is in seconds


class History:
    """A ring of pictures, each a cell of an atlas.

    Texture arrays would spare the shader two lines, but moderngl cannot draw into their layers.
    """

    def __init__(self, context: moderngl.Context, size: tuple[int, int], spec: HistorySpec) -> None:
        """`size`: (height, width) of the pictures; cells are as large as the card's limits let."""
        cells = math.ceil(spec.seconds * RATE) + 2
        most = int(context.info["GL_MAX_TEXTURE_SIZE"])
        for part in itertools.count(spec.part):
            self.height, self.width = (max(side // part, 1) for side in size)
            # As narrow as can be: rows of one picture then lie close together in memory.
            self.rows = min(most // self.height, cells)
            self.columns = math.ceil(cells / max(self.rows, 1))
            if self.columns * self.width <= most:
                break
        self.cells = self.columns * self.rows
        self.texture = context.texture((self.columns * self.width, self.rows * self.height), 4)
        self._target = context.framebuffer([self.texture])
        self._program = compile_fill(context, (SHADERS / "copy.frag").read_text("utf-8"))
        self._triangle = context.vertex_array(self._program, [])
        self._newest, self._count, self._tick = 0, 0, 0

    def forget(self) -> None:
        """Begin anew: what was seen before a pause is not the past of what comes now."""
        self._count = 0

    def record(self, picture: moderngl.Texture, sampler: moderngl.Sampler, time: float) -> None:
        """Keep the picture of the moment `time` (seconds); slow frames fill several cells."""
        tick = math.floor(time * RATE)
        if not 0 <= tick - self._tick <= self.cells:
            self.forget()
        missing = tick - self._tick if self._count else 1
        self._tick = tick
        picture.use(0)
        sampler.use(0)
        for _ in range(missing):
            self._newest = (self._newest + 1) % self.cells
            self._count = min(self._count + 1, self.cells)
            row, column = divmod(self._newest, self.columns)
            self._target.viewport = (
                column * self.width,
                row * self.height,
                self.width,
                self.height,
            )
            self._target.use()
            self._triangle.render(moderngl.TRIANGLES, 3)

    def tell(self, program: moderngl.Program, time: float) -> None:
        """Give an effect's program what `ago` needs at the moment `time`."""
        write(program, "reel", (self.columns, self.rows, self._newest, self._count))
        write(program, "reel_age", time - self._tick / RATE)

    def release(self) -> None:
        """Free what it holds on the graphics card."""
        for thing in (self._triangle, self._program, self._target, self.texture):
            thing.release()
