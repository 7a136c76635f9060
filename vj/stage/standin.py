"""The shader look that stands in for a network that is away: the camera in the painting's colours.

Used by the stage's inputs while the ladder says so; at rest it costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import moderngl
import numpy as np

from vj.core.board import Board
from vj.stage.fill import SHADERS, compile_fill, write
from vj.stage.memory import blank, texture_of

_EVERY = 1.0  # s between looks at the colours capture tells


class StandIn:
    """Its colours, two rows from dark to bright, and the picture it draws into."""

    def __init__(self, context: moderngl.Context, board: Board) -> None:
        self._context, self._board = context, board
        self._program = compile_fill(context, (SHADERS / "standin.frag").read_text("utf-8"))
        for unit, name in enumerate(("painting", "now", "tones")):
            write(self._program, name, unit)
        self._triangle = context.vertex_array(self._program, [])
        self._soft = context.sampler(
            repeat_x=False, repeat_y=False, filter=(moderngl.LINEAR, moderngl.LINEAR)
        )
        self._tones: moderngl.Texture | None = None
        self._target = blank(context, (1, 1))
        self._due = 0.0
        # Drivers finish compiling when something is drawn first: not in the middle of a show.
        nothing = context.texture((1, 1), 4, data=bytes(4))
        self._draw(nothing, nothing, nothing, 1.0)
        nothing.release()

    @property
    def known(self) -> bool:
        """Whether there are colours."""
        return self._tones is not None

    def follow(self, dt: float) -> None:
        """Look now and then whether capture has told colours."""
        self._due -= dt
        if self._due > 0.0:
            return
        self._due = _EVERY
        found = self._board.read()
        rows = found[1].get("tones") if found else None
        if rows:
            self.take(rows)

    def take(self, rows: Sequence[Sequence[Sequence[int]]]) -> None:
        """Take colours: two rows, people and everything else, each dark to bright, RGB 0..255."""
        levels = np.array(rows, np.uint8)
        levels = np.concatenate([levels, np.full_like(levels[..., :1], 255)], axis=2)
        height, width = levels.shape[:2]
        if self._tones is None:
            self._tones = self._context.texture((width, height), 4)
        self._tones.write(np.ascontiguousarray(levels))

    def seen(
        self, painting: moderngl.Texture, now: moderngl.Texture, amount: float
    ) -> moderngl.Texture:
        """Return the painting with `amount` (0..1) of the stand-in over it."""
        if amount <= 0.0 or self._tones is None:
            return painting
        target = texture_of(self._target)
        if target.size != painting.size:
            old, self._target = self._target, blank(self._context, painting.size[::-1])
            self._target.use()  # one that is in use must not go
            old.release()
            target.release()
        self._draw(painting, now, self._tones, amount)
        return texture_of(self._target)

    def _draw(
        self,
        painting: moderngl.Texture,
        now: moderngl.Texture,
        tones: moderngl.Texture,
        amount: float,
    ) -> None:
        self._context.disable(moderngl.BLEND | moderngl.DEPTH_TEST)
        self._target.use()
        for unit, texture in enumerate((painting, now, tones)):
            texture.use(unit)
            self._soft.use(unit)
        write(self._program, "amount", amount * amount * (3.0 - 2.0 * amount))
        write(self._program, "pixel", (1.0 / painting.width, 1.0 / painting.height))
        self._triangle.render(moderngl.TRIANGLES, 3)
