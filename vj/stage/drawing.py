"""One effect at work: its shader, what it keeps from frame to frame, and how it draws a picture.

The chain has one for each effect.
"""

from __future__ import annotations

from collections.abc import Mapping

import moderngl
import numpy as np

from vj.core.types import FACES
from vj.stage.canvas import ALL, Canvas
from vj.stage.effect import Effect
from vj.stage.fill import write, write_rows
from vj.stage.history import History
from vj.stage.memory import Memory, memory_for, texture_of
from vj.stage.seen import Moment, Seen
from vj.stage.supply import bind, tell, tell_knobs


class Drawing:
    """An effect of one pass. `former`: what an earlier edition of it kept."""

    def __init__(self, effect: Effect, canvas: Canvas, former: Memory | None = None) -> None:
        self.effect, self._canvas = effect, canvas
        self.memory = memory_for(effect, former, canvas.context, canvas.size)

    def rests(self, values: Mapping[str, float], faces: bool = True) -> bool:
        """True when its knobs stand so that it would change nothing; `faces`: whether any show."""
        return self.effect.rests(values, faces)

    def seeks_faces(self, values: Mapping[str, float]) -> bool:
        """True while it would do something else if it knew where faces are."""
        return self.effect.seeks_faces(values)

    def forget(self) -> None:
        """Begin without a past at the next frame."""
        self.memory.used_at = -1

    def release(self) -> None:
        """Free its programs; the memory may be handed on."""
        self.effect.release()

    def draw(
        self,
        picture: moderngl.Texture,
        amount: float,
        values: Mapping[str, float],
        seen: Seen,
        moment: Moment,
        number: int,
    ) -> moderngl.Texture:
        """Draw over `picture` and return the result; `amount` 0..1 of it is wanted.

        `number`: of the frame; who was not drawn in the one before has no past.
        """
        drawn = self._drawn(picture, values, seen, moment, number)
        region = ALL
        if self.effect.placed:
            region = int(self.effect.at(values, "region"))
        return self._canvas.over(picture, drawn, amount, region)

    def _drawn(
        self,
        picture: moderngl.Texture,
        values: Mapping[str, float],
        seen: Seen,
        moment: Moment,
        number: int,
    ) -> moderngl.Texture:
        effect, canvas, memory = self.effect, self._canvas, self.memory
        goes_on = memory.used_at == number - 1
        previous = past = picture
        if memory.history:
            if not goes_on:
                memory.history.forget()
            memory.history.record(picture, canvas.soft, moment.time)
            past = memory.history.texture
        if effect.feeds:
            if goes_on:
                previous = texture_of(memory.targets[1])
            target = memory.targets[0]
        else:
            target = canvas.free(picture)
        if effect.covers:
            canvas.copy(picture, target)
        target.use()
        second, logo = seen.layer or canvas.nothing, seen.logo or canvas.nothing
        sources = (picture, seen.dry, seen.styled, previous, past, second, logo)
        if effect.grid:
            bind(canvas, target, sources, effect.reads, effect.mipmaps, effect.filtered)
            try:
                self._draw_parts(target, values, seen, moment)
            finally:
                target.scissor = (0, 0, *target.size)
        else:
            variant = effect.variants.find(values)
            bind(canvas, target, sources, variant.reads, effect.mipmaps, effect.filtered)
            self._tell(variant.program, values, seen, moment, memory.history)
            variant.triangle.render(moderngl.TRIANGLES, 3)
        error = canvas.context.error
        if error != "GL_NO_ERROR":
            raise RuntimeError(error)
        if effect.feeds:
            memory.targets.reverse()
        memory.used_at = number
        return texture_of(target)

    def _draw_parts(
        self,
        target: moderngl.Framebuffer,
        values: Mapping[str, float],
        seen: Seen,
        moment: Moment,
    ) -> None:
        effect, history = self.effect, self.memory.history
        columns, rows = effect.shape(values)
        told: set[int] = set()
        for (column, row), own in effect.parts(values):
            variant = effect.variants.find(own)
            if variant.program.glo not in told:
                told.add(variant.program.glo)
                self._tell(variant.program, own, seen, moment, history)
            write(variant.program, "part", (column, row))
            target.scissor = _cell(self._canvas.size, (columns, rows), (column, row))
            variant.triangle.render(moderngl.TRIANGLES, 3)

    def _tell(
        self,
        program: moderngl.Program,
        values: Mapping[str, float],
        seen: Seen,
        moment: Moment,
        history: History | None,
    ) -> None:
        effect = self.effect
        tell(program, self._canvas, seen, moment)
        if effect.faces:
            there = seen.faces[seen.faces[:, 4] * seen.alive > 0]
            write(program, "face_count", len(there))
            shown = np.concatenate([there, seen.faces])[:FACES]  # the array is always whole
            write_rows(program, "faces", shown[:, :4])
            write_rows(program, "presence", shown[:, 4:] * np.float32(seen.alive))
        if history:
            history.tell(program, moment.time)
        tell_knobs(program, effect.told, values)


def _cell(
    size: tuple[int, int], grid: tuple[int, int], place: tuple[int, int]
) -> tuple[int, int, int, int]:
    """The pixels of one part of a picture of `size` (height, width): left, top, width, height."""
    height, width = size
    left, right = (round(width * (place[0] + n) / grid[0]) for n in (0, 1))
    top, bottom = (round(height * (place[1] + n) / grid[1]) for n in (0, 1))
    return left, top, right - left, bottom - top
